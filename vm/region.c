/* SPDX-License-Identifier: MIT */
/*
 * region.c: the regions of a space, in an AVL tree ordered by address.
 *
 * Regions do not overlap, so one order serves lo and hi alike.  No sequence
 * of calls makes the tree deeper than 1.44 log2 n, so what goes down it may
 * recurse.
 *
 * For hole.c each region knows the gap just below it, down to the region
 * before or to 0, and the longest of its subtree, its room.  Who changes the
 * tree keeps gaps right and marks rooms that are no longer known; hole.c
 * works them out again.  Invariant: above what is not known, nothing is known.
 *
 * Lock: the space's.
 */
#include "region.h"

static struct pool regions = POOL(struct region);

struct region *region_blank(void)
{
	return pool_alloc(&regions);
}

struct region *region_new(const struct region *like)
{
	struct region *r = pool_alloc(&regions);

	if (r)
		region_like(r, like);
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

struct region *region_around(struct space *s, va_t va, struct region **after)
{
	struct region *r = s->tree, *below = 0;

	*after = 0;
	while (r) {
		if (r->lo < va) {
			below = r;
			r = r->right;
		} else {
			*after = r;
			r = r->left;
		}
	}
	return below;
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

/* ---- the tree's shape ---- */

static unsigned height(const struct region *r)
{
	return r ? r->height : 0;
}

/* The left subtree of *at is two levels higher than the right one, by one region that came or went. */
static void lower_left(struct region **at)
{
	struct region *r = *at, *l = r->left, *mid = l->right;
	unsigned h = height(mid);

	if (h > height(l->left)) {
		l->right = mid->left;
		r->left = mid->right;
		mid->left = l;
		mid->right = r;
		l->height = r->height = h;
		mid->height = h + 1;
		l->room = region_most(l);
		*at = mid;
	} else {
		r->left = mid;
		l->right = r;
		r->height = h + 1;
		l->height = h + 2;
		*at = l;
	}
	r->room = region_most(r);
	(*at)->room = REGION_UNKNOWN;
}

/* And the other way about. */
static void lower_right(struct region **at)
{
	struct region *l = *at, *r = l->right, *mid = r->left;
	unsigned h = height(mid);

	if (h > height(r->right)) {
		r->left = mid->right;
		l->right = mid->left;
		mid->left = l;
		mid->right = r;
		l->height = r->height = h;
		mid->height = h + 1;
		r->room = region_most(r);
		*at = mid;
	} else {
		l->right = mid;
		r->left = l;
		l->height = h + 1;
		r->height = h + 2;
		*at = r;
	}
	l->room = region_most(l);
	(*at)->room = REGION_UNKNOWN;
}

/* A subtree where the way ends is balanced, and a level higher or lower than it was. */
static void balance_up(const struct way *w)
{
	for (struct region ***path = w->end; path > w->path; ) {
		struct region **at = *--path, *r = *at;
		unsigned was = r->height, left = height(r->left), right = height(r->right);

		if (left > right + 1)
			lower_left(at);
		else if (right > left + 1)
			lower_right(at);
		else
			r->height = (uint8_t)((left > right ? left : right) + 1);
		if ((*at)->height == was)
			return;
	}
}

/* r is there where none was: what is around it becomes higher, as far up as something is lowered. */
static void balance_new(const struct way *w, const struct region *r)
{
	struct region *up;

	for (struct region ***path = w->end; path > w->path && (up = **--path)->height == r->height; r = up) {
		bool left = up->left == r;

		if (height(left ? up->right : up->left) + 1 == r->height) {
			up->height++;
			continue;
		}
		if (left)
			lower_left(*path);
		else
			lower_right(*path);
		return;
	}
}

void region_way(struct space *s, va_t va, struct way *w)
{
	struct region **at = &s->tree, *here, ***path = w->path;

	w->before = w->after = 0;
	while ((here = *at) && here->lo != va) {
		here->room = REGION_UNKNOWN;
		*path++ = at;
		if (va < here->lo) {
			w->after = here;
			at = &here->left;
		} else {
			w->before = here;
			at = &here->right;
		}
	}
	*path = at;
	w->end = path;
}

static struct region *first_of(struct region *r)
{
	while (r && r->left)
		r = r->left;
	return r;
}

static struct region *last_of(struct region *r)
{
	while (r && r->right)
		r = r->right;
	return r;
}

static inline void gap_from(struct region *r, const struct region *before)
{
	r->gap = r->lo - (before ? before->hi : 0);
	r->room = REGION_UNKNOWN;
}

void region_gap(struct space *s, struct region *r, const struct region *before)
{
	if (r)
		gap_from(r, before);
	region_grown(s);
}

void region_enter(struct space *s, struct region *r, struct way *w)
{
	**w->end = r;
	r->left = r->right = 0;
	r->height = 1;
	gap_from(r, w->before);
	if (w->after)
		gap_from(w->after, r);
	s->nregions++;
	region_grown(s);
	balance_new(w, r);
}

void region_insert(struct space *s, struct region *r)
{
	struct way w;

	region_way(s, r->lo, &w);
	region_enter(s, r, &w);
}

/* The region after r, below it in the tree, comes to stand in its place; the way goes on to where that one was. */
static void replace(struct region *r, struct way *w)
{
	struct region *next = r->right, ***path = w->end;

	for (*++path = &r->right; next->left; next = next->left) {
		next->room = REGION_UNKNOWN;
		*++path = &next->left;
	}
	**path = next->right;
	next->left = r->left;
	next->right = r->right;
	next->height = r->height;
	**w->end = next;
	w->end[1] = &next->right;
	w->end = path;
}

void region_remove(struct space *s, struct region *r)
{
	struct region *before, *after;
	struct way w;

	region_way(s, r->lo, &w);
	before = r->left ? last_of(r->left) : w.before;
	after = r->right ? first_of(r->right) : w.after;
	if (r->left && r->right)
		replace(r, &w);
	else
		**w.end = r->left ? r->left : r->right;
	if (after)
		gap_from(after, before);
	if (s->last == r)
		s->last = 0;
	s->nregions--;
	region_shrunk(s);
	balance_up(&w);
}

void region_bounds(struct space *s, struct region *r, va_t lo, va_t hi)
{
	struct region *after;
	struct way w;

	if (lo > r->lo || hi < r->hi)
		region_shrunk(s);
	region_way(s, r->lo, &w);
	r->off += (size_t)((intptr_t)(lo - r->lo) >> PGSHIFT);	/* where it has no object, nobody asks */
	r->gap += lo - r->lo;
	r->room = REGION_UNKNOWN;
	r->lo = lo;
	r->hi = hi;
	region_grown(s);
	for (after = r->right; after && after->left; after = after->left)
		after->room = REGION_UNKNOWN;
	if (!after)
		after = w.after;
	if (after)
		gap_from(after, r);
}

/* A copy of the tree at r, whose objects have a holder more.  0 or -ENOMEM, and then *to is what there is of it. */
static int copy_tree(struct region **to, const struct region *r, unsigned *modes)
{
	struct region *n = *to = region_new(r);
	int rc = 0;

	if (!n)
		return -ENOMEM;
	if (n->obj)
		obj_get(n->obj);
	n->left = n->right = 0;
	n->height = r->height;
	n->gap = r->gap;
	n->room = r->room;
	*modes |= 1u << r->inherit;
	if (r->left)
		rc = copy_tree(&n->left, r->left, modes);
	if (rc == 0 && r->right)
		rc = copy_tree(&n->right, r->right, modes);
	return rc;
}

int region_copy_all(struct space *to, const struct space *from, unsigned *modes)
{
	*modes = 0;
	to->nregions = from->nregions;
	return from->tree ? copy_tree(&to->tree, from->tree, modes) : 0;
}

void region_free_all(struct space *s)
{
	struct region *r;

	while ((r = s->tree)) {			/* a list by ->right, made as it is taken apart */
		if (r->left) {
			s->tree = r->left;
			r->left = s->tree->right;
			s->tree->right = r;
		} else {
			s->tree = r->right;
			region_free(r);
		}
	}
	s->last = 0;
	s->nregions = 0;
}

/* ---- what the rest is made of ---- */

struct region *region_cut(struct space *s, struct region *r, va_t va, struct region **spare)
{
	struct region *n = *spare;

	region_like(n, r);
	n->lo = va;
	n->off += (va - r->lo) >> PGSHIFT;
	if (n->obj)
		obj_get(n->obj);
	r->hi = va;			/* nobody's gap has changed but n's, which is 0 */
	region_insert(s, n);
	*spare = 0;
	return n;
}

void region_split(struct space *s, va_t va, struct region **spare)
{
	struct region *r = region_find(s, va);

	if (r && r->lo != va)
		region_cut(s, r, va, spare);
}

bool region_continues(const struct region *r, const struct region *n)
{
	return r->hi == n->lo && r->kind == n->kind && r->kind != R_STACK && r->prot == n->prot
	    && r->inherit == n->inherit && r->shared == n->shared && r->obj == n->obj
	    && (r->kind != R_OBJECT || r->off + ((r->hi - r->lo) >> PGSHIFT) == n->off);
}

bool region_absorb(struct space *s, struct region *r, struct region *n)
{
	if (!region_continues(r, n))
		return false;
	r->hi = n->hi;			/* what comes after n finds its gap from here */
	region_remove(s, n);
	region_free(n);
	return true;
}

void region_join(struct space *s, va_t va)
{
	struct region *n = region_find(s, va), *r;

	if (n && n->lo == va && (r = region_below(s, va)))
		region_absorb(s, r, n);
}
