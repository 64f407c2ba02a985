/* SPDX-License-Identifier: MIT */
/* time.h: the machine knows no date, only the time since it was started. */
#pragma once
#include <stddef.h>
#include <sys/types.h>

#define CLOCKS_PER_SEC	1000L

typedef long clock_t;
typedef int clockid_t;
struct timespec { time_t tv_sec; long tv_nsec; };
enum { CLOCK_REALTIME, CLOCK_MONOTONIC };

clock_t clock(void);
time_t time(time_t *);
int clock_gettime(clockid_t, struct timespec *);
int clock_getres(clockid_t, struct timespec *);
int nanosleep(const struct timespec *, struct timespec *left);
