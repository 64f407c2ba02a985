/* SPDX-License-Identifier: MIT */
/* sleep.c: apart from process.c, for programs that have a sleep of their own. */
#include <unistd.h>
#include <yoke.h>

unsigned sleep(unsigned seconds)
{
	while (seconds--)
		msleep(1000);
	return 0;
}
