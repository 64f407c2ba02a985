/* SPDX-License-Identifier: MIT */
/*
 * region.c: the regions of a space, in a treap ordered by address.
 *
 * Regions do not overlap, so one order serves lo and hi alike.  Priorities
 * come from the space's own generator: runs repeat exactly, and the depth
 * stays about 2 log n whatever a program maps.
 *
 * Lock: the space's.
 */
#include "region.h"

static struct pool regions = POOL(struct region);

struct region *region_new(const struct region *like)
{
	struct region *r = pool_alloc(&regions);

	if (r)
		*r = *like;
	return r;
}

void region_free(struct region *r)
{
	if (r->obj)
		obj_put(r->obj);
	pool_free(&regions, r);
}

struct region *region_above(struct space *s, va_t va)
{
	struct region *r = s->tree, *best = 0;

	while (r) {
		if (va < r->hi) {
			best = r;
			r = r->left;
		} else {
			r = r->right;
		}
	}
	return best;
}

struct region *region_next(struct space *s, const struct region *r)
{
	struct region *next = r->right;

	if (!next)
		return region_above(s, r->hi);
	while (next->left)
		next = next->left;
	return next;
}

struct region *region_below(struct space *s, va_t va)
{
	struct region *r = s->tree, *best = 0;

	while (r) {
		if (r->lo < va) {
			best = r;
			r = r->right;
		} else {
			r = r->left;
		}
	}
	return best;
}

/* Not in the fault's own function, which has enough to keep in registers. */
__attribute__((noinline)) struct region *region_search(struct space *s, va_t va)
{
	va_t lo = 0, hi = USERTOP;

	if (va - s->hole_lo < s->hole_hi - s->hole_lo)
		return 0;
	for (struct region *r = s->tree; r; ) {
		if (va - r->lo < r->hi - r->lo)
			return s->last = r;
		if (va < r->lo) {
			hi = r->lo;
			r = r->left;
		} else {
			lo = r->hi;
			r = r->right;
		}
	}
	s->hole_lo = lo;
	s->hole_hi = hi;
	return 0;
}

/* Cut a treap into what lies below an address and what lies above. */
static void cut(struct region *t, va_t at, struct region **below, struct region **above)
{
	while (t) {
		if (t->lo < at) {
			*below = t;
			below = &t->right;
			t = t->right;
		} else {
			*above = t;
			above = &t->left;
			t = t->left;
		}
	}
	*below = *above = 0;
}

void region_insert(struct space *s, struct region *r)
{
	struct region **at = &s->tree;

	s->seed = s->seed * 1664525 + 1013904223;	/* Knuth's and Lewis's constants */
	r->prio = s->seed >> 1;
	while (*at && (*at)->prio >= r->prio)
		at = r->lo < (*at)->lo ? &(*at)->left : &(*at)->right;
	cut(*at, r->lo, &r->left, &r->right);
	*at = r;
	region_grown(s);
	s->nregions++;
}

void region_remove(struct space *s, struct region *r)
{
	struct region **at = &s->tree, *l = r->left, *h = r->right;

	while (*at != r)
		at = r->lo < (*at)->lo ? &(*at)->left : &(*at)->right;
	while (l && h) {
		if (l->prio >= h->prio) {
			*at = l;
			at = &l->right;
			l = l->right;
		} else {
			*at = h;
			at = &h->left;
			h = h->left;
		}
	}
	*at = l ? l : h;
	s->last = 0;
	s->nregions--;
}

void region_split(struct space *s, va_t va, struct region **spare)
{
	struct region *r = region_find(s, va), *n = *spare;

	if (!r || r->lo == va)
		return;
	*n = *r;
	n->lo = va;
	n->off += (va - r->lo) >> PGSHIFT;
	if (n->obj)
		obj_get(n->obj);
	r->hi = va;
	region_insert(s, n);
	*spare = 0;
}

bool region_continues(const struct region *r, const struct region *n)
{
	return r->hi == n->lo && r->kind == n->kind && r->kind != R_STACK && r->prot == n->prot
	    && r->inherit == n->inherit && r->shared == n->shared && r->obj == n->obj
	    && (r->kind != R_OBJECT || r->off + ((r->hi - r->lo) >> PGSHIFT) == n->off);
}

void region_join(struct space *s, va_t va)
{
	struct region *r = region_below(s, va), *n = region_find(s, va);

	if (!r || !n || r == n || !region_continues(r, n))
		return;
	region_remove(s, n);
	r->hi = n->hi;
	region_free(n);
}
