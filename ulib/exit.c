/* SPDX-License-Identifier: MIT */
/* exit.c: the end of a program.  Links no stdio, and no atexit, into one that has none. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int fflush(FILE *) __attribute__((weak));
void exit_calls(void) __attribute__((weak));

void exit(int status)
{
	if (exit_calls)
		exit_calls();
	if (fflush)
		fflush(NULL);
	_exit(status);
}

void _Exit(int status)
{
	_exit(status);
}
