/* SPDX-License-Identifier: MIT */
/*
 * fork.c: the library's user-level fork, among environments.  PAGE_S0 and PAGE_S1 mean to it what the peers'
 * copy-on-write and shared bits mean to them.
 */
#include <errno.h>
#include <unistd.h>
#include "area.h"
#include "peer.h"

enum { RUNS = 32, SOFT = PAGE_S0 | PAGE_S1 };

/* One page is everybody's from now on: what was copy-on-write becomes a copy of our own first. */
static int share_page(uintptr_t va, unsigned rights)
{
	void *page = (void *)va;

	if (page_map(0, page, 0, page, rights) == 0)
		return 0;
	return errno == EACCES ? page_map(0, page, 0, page, rights | PAGE_COPY) : -1;
}

/* All but stacks, and what could not be written anyway. */
static int share_run(const struct page_run *r)
{
	unsigned rights = PEER_RIGHTS | PROT_WRITE | PAGE_S1;

	if (!(r->have & (PROT_WRITE | PAGE_S0)) || (r->have & SOFT) == SOFT || !(r->region & PAGE_USER))
		return 0;
	if (r->lo - upcalls.lo < upcalls.hi - upcalls.lo)
		return 0;
	for (uintptr_t va = r->lo; va < r->hi; va += PEER_PAGE)
		if (share_page(va, rights) < 0)
			return -1;
	return 0;
}

static int share_all_pages(void)
{
	const uintptr_t end = peer_window;
	struct page_run runs[RUNS];
	uintptr_t lo = 0;
	int n;

	while (lo < end && (n = query(0, (void *)lo, (void *)end, runs, RUNS)) > 0) {
		for (int i = 0; i < n; i++)
			if (share_run(&runs[i]) < 0)
				return -1;
		lo = runs[n - 1].hi;
	}
	return 0;
}

pid_t peer_fork(bool share_all)
{
	if (peer_handlers_on() < 0 || (share_all && share_all_pages() < 0))
		return -1;
	return ufork();
}
