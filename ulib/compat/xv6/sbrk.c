/* SPDX-License-Identifier: MIT */
/*
 * sbrk.c: two generations of one call.  In xv6's lazy lab sbrk gives more
 * than there is and memory comes on demand; since 2025 that is sbrklazy, and
 * sbrk allocates at once and fails when it cannot.  A program that calls
 * sbrklazy is of the second kind: the linker then takes sbrklazy.c's mark.
 */
#include <stdbool.h>
#include <stdint.h>
#include <unistd.h>
#include <yoke.h>

enum { PAGE = 4096, SPARE = 64 };	/* pages: for tables, and for the others' */

extern const bool xv6_knows_lazy __attribute__((weak));		/* sbrklazy.c's, if it is linked */

/* Is there memory for so many pages and their tables? */
static bool there_is(uint32_t pages)
{
	struct mem_info mem;

	return meminfo(&mem) == 0 && pages + pages / 256 + SPARE < mem.free;
}

char *xv6_sbrk(int n)
{
	bool eager = n > 0 && &xv6_knows_lazy;
	char *old;

	if (eager && !there_is(((uint32_t)n + PAGE - 1) / PAGE))
		return (char *)-1;
	old = sbrk(n);
	if (eager && old != (char *)-1)
		for (int at = 0; at < n; at += PAGE)
			*(volatile char *)(old + at) = 0;
	return old;
}
