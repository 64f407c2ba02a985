/* SPDX-License-Identifier: MIT */
/* sys/resource.h: what of it the kernel counts. */
#pragma once
#include <sys/time.h>

struct rusage {
	struct timeval ru_utime, ru_stime;	/* all of it is in the first */
	long ru_minflt, ru_majflt;		/* page faults; no disk is read for any */
};
enum { RUSAGE_SELF = 0, RUSAGE_CHILDREN = -1 };	/* the second is EINVAL: nothing keeps it */

int getrusage(int who, struct rusage *);
