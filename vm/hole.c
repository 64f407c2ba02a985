/* SPDX-License-Identifier: MIT */
/*
 * hole.c: where there is room for a region.
 *
 * The highest hole is found by the longest gap of each subtree of region.c's
 * tree, which is worked out here where it is no longer known.
 *
 * Lock: the space's.
 */
#include "region.h"

/* r's room, worked out where it is not known. */
static void find_room(struct region *r)
{
	if (r->left && r->left->room == REGION_UNKNOWN)
		find_room(r->left);
	if (r->right && r->right->room == REGION_UNKNOWN)
		find_room(r->right);
	r->room = region_most(r);
}

static bool has(const struct region *r, size_t len)
{
	return r && r->room >= len;
}

va_t region_hole(struct space *s, size_t len, va_t limit)
{
	struct region *r = s->tree, *below = 0, *best = 0;

	if (r && r->room == REGION_UNKNOWN)
		find_room(r);
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

/*
 * Mappings are made downwards, each below the last: above that one nothing of
 * its size is free, until some region shrinks or goes.  So one way down serves
 * to find the place and to take it.
 */
va_t region_place(struct space *s, size_t len, va_t limit, struct way *w)
{
	va_t top = s->full_limit == limit && len >= s->full_len ? s->full_lo : limit, floor, at;

	region_way(s, top - 1, w);
	floor = w->before ? w->before->hi : 0;
	if (floor <= top && top - floor >= len)
		return top - len;
	if ((at = region_hole(s, len, top)) != 0)
		region_way(s, at, w);
	return at;
}

void region_placed(struct space *s, size_t len, va_t limit, va_t at)
{
	s->full_lo = at;
	s->full_len = len;
	s->full_limit = limit;
}
