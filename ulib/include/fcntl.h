/* SPDX-License-Identifier: MIT */
/* fcntl.h: descriptors.  Files are in memory, and none leads elsewhere: what these four ask for is so. */
#pragma once
#include <sys/types.h>
#include "abi/yoke.h"		/* O_*, F_*, FD_CLOEXEC, SEEK_* */

#define O_NOCTTY	0
#define O_NOFOLLOW	0
#define O_SYNC		0
#define O_DSYNC		0

int open(const char *path, int flags, ...);
static inline int creat(const char *path, mode_t mode) { return open(path, O_WRONLY | O_CREAT | O_TRUNC, mode); }
int fcntl(int fd, int what, ...);	/* F_* of abi/yoke.h; there are no locks, and O_NONBLOCK is for pipes and the console */
