/* SPDX-License-Identifier: MIT */
/* clock.c: time.  Every clock but clock() is the time since the machine was started, to the tick. */
#include <errno.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include <yoke.h>

clock_t clock(void)
{
	return (clock_t)((unsigned long)cputime() * (CLOCKS_PER_SEC / 1000));
}

time_t time(time_t *to)
{
	time_t now = uptime() / 1000;

	if (to)
		*to = now;
	return now;
}

static int known(clockid_t id)
{
	if (id == CLOCK_REALTIME || id == CLOCK_MONOTONIC)
		return 1;
	errno = EINVAL;
	return 0;
}

int clock_gettime(clockid_t id, struct timespec *to)
{
	long ms = uptime();

	if (!known(id))
		return -1;
	*to = (struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };
	return 0;
}

int clock_getres(clockid_t id, struct timespec *to)
{
	struct sys_info s;

	if (!known(id) || sysinfo(&s) < 0)
		return -1;
	if (to)
		*to = (struct timespec){ .tv_nsec = 1000000000l / (long)s.tick_hz };
	return 0;
}

int gettimeofday(struct timeval *to, void *zone)
{
	long ms = uptime();

	(void)zone;
	*to = (struct timeval){ .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };
	return 0;
}

int getrusage(int who, struct rusage *to)
{
	long ms = cputime();
	struct counts c;

	if (who != RUSAGE_SELF) {
		errno = EINVAL;
		return -1;
	}
	if (counts(getpid(), &c) < 0)
		return -1;
	*to = (struct rusage){ .ru_utime = { ms / 1000, ms % 1000 * 1000 }, .ru_minflt = (long)c.n[C_FAULT] };
	return 0;
}

/* Sleep, in pieces that one call can have; what is left of it if a signal came: 0 or that, in milliseconds. */
static long long doze(long long ms)
{
	enum { PIECE = 1 << 30 };

	while (ms > 0) {
		unsigned piece = ms < PIECE ? (unsigned)ms : PIECE;
		long start = uptime();

		if (msleep(piece) < 0) {
			long long left = ms - (uptime() - start);

			return left > 0 ? left : 1;
		}
		ms -= piece;
	}
	return 0;
}

int nanosleep(const struct timespec *want, struct timespec *left)
{
	long long ms;

	if (want->tv_sec < 0 || want->tv_nsec < 0 || want->tv_nsec > 999999999) {
		errno = EINVAL;
		return -1;
	}
	ms = doze(want->tv_sec * 1000ll + (want->tv_nsec + 999999) / 1000000);
	if (!ms)
		return 0;
	if (left)
		*left = (struct timespec){ .tv_sec = (time_t)(ms / 1000), .tv_nsec = ms % 1000 * 1000000 };
	errno = EINTR;
	return -1;
}

int usleep(useconds_t us)
{
	if (!doze(us / 1000 + (us % 1000 != 0)))
		return 0;
	errno = EINTR;
	return -1;
}
