/* SPDX-License-Identifier: MIT */
/* sys/types.h */
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef int pid_t;
typedef __PTRDIFF_TYPE__ ssize_t;
typedef __PTRDIFF_TYPE__ off_t;
typedef unsigned mode_t;
typedef unsigned ino_t, dev_t, nlink_t, uid_t, gid_t;
typedef long time_t, clock_t;
typedef int clockid_t;
typedef long suseconds_t;
typedef unsigned long useconds_t;
typedef int blksize_t;
typedef off_t blkcnt_t;
