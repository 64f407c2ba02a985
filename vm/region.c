/* SPDX-License-Identifier: MIT */
/*
 * region.c: the regions of a space, in an AVL tree ordered by address.
 *
 * Regions do not overlap, so one order serves lo and hi alike.  No sequence
 * of calls makes the tree deeper than 1.44 log2 n, so what goes down it may
 * recurse.
 *
 * For region_hole each region knows the gap just below it, down to the region
 * before or to 0, and the longest of its subtree, its room.  Who changes the
 * tree keeps gaps right and marks rooms that are no longer known; region_hole
 * works them out again.  Invariant: above what is not known, nothing is known.
 *
 * Lock: the space's.
 */
#include "region.h"

enum { DEPTH = 48 };			/* of a tree of 2^32 regions, and some */

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

static void measure(struct region *r)
{
	unsigned l = height(r->left), h = height(r->right);

	r->height = (uint8_t)((l > h ? l : h) + 1);
}

static void turn_right(struct region **at)
{
	struct region *r = *at, *l = r->left;

	r->left = l->right;
	l->right = r;
	r->room = l->room = REGION_UNKNOWN;
	measure(r);
	measure(l);
	*at = l;
}

static void turn_left(struct region **at)
{
	struct region *r = *at, *h = r->right;

	r->right = h->left;
	h->left = r;
	r->room = h->room = REGION_UNKNOWN;
	measure(r);
	measure(h);
	*at = h;
}

/* One of r's subtrees was balanced again, and is a level higher or lower.  Is r's height another? */
static bool balance(struct region **at)
{
	struct region *r = *at;
	unsigned old = r->height, l = height(r->left), h = height(r->right);

	if (l > h + 1) {
		if (height(r->left->left) < height(r->left->right))
			turn_left(&r->left);
		turn_right(at);
	} else if (h > l + 1) {
		if (height(r->right->right) < height(r->right->left))
			turn_right(&r->right);
		turn_left(at);
	} else {
		measure(r);
	}
	return (*at)->height != old;
}

static void balance_path(struct region **path[], int n)
{
	while (n > 0 && balance(path[n - 1]))
		n--;
}

/* Where a region is or goes: the n pointers that lead there, and the one to it; its neighbours among those above it. */
struct way { struct region **path[DEPTH], *before, *after; int n; };

/* From here on no room above r is known. */
static inline void way_to(struct space *s, const struct region *r, struct way *w)
{
	struct region **at = &s->tree, *here;
	int n = 0;

	w->before = w->after = 0;
	while ((here = *at) && here != r) {
		here->room = REGION_UNKNOWN;
		w->path[n++] = at;
		if (r->lo < here->lo) {
			w->after = here;
			at = &here->left;
		} else {
			w->before = here;
			at = &here->right;
		}
	}
	w->path[n] = at;
	w->n = n;
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

static void gap_from(struct region *r, const struct region *before)
{
	r->gap = r->lo - (before ? before->hi : 0);
	r->room = REGION_UNKNOWN;
}

void region_insert(struct space *s, struct region *r)
{
	struct way w;

	way_to(s, r, &w);
	*w.path[w.n] = r;
	r->left = r->right = 0;
	r->height = 1;
	gap_from(r, w.before);
	if (w.after)
		gap_from(w.after, r);
	s->nregions++;
	region_grown(s);
	balance_path(w.path, w.n);
}

/* The region after r, below it in the tree, comes to stand in its place; the way goes on to where that one was. */
static void replace(struct region *r, struct way *w)
{
	struct region *next = r->right, ***path = w->path;
	int at = w->n, n = at;

	for (path[++n] = &r->right; next->left; next = next->left) {
		next->room = REGION_UNKNOWN;
		path[++n] = &next->left;
	}
	*path[n] = next->right;
	next->left = r->left;
	next->right = r->right;
	next->height = r->height;
	*path[at] = next;
	path[at + 1] = &next->right;
	w->n = n;
}

void region_remove(struct space *s, struct region *r)
{
	struct region *before, *after;
	struct way w;

	way_to(s, r, &w);
	before = r->left ? last_of(r->left) : w.before;
	after = r->right ? first_of(r->right) : w.after;
	if (r->left && r->right)
		replace(r, &w);
	else
		*w.path[w.n] = r->left ? r->left : r->right;
	if (after)
		gap_from(after, before);
	if (s->last == r)
		s->last = 0;
	s->nregions--;
	balance_path(w.path, w.n);
}

void region_bounds(struct space *s, struct region *r, va_t lo, va_t hi)
{
	struct region *after;
	struct way w;

	way_to(s, r, &w);
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

/* ---- free stretches ---- */

/* r's room, worked out where it is not known. */
static va_t room(struct region *r)
{
	va_t most = r->gap, other;

	if (r->left && (other = r->left->room != REGION_UNKNOWN ? r->left->room : room(r->left)) > most)
		most = other;
	if (r->right && (other = r->right->room != REGION_UNKNOWN ? r->right->room : room(r->right)) > most)
		most = other;
	return r->room = most;
}

static bool has(const struct region *r, size_t len)
{
	return r && r->room >= len;
}

va_t region_hole(struct space *s, size_t len, va_t limit)
{
	struct region *r = s->tree, *below = 0, *best = 0;

	if (r && r->room == REGION_UNKNOWN)
		room(r);
	while (r) {			/* best: what lies in its gap or left of it, unless there is better yet */
		if (r->lo >= limit) {
			r = r->left;
			continue;
		}
		below = r;
		if (r->gap >= len || has(r->left, len))
			best = r;
		r = r->right;
	}
	if (limit - (below ? below->hi : 0) >= len && !(below && below->hi > limit))
		return limit - len;
	if (!best)
		return 0;
	if (best->gap >= len)
		return best->lo - len;
	for (r = best->left; ; r = has(r->right, len) ? r->right : r->left)
		if (!has(r->right, len) && r->gap >= len)
			return r->lo - len;
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
