/* SPDX-License-Identifier: MIT */
/* time.h: the machine knows no date, only the time since it was started, which is taken for 1 January 1970; UTC. */
#pragma once
#include <stddef.h>
#include <sys/types.h>

#define CLOCKS_PER_SEC	1000000L

struct timespec { time_t tv_sec; long tv_nsec; };
enum { CLOCK_REALTIME, CLOCK_MONOTONIC };

clock_t clock(void);			/* of the process, by ticks of the clock */
time_t time(time_t *);
int clock_gettime(clockid_t, struct timespec *);
int clock_getres(clockid_t, struct timespec *);
struct tm {
	int tm_sec, tm_min, tm_hour, tm_mday, tm_mon, tm_year, tm_wday, tm_yday, tm_isdst;
};
struct tm *gmtime(const time_t *);
struct tm *gmtime_r(const time_t *restrict, struct tm *restrict);
struct tm *localtime(const time_t *);
struct tm *localtime_r(const time_t *restrict, struct tm *restrict);
time_t mktime(struct tm *);
time_t timegm(struct tm *);
size_t strftime(char *restrict, size_t, const char *restrict, const struct tm *restrict);
char *asctime(const struct tm *);
char *asctime_r(const struct tm *restrict, char *restrict);
char *ctime(const time_t *);
char *ctime_r(const time_t *, char *);
int nanosleep(const struct timespec *, struct timespec *left);
