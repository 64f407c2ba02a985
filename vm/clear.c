/* SPDX-License-Identifier: MIT */
/*
 * clear.c: taking things out of a space: a range of it, or all at its end.
 *
 * A range goes in two passes.  First all of it is unhooked: tables that lie
 * wholly inside as one entry, leaves in the one or two tables at its ends by
 * hiding them (pte_hide), so that they keep their frames' numbers.  Then one
 * flush, and only then references are dropped (H5), run by run: nothing has
 * to be remembered page by page, and no memory is needed.
 *
 * Entries are non-zero only where a region is, so that a table is emptied by
 * regions, and its frame goes back known to be zero.
 *
 * Lock: the space's; at a space's end none, for nobody else reaches it.
 */
#include "page.h"
#include "pt.h"
#include "region.h"

/* The rest of a run, n entries, from one on whose page has lost its last reference: more such are to be expected. */
static __attribute__((noinline)) void free_run(pte_t *e, size_t n, pte_t old)
{
	struct page *const pages = pg_array;
	uint8_t *const use = pg_use;
	struct link first, *last = first.next = kva(pte_pa(old));
	size_t freed = 1;

	__c11_atomic_thread_fence(__ATOMIC_ACQUIRE);
	use[pte_pa(old) >> PGSHIFT] = PG_FREE;
#pragma clang loop unroll_count(4)
	for (size_t i = 1; i < n; i++) {
		if (!(old = e[i]))
			continue;
		e[i] = 0;
		if (pg_unref_run(&pages[pte_pa(old) >> PGSHIFT])) {
			__c11_atomic_thread_fence(__ATOMIC_ACQUIRE);
			use[pte_pa(old) >> PGSHIFT] = PG_FREE;
			last = last->next = kva(pte_pa(old));
			freed++;
		}
	}
	pg_free_run(first.next, last, freed);
}

/* Drop an entry.  What it was, if its page has lost its last reference; or 0. */
static inline __attribute__((always_inline)) pte_t drop(struct page *pages, pte_t *e)
{
	pte_t old = *e;

	if (!old)
		return 0;
	*e = 0;
	return __builtin_expect(pg_unref_run(&pages[pte_pa(old) >> PGSHIFT]), 0) ? old : 0;
}

/* Drop n pages' entries, hidden or not.  As exit has it, most pages go on elsewhere. */
static void drop_run(pte_t *e, size_t n)
{
	enum { STEP = 4 };
	struct page *const pages = pg_array;
	pte_t *end = e + n, last;

	__c11_atomic_thread_fence(__ATOMIC_RELEASE);
	for (; end - e >= STEP; e += STEP)
#pragma clang loop unroll(full)
		for (int i = 0; i < STEP; i++)
			if ((last = drop(pages, e + i))) {
				free_run(e + i, (size_t)(end - e - i), last);
				return;
			}
	for (; e < end; e++)
		if ((last = drop(pages, e))) {
			free_run(e, (size_t)(end - e), last);
			return;
		}
}

void pt_empty(struct cursor *c, pte_t *t, int l, va_t last)
{
	while (c->r && c->va <= last) {
		pte_t *e = &t[pt_index(c->va, l)], old = *e;
		va_t stop = l > 0 ? pt_last(c->va, l) + 1 : cursor_stop(c, last);

		if (l == 0) {
			drop_run(e, (stop - c->va) >> PGSHIFT);
		} else if (old) {
			*e = 0;
			if (pg_ref(pt_page(old)) == 1) {
				pt_empty(c, pt_table(old), l - 1, stop - 1);
				pg_unref(pt_page(old));
				pg_zfree(pt_page(old));
			} else {
				pt_put(pt_page(old));
			}
		}
		cursor_to(c, stop);
	}
}

/* The highest level at which all that va's entry covers lies inside [first, last]; 0 at least. */
static int clear_level(va_t va, va_t first, va_t last)
{
	int l = 0;

	while (l < PT_TOP && pt_base(va, l + 1) >= first && pt_last(va, l + 1) <= last)
		l++;
	return l;
}

int pt_reserve(struct space *s, va_t va, va_t first, va_t last, struct gather *g)
{
	int l = clear_level(va, first, last);
	struct walk w = pt_walk(s, va);

	if (w.level > l)	/* nothing there, but tables above may hold entries nearer the middle */
		l = w.level;
	return w.sole || pt_own(s, va, l, g) ? 0 : -ENOMEM;
}

/* What is unhooked, and still has its references. */
enum { GONE_TABLES = 16 };
struct gone {
	struct gather *g;
	unsigned ntables, nruns;
	struct { struct page *p; va_t va; int level; } table[GONE_TABLES];
	struct { pte_t *e; size_t n; } run[2];		/* at either end of the range */
};

/* A table that hung at an entry of level l, and is this space's no more. */
static void drop_table(struct space *s, struct page *p, va_t va, int l)
{
	struct cursor c = cursor_at(s, va);

	if (!c.r || c.va > pt_last(va, l)) {	/* an operation made it, and was refused */
		pt_put(p);
	} else if (pg_unref(p)) {
		pt_empty(&c, pg_kva(p), l - 1, pt_last(va, l));
		pg_zfree(p);
	}
}

static void drop_gone(struct gone *gone)
{
	gather_done(gone->g);
	for (unsigned i = 0; i < gone->ntables; i++)
		drop_table(gone->g->s, gone->table[i].p, gone->table[i].va, gone->table[i].level);
	gone->ntables = 0;
}

static void unhook_table(struct gone *gone, pte_t *e, va_t va, int l)
{
	if (gone->ntables == GONE_TABLES)
		drop_gone(gone);
	gone->table[gone->ntables].p = pt_page(*e);
	gone->table[gone->ntables].va = pt_base(va, l);
	gone->table[gone->ntables++].level = l;
	pte_store(e, 0);
	gather_add(gone->g, pt_base(va, l), pt_last(va, l) + 1, 0);
	vm_count(gone->g->s, C_ENTRY, 1);
}

static void hide_run(struct gone *gone, pte_t *e, va_t va, size_t n)
{
	size_t absent = 0;

#pragma clang loop unroll_count(4)
	for (size_t i = 0; i < n; i++) {
		if (e[i])
			pte_store(&e[i], pte_hide(e[i]));
		else
			absent++;
	}
	if (absent == n)
		return;
	vm_count(gone->g->s, C_ENTRY, n - absent);
	gather_add(gone->g, va, va + (n << PGSHIFT), 0);
	gone->run[gone->nruns].e = e;
	gone->run[gone->nruns++].n = n;
}

void pt_clear(struct space *s, va_t lo, va_t hi, va_t first, va_t last, struct gather *g)
{
	struct gone gone;

	gone.g = g;
	gone.ntables = gone.nruns = 0;
	for (va_t va = lo, stop; va < hi && va >= lo; va = stop) {
		int l = clear_level(va, first, last);
		struct walk w = pt_walk(s, va);

		stop = pt_last(va, w.level > l ? w.level : l) + 1;
		if (w.level > 0 && w.level >= l)	/* nothing there at all */
			continue;
		if (l > 0) {
			pte_t *e = pt_own(s, va, l, g);

			assert(e);			/* pt_reserve saw to it */
			unhook_table(&gone, e, va, l);
			continue;
		}
		assert(w.sole);
		stop = hi - 1 > pt_last(va, 1) ? pt_last(va, 1) + 1 : hi;
		hide_run(&gone, w.e, va, (stop - va) >> PGSHIFT);
	}
	drop_gone(&gone);
	for (unsigned i = 0; i < gone.nruns; i++)
		drop_run(gone.run[i].e, gone.run[i].n);
}
