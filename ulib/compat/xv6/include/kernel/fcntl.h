/* SPDX-License-Identifier: MIT */
/* fcntl.h: xv6's names, this kernel's values (abi/yoke.h). */
#pragma once

#define O_RDONLY	0x000
#define O_WRONLY	0x001
#define O_RDWR		0x002
#define O_CREATE	0x040
#define O_TRUNC		0x200

/* Of the mmap lab. */
#define PROT_NONE	0
#define PROT_READ	1
#define PROT_WRITE	2
#define PROT_EXEC	4
#define MAP_SHARED	1
#define MAP_PRIVATE	2
