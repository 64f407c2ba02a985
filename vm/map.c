/* SPDX-License-Identifier: MIT */
/*
 * map.c: what is mapped where: map, replace, unmap, discard, and the end of
 * the heap.
 *
 * All or nothing: an operation first reserves what it will need (a region
 * where one is cut in two, the tables it will write), and from there on it
 * cannot fail.  What a refused reservation leaves behind, a table of one's
 * own instead of a shared one, nobody can see.
 *
 * Lock: the space's.
 */
#include "change.h"

/* As it will be. */
static void finish(struct region *r)
{
	if (r->shared && r->obj)
		obj_shared(r->obj);
	r->prot = (uint8_t)with_read(r->prot);
}

/* region_put where the way leads; something may be there. */
static int put(struct space *s, const struct region *like, struct way *w, struct region *spare)
{
	struct region *below = w->before, *above = w->after;
	int rc = 0;

	if ((below && below->hi > like->lo) || (above && above->lo < like->hi)) {
		rc = -EEXIST;
	} else if (below && region_continues(below, like)) {
		below->hi = like->hi;
		region_gap(s, above, below);
		if (above)
			region_absorb(s, below, above);
	} else if (above && region_continues(like, above)) {
		above->lo = like->lo;
		above->off = like->off;
		region_gap(s, above, below);
	} else {
		if (!spare && !(spare = region_new(like)))
			return -ENOMEM;
		region_enter(s, spare, w);
		return 0;
	}
	if (rc == 0 && like->obj)
		obj_put(like->obj);
	if (spare)
		region_scrap(spare);
	return rc;
}

int region_put(struct space *s, const struct region *like, struct region *spare)
{
	struct way w;

	region_way(s, like->lo + 1, &w);	/* past one that begins there */
	return put(s, like, &w, spare);
}

/* Take [lo, hi) away from the regions.  spare: for one that goes on at both ends, or null. */
static void cut_away(struct space *s, va_t lo, va_t hi, struct region *spare)
{
	struct region *r = region_below(s, lo);

	if (r && r->hi > lo) {
		if (r->hi > hi)
			region_cut(s, r, hi, &spare);
		region_bounds(s, r, r->lo, lo);
	}
	while ((r = region_above(s, lo)) && r->lo < hi) {
		if (r->hi > hi) {
			region_bounds(s, r, hi, r->hi);
			return;
		}
		region_remove(s, r);
		region_free(r);
	}
}

/* Take away what is in [lo, hi).  0 or -ENOMEM, and then all is as it was.  => space locked */
static int clear(struct space *s, va_t lo, va_t hi)
{
	struct region *below = region_below(s, lo), *above = region_above(s, hi), *spare = 0;
	va_t first = !below ? 0 : below->hi > lo ? lo : below->hi;
	va_t last = !above ? ~(va_t)0 : above->lo < hi ? hi - 1 : above->lo - 1;
	struct gather g;
	int rc;

	if (below && below == above && !(spare = region_blank()))
		return -ENOMEM;
	gather_init(&g, s);
	if ((rc = pt_reserve(s, lo, first, last, &g)) == 0 && (rc = pt_reserve(s, hi - 1, first, last, &g)) == 0) {
		pt_clear(s, lo, hi, first, last, &g);
		cut_away(s, lo, hi, spare);
		return 0;
	}
	gather_done(&g);
	if (spare)
		region_scrap(spare);
	return rc;
}

int vm_map(struct space *s, const struct region *like)
{
	struct region r;
	int rc;

	region_like(&r, like);
	finish(&r);
	if (!range_ok(r.lo, r.hi))
		return -EINVAL;
	lock(&s->lock);
	rc = region_put(s, &r, 0);
	unlock(&s->lock);
	return rc;
}

int vm_map_below(struct space *s, struct region *r, size_t len, va_t limit)
{
	struct way w;
	int rc = -ENOMEM;

	if (!range_ok(0, len))
		return -EINVAL;
	finish(r);
	lock(&s->lock);
	if ((r->lo = region_place(s, len, limit, &w)) != 0) {
		r->hi = r->lo + len;
		if ((rc = put(s, r, &w, 0)) == 0)
			region_placed(s, len, limit, r->lo);
	}
	unlock(&s->lock);
	return rc;
}

int vm_replace(struct space *s, const struct region *like)
{
	struct region r, *spare;
	int rc;

	region_like(&r, like);
	finish(&r);
	if (!range_ok(r.lo, r.hi))
		return -EINVAL;
	if (!(spare = region_new(&r)))
		return -ENOMEM;
	lock(&s->lock);
	rc = clear(s, r.lo, r.hi);
	if (rc == 0)
		rc = region_put(s, &r, spare);
	else
		region_scrap(spare);
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

int vm_discard(struct space *s, va_t lo, va_t hi)
{
	struct gather g;
	int rc = -ENOMEM;

	if (!range_ok(lo, hi))
		return -EINVAL;
	lock(&s->lock);
	gather_init(&g, s);
	if (covered(s, lo, hi) && (rc = pt_reserve(s, lo, lo, hi - 1, &g)) == 0 && (rc = pt_reserve(s, hi - 1, lo, hi - 1, &g)) == 0)
		pt_clear(s, lo, hi, lo, hi - 1, &g);
	gather_done(&g);
	unlock(&s->lock);
	return rc;
}

bool vm_covered(struct space *s, va_t lo, va_t hi)
{
	bool all;

	if (!range_ok(lo, hi))
		return false;
	lock(&s->lock);
	all = covered(s, lo, hi);
	unlock(&s->lock);
	return all;
}

va_t vm_hole(struct space *s, size_t len, va_t limit)
{
	va_t at;

	len = PG_UP(len);
	if (len == 0)
		return 0;
	lock(&s->lock);
	at = region_hole(s, len, PG_DOWN(limit));
	unlock(&s->lock);
	return at;
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
