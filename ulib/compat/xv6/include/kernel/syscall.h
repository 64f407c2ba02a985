/* SPDX-License-Identifier: MIT */
/* syscall.h: xv6's programs include it, and use nothing of it. */
#pragma once
