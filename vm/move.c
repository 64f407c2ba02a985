/* SPDX-License-Identifier: MIT */
/*
 * move.c: mremap: regions and their pages go elsewhere, or go on.
 *
 * Nothing is copied: entries move, with the rights they have, and so does the
 * page's one reference.  All tables, here and there, are owned before the
 * first entry moves, so that nothing fails half way.  Old and new addresses
 * belong to one space, whose lock is held: one flush at the end is enough.
 *
 * Tables that hold nothing are found by no region and so must not stay: they
 * are trimmed, at the destination if memory was short, where things came from
 * if all went well.
 *
 * Lock: the space's.
 */
#include "change.h"

/* May all of [lo, hi) move?  0; -EFAULT: part of it is no region; -EINVAL: a stack, or the program manages it. */
static int may_move(struct space *s, va_t lo, va_t hi)
{
	for (struct region *r; lo < hi; lo = r->hi) {
		if (!(r = region_find(s, lo)))
			return -EFAULT;
		if (r->kind == R_STACK || r->kind == R_USER)
			return -EINVAL;
	}
	return 0;
}

static bool is_free(struct space *s, va_t lo, va_t hi)
{
	struct region *r = region_above(s, lo);

	return !r || r->lo >= hi;
}

/* The tables that will take what is in [lo, hi), by bytes further.  0 or -ENOMEM. */
static int own_there(struct space *s, va_t lo, va_t hi, va_t by, struct gather *g)
{
	for (va_t va = lo, stop; va < hi; va = stop) {
		struct walk w = pt_walk(s, va);

		stop = pt_stretch(&w, va, hi);
		if (w.level == 0 && (!pt_own(s, va + by, 0, g) || !pt_own(s, stop - 1 + by, 0, g)))
			return -ENOMEM;
	}
	return 0;
}

/* Unhook the tables, this space's alone, that hold nothing and cover some of [va, last].  Is t, of level l, empty now? */
static bool trim(struct gather *g, pte_t *t, int l, va_t va, va_t last)
{
	bool more = l > 0;

	for (va_t stop; more; va = stop + 1) {
		pte_t *e = &t[pt_index(va, l)], old = *e;

		stop = pt_last(va, l) < last ? pt_last(va, l) : last;
		more = stop < last;
		if (old && pg_ref(pt_page(old)) == 1 && trim(g, pt_table(old), l - 1, va, stop)) {
			pte_store(e, 0);
			gather_add(g, pt_base(va, l), pt_last(va, l) + 1, pt_page(old));
			vm_count(g->s, C_ENTRY, 1);
		}
	}
	for (int i = 0; i < PT_N && l < PT_TOP; i++)
		if (t[i])
			return false;
	return true;
}

static void move_run(struct space *s, pte_t *from, pte_t *to, size_t n)
{
	size_t moved = 0;
	bool writable = false;

	for (size_t i = 0; i < n; i++) {
		pte_t e = from[i];

		if (!e)
			continue;
		pte_store(&from[i], 0);
		pte_store(&to[i], e);
		writable = writable || (pte_prot(e) & P_W);
		moved++;
	}
	if (writable)
		pt_soil(to);
	vm_count(s, C_ENTRY, 2 * moved);
}

static void move_entries(struct space *s, va_t lo, va_t hi, va_t by)
{
	for (va_t va = lo, stop; va < hi; va = stop) {
		struct walk w = pt_walk(s, va), there;
		va_t room = pt_last(va + by, 1) - (va + by) + 1;

		stop = pt_stretch(&w, va, hi);
		if (w.level > 0)
			continue;
		if (stop - va > room)
			stop = va + room;
		there = pt_walk(s, va + by);
		assert(w.sole && there.sole && there.level == 0);
		move_run(s, w.e, there.e, (stop - va) >> PGSHIFT);
	}
}

/* From r on: the regions up to hi lie by bytes further, and the last one goes on to an end. */
static void move_regions(struct space *s, struct region *r, va_t hi, va_t by, va_t end)
{
	for (struct region *next; r && r->lo < hi; r = next) {
		bool is_last = r->hi >= hi;

		next = is_last ? 0 : region_next(s, r);
		region_remove(s, r);
		r->lo += by;
		r->hi = is_last ? end : r->hi + by;
		region_insert(s, r);
	}
}

static int move(struct space *s, va_t lo, va_t hi, va_t to, va_t to_hi, struct gather *g)
{
	va_t by = to - lo;
	struct ends e;
	int rc;

	if (!is_free(s, to, to_hi))
		return -EEXIST;
	if ((rc = ends_reserve(s, lo, hi, &e)) < 0)
		return rc;
	if ((rc = own_tables(s, lo, hi, g)) < 0 || (rc = own_there(s, lo, hi, by, g)) < 0) {
		trim(g, s->root, PT_TOP, to, to_hi - 1);
		return ends_release(&e), rc;
	}
	move_entries(s, lo, hi, by);
	move_regions(s, ends_split(s, lo, hi, &e), hi, by, to_hi);
	gather_add(g, lo, hi, 0);
	gather_add(g, to, to_hi, 0);
	trim(g, s->root, PT_TOP, lo, hi - 1);
	region_join(s, to_hi);
	region_join(s, to);
	return 0;
}

/* What ends at hi goes on to new_hi. */
static int go_on(struct space *s, va_t hi, va_t new_hi)
{
	struct region *r = region_find(s, hi - 1), more;
	int rc;

	if (r->hi > hi)
		return -EEXIST;
	region_like(&more, r);
	more.off += (hi - r->lo) >> PGSHIFT;
	more.lo = hi;
	more.hi = new_hi;
	if (more.obj)
		obj_get(more.obj);
	if ((rc = region_put(s, &more, 0)) < 0 && more.obj)
		obj_put(more.obj);
	return rc;
}

int vm_remap(struct space *s, va_t lo, va_t hi, va_t to, va_t to_hi)
{
	struct gather g;
	int rc;

	if (!range_ok(lo, hi) || !range_ok(to, to_hi) || to_hi - to < hi - lo)
		return -EINVAL;
	lock(&s->lock);
	gather_init(&g, s);
	rc = may_move(s, lo, hi);
	if (rc == 0 && to != lo)
		rc = move(s, lo, hi, to, to_hi, &g);
	else if (rc == 0 && to_hi > hi)
		rc = go_on(s, hi, to_hi);
	gather_done(&g);
	unlock(&s->lock);
	return rc;
}
