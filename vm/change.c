/* SPDX-License-Identifier: MIT */
/*
 * change.c: what programs change of their regions: rights, inheritance, who
 * manages them.
 *
 * All or nothing, as in map.c.  mprotect that grants nothing but permission
 * changes only the region, for the fault does the rest.
 *
 * Lock: the space's.
 */
#include "change.h"

bool covered(struct space *s, va_t lo, va_t hi)
{
	struct region *r;

	while (lo < hi && (r = region_find(s, lo)))
		lo = r->hi;
	return lo >= hi;
}

void region_scrap(struct region *r)
{
	r->obj = 0;
	region_free(r);
}

int own_tables(struct space *s, va_t lo, va_t hi, struct gather *g)
{
	for (va_t va = lo; va < hi; ) {
		struct walk w = pt_walk(s, va);

		if (w.level == 0 && !w.sole && !pt_own(s, va, 0, g))
			return -ENOMEM;
		va = pt_last(va, w.level ? w.level : 1) + 1;
	}
	return 0;
}

/* ---- the ends of a range ---- */

void ends_release(struct ends *e)
{
	for (int i = 0; i < 2; i++)
		if (e->spare[i])
			region_scrap(e->spare[i]);
}

int ends_reserve(struct space *s, va_t lo, va_t hi, struct ends *e)
{
	struct region *r = region_find(s, lo), *top = r && r->hi >= hi ? r : region_find(s, hi);

	e->spare[0] = e->spare[1] = 0;
	if ((r && r->lo < lo && !(e->spare[0] = region_blank()))
	    || (top && top->lo < hi && top->hi > hi && !(e->spare[1] = region_blank())))
		return ends_release(e), -ENOMEM;
	return 0;
}

struct region *ends_split(struct space *s, va_t lo, va_t hi, struct ends *e)
{
	struct region *r = region_find(s, lo);

	if (e->spare[0])
		s->last = r = region_cut(s, r, lo, &e->spare[0]);
	if (e->spare[1])
		region_cut(s, r && r->hi > hi ? r : region_find(s, hi), hi, &e->spare[1]);
	return r ? r : region_above(s, lo);
}

void ends_join(struct space *s, va_t lo, va_t hi)
{
	struct region *after, *r = region_around(s, lo, &after);

	if (!r || r->hi < lo) {			/* nothing that meets the range: begin in it */
		if (!(r = after))
			return;
	}
	while (r->hi <= hi && (after = region_next(s, r)))
		if (!region_absorb(s, r, after))
			r = after;
}

/* ---- rights ---- */

/* May [lo, hi) be protected so?  *revokes: some region loses a right that a shared table may still grant; W it never does. */
static int may_protect(struct space *s, va_t lo, va_t hi, unsigned prot, bool *revokes)
{
	*revokes = false;
	for (struct region *r; lo < hi; lo = r->hi) {
		if (!(r = region_find(s, lo)))
			return -ENOMEM;
		if ((prot & P_W) && r->shared == REGION_SEALED && r->kind != R_USER)
			return -EACCES;
		if (r->prot & ~prot & (P_R | P_X))
			*revokes = true;
	}
	return 0;
}

/* Take from the entries of [lo, hi), in one leaf table, what prot does not allow. */
static void restrict_run(struct space *s, pte_t *e, va_t lo, va_t hi, unsigned prot, bool new_x, struct gather *g)
{
	unsigned allowed = prot | PTE_IMPLIED | P_S0 | P_S1 | (prot ? P_U : 0);

	for (va_t va = lo; va < hi; va += PGSIZE, e++) {
		if (!*e)
			continue;
		if (new_x)				/* its bytes will be fetched */
			mmu_icache(kva(pte_pa(*e)), PGSIZE);
		if (pte_prot(*e) & ~allowed) {
			*e = pte_leaf(pte_pa(*e), pte_prot(*e) & allowed);
			gather_add(g, va, va + PGSIZE, 0);
			vm_count(s, C_ENTRY, 1);
		}
	}
}

static void restrict_region(struct space *s, struct region *r, unsigned prot, struct gather *g)
{
	bool new_x = prot & ~r->prot & P_X;	/* of a managed region always: some entry may lose W */

	for (va_t va = r->lo, stop; va < r->hi; va = stop) {
		struct walk w = pt_walk(s, va);

		stop = pt_last(va, w.level ? w.level : 1) + 1;
		if (stop > r->hi)
			stop = r->hi;
		if (w.level == 0 && (w.sole || new_x))
			restrict_run(s, w.e, va, stop, w.sole ? prot : P_RWX, new_x, g);
	}
	r->prot = r->kind == R_USER ? region_said(prot) : prot;
}

static int protect(struct space *s, va_t lo, va_t hi, unsigned prot, struct gather *g)
{
	struct region *r;
	struct ends e;
	bool revokes;
	int rc;

	if ((rc = may_protect(s, lo, hi, prot, &revokes)) < 0 || (rc = ends_reserve(s, lo, hi, &e)) < 0)
		return rc;
	if (revokes && (rc = own_tables(s, lo, hi, g)) < 0)
		return ends_release(&e), rc;
	for (r = ends_split(s, lo, hi, &e); r; r = r->hi < hi ? region_next(s, r) : 0)
		restrict_region(s, r, prot, g);
	ends_join(s, lo, hi);
	return 0;
}

int vm_protect(struct space *s, va_t lo, va_t hi, unsigned prot)
{
	struct gather g;
	int rc;

	if (!range_ok(lo, hi) || (prot & ~P_RWX))
		return -EINVAL;
	lock(&s->lock);
	gather_init(&g, s);
	rc = protect(s, lo, hi, with_read(prot), &g);
	gather_done(&g);
	unlock(&s->lock);
	return rc;
}

/* ---- inheritance ---- */

/* May this region be inherited so? */
static bool inherit_ok(const struct region *r, unsigned inherit)
{
	if (inherit == INHERIT_NONE)
		return true;
	if (inherit == INHERIT_SHARE)
		return r->shared || r->kind == R_ZERO || r->kind == R_OBJECT;
	return !r->shared;
}

/* 0, -EINVAL, -ENOMEM: part of it is no region, or there is no memory. */
static int inherit_range(struct space *s, va_t lo, va_t hi, unsigned inherit, struct gather *g)
{
	struct object *o = 0;
	struct region *r;
	struct ends e;
	int rc;

	for (r = region_above(s, lo); r && r->lo < hi; r = region_next(s, r))
		if (!inherit_ok(r, inherit))
			return -EINVAL;
	if (!covered(s, lo, hi))
		return -ENOMEM;
	if ((rc = ends_reserve(s, lo, hi, &e)) < 0)
		return rc;
	if (inherit == INHERIT_SHARE && (rc = share_reserve(s, lo, hi, &o, g)) < 0)
		return ends_release(&e), rc;
	for (r = ends_split(s, lo, hi, &e); r && r->lo < hi; r = region_next(s, r)) {
		if (inherit == INHERIT_SHARE && !r->shared)
			share_region(s, r, lo, o, g);
		r->inherit = inherit;
	}
	if (o)
		obj_put(o);
	ends_join(s, lo, hi);
	return 0;
}

int vm_inherit(struct space *s, va_t lo, va_t hi, unsigned inherit)
{
	struct gather g;
	int rc;

	if (!range_ok(lo, hi) || inherit > INHERIT_ZERO)
		return -EINVAL;
	lock(&s->lock);
	gather_init(&g, s);
	rc = inherit_range(s, lo, hi, inherit, &g);
	gather_done(&g);
	unlock(&s->lock);
	return rc;
}

/* ---- memory that the program manages ---- */

/* A region for each hole of [lo, hi), in a list by ->right, or -ENOMEM and none. */
static int reserve_holes(struct space *s, va_t lo, va_t hi, struct region **list)
{
	struct region hole = { .lo = lo, .kind = R_USER, .prot = region_said(P_RWX), .inherit = INHERIT_COPY }, *r, *n;

	for (*list = 0; hole.lo < hi; hole.lo = r ? r->hi : hi) {
		r = region_above(s, hole.lo);
		hole.hi = r && r->lo < hi ? r->lo : hi;
		if (hole.lo >= hole.hi)
			continue;
		if (!(n = region_new(&hole)))
			break;
		n->right = *list;
		*list = n;
	}
	if (hole.lo >= hi)
		return 0;
	while ((n = *list)) {
		*list = n->right;
		region_free(n);
	}
	return -ENOMEM;
}

static void take_over(struct region *r)
{
	if (r->kind == R_USER)
		return;
	r->prot = region_said(r->prot);
	r->kind = R_USER;
	r->off = 0;
	if (r->obj)
		obj_put(r->obj);
	r->obj = 0;
}

int vm_manage(struct space *s, va_t lo, va_t hi)
{
	struct region *r, *holes, *next;
	struct gather g;
	struct ends e;
	int rc;

	if (!range_ok(lo, hi))
		return -EINVAL;
	lock(&s->lock);
	gather_init(&g, s);
	rc = ends_reserve(s, lo, hi, &e);
	if (rc == 0 && ((rc = own_tables(s, lo, hi, &g)) < 0 || (rc = bring_in(s, lo, hi, &g)) < 0
	    || (rc = reserve_holes(s, lo, hi, &holes)) < 0))
		ends_release(&e);
	if (rc == 0) {
		for (r = ends_split(s, lo, hi, &e); r && r->lo < hi; r = region_next(s, r))
			take_over(r);
		for (r = holes; r; r = next) {
			next = r->right;
			region_insert(s, r);
		}
	}
	gather_done(&g);
	if (rc == 0)
		ends_join(s, lo, hi);
	unlock(&s->lock);
	return rc;
}
