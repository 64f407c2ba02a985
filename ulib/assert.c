/* SPDX-License-Identifier: MIT */
/* assert.c: a program's own invariants. */
#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <yoke.h>

void abort(void)
{
	kill(getpid(), SIGABRT);
	signals(0, 0, 0, 0);			/* a handler has returned, or it was ignored or held */
	kill(getpid(), SIGABRT);
	_exit(128 + SIGABRT);
}

void assert_fail(const char *what, const char *file, int line)
{
	fflush(stdout);
	fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, what);
	abort();
}
