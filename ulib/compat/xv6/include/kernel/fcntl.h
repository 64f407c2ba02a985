/* SPDX-License-Identifier: MIT */
/* fcntl.h: xv6's names, this kernel's values (abi/yoke.h). */
#pragma once

#define O_RDONLY	0x000
#define O_WRONLY	0x001
#define O_RDWR		0x002
#define O_CREATE	0x040
#define O_TRUNC		0x200
