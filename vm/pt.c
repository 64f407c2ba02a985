/* SPDX-License-Identifier: MIT */
/*
 * pt.c: the radix walker and the gather.
 *
 * Invariant, the path rule: see vm.h.  Nothing below a table with more than
 * one holder is writable, and nobody writes into such a table.  Entries are
 * non-zero only where a region is.
 *
 * Lock: the space's, throughout.
 */
#include "pt.h"
#include "region.h"

/* A table that nobody holds any more: drop what it refers to. */
static void put_table(struct page *p)
{
	pte_t *t = pg_kva(p);

	for (int i = 0; i < PT_N; i++)
		if (t[i]) {
			pt_put(pt_page(t[i]));
			t[i] = 0;
		}
	pg_zfree(p);
}

void pt_put(struct page *p)
{
	if (!pg_unref(p))
		return;
	if (pg_use[pg_frame(p)] == PG_USER)
		pg_free(p);
	else
		put_table(p);
}

void gather_flush(struct gather *g)
{
	va_t lo = g->lo, hi = g->hi;

	if (hi - lo > (va_t)GATHER_WHOLE << PGSHIFT)
		lo = 0, hi = USERTOP;
	vm_count(g->s, C_INVAL, 1);
	vm_count(g->s, C_INVAL_PAGE, lo == 0 ? 1 : (hi - lo) >> PGSHIFT);
	shoot(g->s, lo, hi);
	for (unsigned i = 0; i < g->n; i++)
		pt_put(g->drop[i]);
	gather_init(g, g->s);
}

void gather_add(struct gather *g, va_t lo, va_t hi, struct page *p)
{
	if (g->n == GATHER_N)
		gather_flush(g);
	if (lo < g->lo)
		g->lo = lo;
	if (hi > g->hi)
		g->hi = hi;
	if (p)
		g->drop[g->n++] = p;
}

/*
 * Fill a zeroed table with what a shared one holds of this space, which
 * hangs at an entry of level l that covers va: by regions, for there is
 * nothing elsewhere.  False: a count was full.
 */
static bool copy_table(struct space *s, pte_t *t, pte_t *old, va_t va, int l)
{
	struct cursor c = cursor_at(s, pt_base(va, l));
	va_t last = pt_last(va, l), stop;
	bool had, full = false;

	for (; !full && c.r && c.va <= last; cursor_to(&c, stop)) {
		unsigned i = pt_index(c.va, l - 1);
		size_t n = 1;

		stop = pt_last(c.va, l - 1) + 1;
		if (l == 1) {
			stop = cursor_stop(&c, last);
			n = (stop - c.va) >> PGSHIFT;
		}
		vm_count(s, C_ENTRY, pt_share(t + i, old + i, n, true, &had, &full));
	}
	return !full;
}

/* A copy of the shared table that *e, an entry of this level, refers to, hooked in its place. */
static pte_t *unshare(struct space *s, pte_t *e, va_t va, int l, struct gather *g)
{
	struct page *old = pt_page(*e), *n = pg_zalloc(PG_TABLE + l);
	pte_t *t;

	if (!n)
		return 0;
	t = pg_kva(n);
	if (!copy_table(s, t, pg_kva(old), va, l))
		return pt_put(n), (pte_t *)0;
	*e = pte_table(pg_pa(n), l);
	gather_add(g, pt_base(va, l), pt_last(va, l) + 1, old);
	vm_count(s, C_TABLE_NEW, 1);
	vm_count(s, C_TABLE_COPY, 1);
	return t;
}

/* A new table, hooked into the absent entry *e of this level. */
static pte_t *grow(struct space *s, pte_t *e, int l)
{
	struct page *n = pg_zalloc(PG_TABLE + l);

	if (!n)
		return 0;
	*e = pte_table(pg_pa(n), l);
	vm_count(s, C_TABLE_NEW, 1);
	vm_count(s, C_ENTRY, 1);
	return pg_kva(n);
}

pte_t *pt_own(struct space *s, va_t va, int level, struct gather *g)
{
	pte_t *t = s->root;

	for (int l = PT_TOP; l > level; l--) {
		pte_t *e = &t[pt_index(va, l)];

		if (!pte_valid(*e))
			t = grow(s, e, l);
		else if (pg_ref(pt_page(*e)) > 1)
			t = unshare(s, e, va, l, g);
		else
			t = pt_table(*e);
		if (!t)
			return 0;
	}
	return &t[pt_index(va, level)];
}
