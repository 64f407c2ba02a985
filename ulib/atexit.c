/* SPDX-License-Identifier: MIT */
/* atexit.c: what exit() calls first, the last one named first.  Links nothing into programs that name none. */
#include <stdlib.h>

enum { MOST = 32 };
static void (*fn[MOST])(void);
static int n;

void exit_calls(void);			/* exit.c */

void exit_calls(void)
{
	while (n)
		fn[--n]();
}

int atexit(void (*f)(void))
{
	if (n == MOST)
		return -1;
	fn[n++] = f;
	return 0;
}
