/* SPDX-License-Identifier: MIT */
/*
 * sbrk.c: xv6's heap.  It begins where the program ends, as in xv6.
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
#include <upcall.h>
#include <yoke.h>
#include "xv6.h"

enum { PAGE = 4096, SPARE = 64 };	/* pages: for tables, and for the others' */
enum { MANY = 2048, SHARE = 8 };	/* of so many free pages at most, this part is for the next calls */
#define FAILED	((char *)-1)

extern const bool xv6_knows_lazy __attribute__((weak));		/* sbrklazy.c's, if it is linked */

extern char end[];			/* of the program's data: user.ld */

static char *page_up(char *p)
{
	return (char *)(((uintptr_t)p + PAGE - 1) & -(uintptr_t)PAGE);
}

/* The mapping replaces what it finds, so there must be nothing. */
static bool grow(char *from, char *to)
{
	struct page_run there;

	return query(0, from, to, &there, 1) == 0 &&
	       mmap(from, to - from, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED;
}

void *xv6_break(intptr_t n)
{
	static char *top;
	char *start = page_up(end), *old = top ? top : start, *from = page_up(old), *to = page_up(old + n);

	if (n < 0 && -(uintptr_t)n > (uintptr_t)old)
		return old;			/* to below address 0: xv6 does nothing, and says all is well */
	if (n < 0 ? -(uintptr_t)n > (uintptr_t)(old - start) : old + n < old || to < from)
		return FAILED;
	if (to > from && !grow(from, to))
		return FAILED;
	if (to < from && munmap(to, from - to) < 0)
		return FAILED;
	top = old + n;
	return old;
}

/*
 * Is there memory for so many pages and their tables?  The kernel counts its
 * frames to say, so it is asked once for many pages; a share, since others
 * take some, too.
 */
static bool there_is(uint32_t pages)
{
	static uint32_t known;		/* pages */
	struct mem_info mem;
	uint32_t need = pages + pages / 256 + SPARE;

	if (pages > known) {
		if (meminfo(&mem) < 0 || need >= mem.free)
			return false;
		known = pages + (mem.free - need < MANY ? mem.free - need : MANY) / SHARE;
	}
	known -= pages;
	return true;
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
