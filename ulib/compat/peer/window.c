/* SPDX-License-Identifier: MIT */
/*
 * window.c: page-table entries as memory.
 *
 * The window's pages are absent until somebody reads one; then the fault fills it from query.  Whoever names
 * the window (uvpt, vpt) gets it emptied first, so that what is read is fresh.  The directory is made at once.
 */
#include <string.h>
#include "peer.h"

enum { ENTRIES = PEER_PAGE / sizeof(uint32_t), RUNS = 32, FILLED = 64 };

static uint32_t directory[ENTRIES];
static uintptr_t filled[FILLED];	/* pages of the window that are there */
static unsigned nfilled;

static void empty(void)
{
	while (nfilled)
		page_unmap(0, (void *)filled[--nfilled]);
}

static void set_entries(uint32_t *to, uintptr_t base, const struct page_run *r)
{
	for (uintptr_t va = r->lo; va < r->hi; va += PEER_PAGE)
		to[(va - base) / PEER_PAGE] = peer_pte(r);
}

/* The entries of the 4 MiB (of pages of 4 KiB) from base on. */
static void read_entries(uint32_t *to, uintptr_t base)
{
	uintptr_t lo = base, end = base + (uintptr_t)ENTRIES * PEER_PAGE;
	struct page_run runs[RUNS];
	int n;

	while (lo < end && (n = query(0, (void *)lo, (void *)end, runs, RUNS)) > 0) {
		for (int i = 0; i < n; i++)
			if (runs[i].have)
				set_entries(to, base, &runs[i]);
		lo = runs[n - 1].hi;
	}
}

bool peer_window_fault(struct upcall *u)
{
	uintptr_t page = u->va & ~(uintptr_t)(PEER_PAGE - 1), base;

	if (u->event != UPCALL_PAGE || u->va - peer_window >= (4 << 20) || u->want != PROT_READ)
		return false;
	if (nfilled == FILLED)
		empty();
	if (page_alloc(0, (void *)page, PROT_READ | PROT_WRITE) < 0)
		return false;
	filled[nfilled++] = page;
	base = (page - peer_window) / sizeof(uint32_t) * PEER_PAGE;
	read_entries((uint32_t *)page, base);
	return true;
}

const volatile uint32_t *peer_entries(void)
{
	peer_handlers_on();
	empty();
	return (const volatile uint32_t *)peer_window;
}

static void set_directory(const struct page_run *r)
{
	for (uintptr_t i = r->lo >> 22; i <= (r->hi - 1) >> 22; i++)
		directory[i] |= peer_pte(r);
}

const volatile uint32_t *peer_directory(void)
{
	const uintptr_t end = peer_window + (4 << 20);
	struct page_run runs[RUNS];
	uintptr_t lo = 0;
	int n;

	memset(directory, 0, sizeof directory);
	while (lo < end && (n = query(0, (void *)lo, (void *)end, runs, RUNS)) > 0) {
		for (int i = 0; i < n; i++)
			if (runs[i].have)
				set_directory(&runs[i]);
		lo = runs[n - 1].hi;
	}
	return directory;
}
