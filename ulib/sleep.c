/* SPDX-License-Identifier: MIT */
/* sleep.c: apart from clock.c, for programs that have a sleep of their own. */
#include <time.h>
#include <unistd.h>

unsigned sleep(unsigned seconds)
{
	struct timespec left = { .tv_sec = seconds };

	return nanosleep(&left, &left) < 0 ? left.tv_sec + (left.tv_nsec > 0) : 0;
}
