/* SPDX-License-Identifier: MIT */
/*
 * sbrk.c: xv6's heap.  Where there are 64 bits it lies beyond the stack and
 * has room for xv6's lazy tests, which take more than this kernel's heap can.
 *
 * Two generations of one call: in the lazy lab sbrk gives more than there is,
 * and memory comes on demand; since 2025 that is sbrklazy, and sbrk allocates
 * at once and fails when it cannot.  A program that calls sbrklazy is of the
 * second kind: the linker then takes sbrklazy.c's mark.
 */
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>
#include <yoke.h>
#include "xv6.h"

enum { PAGE = 4096, SPARE = 64 };	/* pages: for tables, and for the others' */
#define FAILED	((char *)-1)

extern const bool xv6_knows_lazy __attribute__((weak));		/* sbrklazy.c's, if it is linked */

#if UINTPTR_MAX > UINT32_MAX
#define HEAP	(4ull << 30)

static char *page_up(char *p)
{
	return (char *)(((uintptr_t)p + PAGE - 1) & -(uintptr_t)PAGE);
}

void *xv6_break(intptr_t n)
{
	static char *end = (char *)HEAP;
	char *old = end, *from = page_up(old), *to = page_up(old + n);

	if (n < 0 && (uintptr_t)-n > (uintptr_t)old - HEAP)
		return FAILED;
	if (to > from && mmap(from, to - from, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)
	    == MAP_FAILED)
		return FAILED;
	if (to < from && munmap(to, from - to) < 0)
		return FAILED;
	end = old + n;
	return old;
}
#else
void *xv6_break(intptr_t n)
{
	return sbrk(n);
}
#endif

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
		return FAILED;
	old = xv6_break(n);
	if (eager && old != FAILED)
		for (int at = 0; at < n; at += PAGE)
			*(volatile char *)(old + at) = 0;
	return old;
}
