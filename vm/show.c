/* SPDX-License-Identifier: MIT */
/*
 * show.c: a space as people want to see it.  Changes nothing.
 * Lock: the space's; what was seen may be otherwise when it is let go.
 */
#include "pt.h"
#include "region.h"

/* Pages of n entries from e on; sole: their table is reached by sole references only. */
static void count_run(const pte_t *e, size_t n, bool sole, struct vm_area *a)
{
	for (; n; n--, e++)
		if (*e) {
			a->resident++;
			a->held += !sole || pg_ref(pt_page(*e)) > 1;
		}
}

/* What is there of a region, at the cost of the tables there are. */
static void count_pages(struct space *s, const struct region *r, struct vm_area *a)
{
	for (va_t va = r->lo, stop; va < r->hi; va = stop) {
		struct walk w = pt_walk(s, va);

		stop = pt_last(va, w.level ? w.level : 1) + 1;
		if (stop > r->hi || !stop)
			stop = r->hi;
		if (w.level == 0)
			count_run(w.e, (stop - va) >> PGSHIFT, w.sole, a);
	}
	a->cow = !r->shared && r->prot & P_W ? a->held : 0;	/* the next store copies */
}

bool vm_show(struct space *s, va_t above, struct vm_area *a)
{
	struct region *r;

	lock(&s->lock);
	if ((r = region_above(s, above))) {
		*a = (struct vm_area){ .lo = r->lo, .hi = r->hi, .prot = region_prot(r), .kind = r->kind,
			.inherit = r->inherit, .shared = r->shared, .obj = r->obj, .off = r->off };
		if (a->obj)
			obj_get(a->obj);
		count_pages(s, r, a);
	}
	unlock(&s->lock);
	return r;
}

size_t vm_cow(struct space *s)
{
	size_t n = 0;

	lock(&s->lock);
	for (struct region *r = region_above(s, 0); r; r = region_next(s, r)) {
		struct vm_area a = { 0 };

		if (!r->shared && r->prot & P_W) {
			count_pages(s, r, &a);
			n += a.cow;
		}
	}
	unlock(&s->lock);
	return n;
}
