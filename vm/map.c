/* SPDX-License-Identifier: MIT */
/*
 * map.c: what programs ask of their regions.
 *
 * All or nothing: an operation first reserves what it will need (a region
 * for each end that cuts one in two, the tables it will write), and from
 * there on it cannot fail.  What a refused reservation leaves behind, a
 * table of one's own instead of a shared one, nobody can see.
 *
 * Lock: the space's.
 */
#include "fault.h"

/* Regions that lie astride the ends of a range are cut there. */
struct ends { struct region *spare[2]; };

static bool range_ok(va_t lo, va_t hi)
{
	return lo < hi && hi <= USERTOP && !((lo | hi) & (PGSIZE - 1));
}

static bool astride(struct space *s, va_t va)
{
	struct region *r = region_find(s, va);

	return r && r->lo < va;
}

static void release(struct ends *e)
{
	for (int i = 0; i < 2; i++)
		if (e->spare[i]) {
			e->spare[i]->obj = 0;		/* never was a holder */
			region_free(e->spare[i]);
		}
}

static int reserve(struct space *s, va_t lo, va_t hi, struct ends *e)
{
	static const struct region blank;
	va_t at[2] = { lo, hi };

	e->spare[0] = e->spare[1] = 0;
	for (int i = 0; i < 2; i++)
		if (astride(s, at[i]) && !(e->spare[i] = region_new(&blank)))
			return release(e), -ENOMEM;
	return 0;
}

static void split(struct space *s, va_t lo, va_t hi, struct ends *e)
{
	region_split(s, lo, &e->spare[0]);
	region_split(s, hi, &e->spare[1]);
}

/* W and X imply R: no format here can do without. */
static unsigned with_read(unsigned prot)
{
	return prot & P_RWX ? (prot & P_RWX) | P_R : 0;
}

/* Put r in, or join it to what it continues.  0, or -EEXIST: something is there.  => space locked; r is not the caller's any more */
static int put(struct space *s, struct region *r)
{
	struct region *above = region_above(s, r->lo), *below = region_below(s, r->lo);
	va_t hi = r->hi;

	if (above && above->lo < hi) {
		r->obj = 0;
		region_free(r);
		return -EEXIST;
	}
	if (below && region_continues(below, r)) {
		below->hi = hi;
		region_grown(s);
		region_free(r);
	} else {
		region_insert(s, r);
	}
	region_join(s, hi);
	return 0;
}

/* Take away what is in [lo, hi).  0 or -ENOMEM, and then all is as it was.  => space locked */
static int clear(struct space *s, va_t lo, va_t hi)
{
	struct region *r, *below = region_below(s, lo), *above = region_above(s, hi);
	va_t first = !below ? 0 : below->hi > lo ? lo : below->hi;
	va_t last = !above ? ~(va_t)0 : above->lo < hi ? hi - 1 : above->lo - 1;
	struct gather g;
	struct ends e;
	int rc = reserve(s, lo, hi, &e);

	gather_init(&g, s);
	if (rc == 0 && ((rc = pt_reserve(s, lo, first, last, &g)) < 0
	    || (rc = pt_reserve(s, hi - 1, first, last, &g)) < 0))
		release(&e);
	if (rc == 0) {
		split(s, lo, hi, &e);
		pt_clear(s, lo, hi, first, last, &g);
	}
	gather_done(&g);
	while (rc == 0 && (r = region_above(s, lo)) && r->lo < hi) {
		region_remove(s, r);
		region_free(r);
	}
	return rc;
}

/* A region as it will be, or null. */
static struct region *likeness(const struct region *like)
{
	struct region *r = region_new(like);

	if (r)
		r->prot = with_read(r->prot);
	return r;
}

int vm_map(struct space *s, const struct region *like)
{
	struct region *r;
	int rc;

	if (!range_ok(like->lo, like->hi))
		return -EINVAL;
	if (!(r = likeness(like)))
		return -ENOMEM;
	lock(&s->lock);
	rc = put(s, r);
	unlock(&s->lock);
	return rc;
}

int vm_replace(struct space *s, const struct region *like)
{
	struct region *r;
	int rc;

	if (!range_ok(like->lo, like->hi))
		return -EINVAL;
	if (!(r = likeness(like)))
		return -ENOMEM;
	lock(&s->lock);
	rc = clear(s, like->lo, like->hi);
	if (rc == 0) {
		rc = put(s, r);
	} else {
		r->obj = 0;
		region_free(r);
	}
	unlock(&s->lock);
	return rc;
}

int vm_unmap(struct space *s, va_t lo, va_t hi)
{
	int rc;

	if (!range_ok(lo, hi))
		return -EINVAL;
	lock(&s->lock);
	rc = clear(s, lo, hi);
	unlock(&s->lock);
	return rc;
}

static bool covered(struct space *s, va_t lo, va_t hi)
{
	struct region *r;

	while (lo < hi && (r = region_find(s, lo)))
		lo = r->hi;
	return lo >= hi;
}

/* Join what is alike where regions meet from lo to hi. */
static void join_range(struct space *s, va_t lo, va_t hi)
{
	struct region *r;

	for (va_t va = lo; (r = region_above(s, va)) && va <= hi; va = r->hi) {
		region_join(s, va);
		r = region_above(s, va);
	}
}

/* For each leaf table of [lo, hi): make it this space's own.  0 or -ENOMEM. */
static int own_tables(struct space *s, va_t lo, va_t hi, struct gather *g)
{
	for (va_t va = lo; va < hi; ) {
		struct walk w = pt_walk(s, va);

		if (w.level == 0 && !w.sole && !pt_own(s, va, 0, g))
			return -ENOMEM;
		va = pt_last(va, w.level ? w.level : 1) + 1;
	}
	return 0;
}

/* Does some region of [lo, hi) lose a right that a shared table may still grant?  W it never does. */
static bool revokes(struct space *s, va_t lo, va_t hi, unsigned prot)
{
	struct region *r;

	for (r = region_above(s, lo); r && r->lo < hi; r = region_next(s, r))
		if (r->prot & ~prot & (P_R | P_X))
			return true;
	return false;
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

int vm_protect(struct space *s, va_t lo, va_t hi, unsigned prot)
{
	struct region *r;
	struct gather g;
	struct ends e;
	int rc = -ENOMEM;

	if (!range_ok(lo, hi) || (prot & ~P_RWX))
		return -EINVAL;
	prot = with_read(prot);
	lock(&s->lock);
	gather_init(&g, s);
	if (covered(s, lo, hi) && (rc = reserve(s, lo, hi, &e)) == 0
	    && revokes(s, lo, hi, prot) && (rc = own_tables(s, lo, hi, &g)) < 0)
		release(&e);
	if (rc == 0) {
		split(s, lo, hi, &e);
		for (r = region_above(s, lo); r && r->lo < hi; r = region_above(s, r->hi))
			restrict_region(s, r, prot, &g);
	}
	gather_done(&g);
	if (rc == 0)
		join_range(s, lo, hi);
	unlock(&s->lock);
	return rc;
}

/* May this region be inherited so?  Sharing needs an object behind it that is shared already. */
static bool inherit_ok(const struct region *r, unsigned inherit)
{
	if (inherit == INHERIT_NONE)
		return true;
	return r->shared ? inherit == INHERIT_SHARE : inherit != INHERIT_SHARE;
}

int vm_inherit(struct space *s, va_t lo, va_t hi, unsigned inherit)
{
	struct region *r;
	struct ends e;
	int rc = -ENOMEM;

	if (!range_ok(lo, hi) || inherit > INHERIT_ZERO)
		return -EINVAL;
	lock(&s->lock);
	for (r = region_above(s, lo); r && r->lo < hi; r = region_next(s, r))
		if (!inherit_ok(r, inherit))
			return unlock(&s->lock), -EINVAL;
	if (covered(s, lo, hi) && (rc = reserve(s, lo, hi, &e)) == 0) {
		split(s, lo, hi, &e);
		for (r = region_above(s, lo); r && r->lo < hi; r = region_next(s, r))
			r->inherit = inherit;
		join_range(s, lo, hi);
	}
	unlock(&s->lock);
	return rc;
}

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
	rc = reserve(s, lo, hi, &e);
	if (rc == 0 && ((rc = own_tables(s, lo, hi, &g)) < 0 || (rc = bring_in(s, lo, hi, &g)) < 0
	    || (rc = reserve_holes(s, lo, hi, &holes)) < 0))
		release(&e);
	if (rc == 0) {
		split(s, lo, hi, &e);
		for (r = region_above(s, lo); r && r->lo < hi; r = region_next(s, r))
			take_over(r);
		for (r = holes; r; r = next) {
			next = r->right;
			region_insert(s, r);
		}
	}
	gather_done(&g);
	if (rc == 0)
		join_range(s, lo, hi);
	unlock(&s->lock);
	return rc;
}

va_t vm_hole(struct space *s, size_t len, va_t limit)
{
	va_t hi = PG_DOWN(limit), lo = 0;
	struct region *r;

	len = PG_UP(len);
	if (len == 0)
		return 0;
	lock(&s->lock);
	while ((r = region_below(s, hi))) {
		lo = r->hi;
		if (lo < hi && hi - lo >= len)
			break;
		hi = r->lo;
		lo = 0;
	}
	unlock(&s->lock);
	return hi > len && hi - lo >= len ? hi - len : 0;
}

int vm_resize(struct space *s, va_t lo, va_t hi, va_t new_hi)
{
	struct region more = { .lo = hi, .hi = new_hi, .prot = P_R | P_W, .kind = R_ZERO, .inherit = INHERIT_COPY };

	if (new_hi < lo || new_hi > USERTOP)
		return -EINVAL;
	if (new_hi == hi)
		return 0;
	return new_hi > hi ? vm_map(s, &more) : vm_unmap(s, new_hi, hi);
}
