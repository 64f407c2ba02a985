/* SPDX-License-Identifier: MIT */
/* param.h: the limits of this kernel that xv6's programs know by name. */
#pragma once

#define NPROC		256		/* abi/yoke.h: PROC_N */
#define NCPU		8
#define NOFILE		16		/* abi/yoke.h: FD_N */
#define MAXPATH		256		/* abi/yoke.h: PATH_LEN */
#define MAXARG		32
#define USERSTACK	1		/* pages of it: start.c */
#define NINODE		50		/* there are as many files as memory allows, and no log: */
#define MAXOPBLOCKS	10		/* programs count and size by these two */
