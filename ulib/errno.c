/* SPDX-License-Identifier: MIT */
/* errno.c: the last error of a call.  Until there are threads (thread.c), the one there is. */
#include <errno.h>
#include "errno_of.h"

int *(*errno_of_thread)(void);

int *__errno(void)
{
	static int first;

	return errno_of_thread ? errno_of_thread() : &first;
}

long call_fail(long result)
{
	errno = (int)-result;
	return -1;
}
