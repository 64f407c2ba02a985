/* SPDX-License-Identifier: MIT */
/* errno_of.h: whose errno, and who sets it: errno.c, thread.c, ulib/<port>/syscall.S. */
#pragma once

extern int *(*errno_of_thread)(void);	/* the running thread's; null: there is one thread */
long call_fail(long result);		/* a call's, which is an error: -1 */
