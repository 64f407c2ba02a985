/* SPDX-License-Identifier: MIT */
/*
 * share.c: private memory turns into shared memory, for a child to inherit it
 * so (minherit; H39).
 *
 * One unnamed object is made for all of a range.  Pages that are this space's
 * alone become the object's, too, and stay where they are.  Of those that it
 * shares with another space or a file the object gets a copy, and the entry
 * goes, so that the next access finds the object's page.  Lazy zeros stay
 * lazy; of a file the pages that are not there yet are copied now.
 *
 * All of that is made before anything of the space changes; what is refused
 * goes with the object.
 *
 * Lock: the space's.
 */
#include "change.h"

/* The object gets a copy of a page.  0 or -ENOMEM. */
static int give_copy(struct space *s, struct object *o, size_t index, const struct page *p)
{
	struct page *n = pg_alloc(PG_USER);
	bool good;

	if (!n)
		return -ENOMEM;
	pg_copy(pg_kva(n), pg_kva(p));
	vm_count(s, C_COPY, 1);
	good = obj_give(o, index, n);
	pt_put(n);
	return good ? 0 : -ENOMEM;
}

/* What r has at va becomes the object's page at an index, if there is anything.  0 or -ENOMEM. */
static int give(struct space *s, struct region *r, va_t va, struct object *o, size_t index)
{
	size_t at = r->off + ((va - r->lo) >> PGSHIFT);
	struct walk w = pt_walk(s, va);
	struct page *p;

	if (w.level == 0 && *w.e) {
		p = pt_page(*w.e);
		if (pg_ref(p) > 1)
			return give_copy(s, o, index, p);
		return obj_give(o, index, p) ? 0 : -ENOMEM;
	}
	if (r->kind != R_OBJECT || at >= obj_npages(r->obj))
		return 0;
	p = obj_page(r->obj, at);
	return p ? give_copy(s, o, index, p) : -ENOMEM;
}

static int give_region(struct space *s, struct region *r, va_t lo, va_t hi, struct object *o)
{
	int rc = 0;

	for (va_t va = r->lo > lo ? r->lo : lo, end = r->hi < hi ? r->hi : hi, stop; rc == 0 && va < end; va = stop) {
		struct walk w = pt_walk(s, va);

		stop = w.level > 0 && r->kind != R_OBJECT ? pt_stretch(&w, va, end) : va + PGSIZE;
		rc = give(s, r, va, o, (va - lo) >> PGSHIFT);
	}
	return rc;
}

int share_reserve(struct space *s, va_t lo, va_t hi, struct object **to, struct gather *g)
{
	struct region *r = region_above(s, lo);
	struct object *o;
	int rc;

	*to = 0;
	while (r && r->lo < hi && r->shared)
		r = region_next(s, r);
	if (!r || r->lo >= hi)
		return 0;
	if ((rc = own_tables(s, lo, hi, g)) < 0)
		return rc;
	if (!(o = obj_new((hi - lo) >> PGSHIFT, 0, 0)))
		return -ENOMEM;
	obj_shared(o);
	for (; rc == 0 && r && r->lo < hi; r = region_next(s, r))
		if (!r->shared)
			rc = give_region(s, r, lo, hi, o);
	if (rc < 0)
		obj_put(o);
	else
		*to = o;
	return rc;
}

/* Entries whose page is not the object's go. */
static void unhook_others(struct space *s, struct region *r, va_t lo, struct object *o, struct gather *g)
{
	for (va_t va = r->lo, stop; va < r->hi; va = stop) {
		struct walk w = pt_walk(s, va);
		struct page *p;

		stop = w.level > 0 ? pt_stretch(&w, va, r->hi) : va + PGSIZE;
		if (w.level > 0 || !*w.e || (p = pt_page(*w.e)) == obj_page(o, (va - lo) >> PGSHIFT))
			continue;
		assert(w.sole);
		pte_store(w.e, 0);
		gather_add(g, va, va + PGSIZE, p);
		vm_count(s, C_ENTRY, 1);
	}
}

void share_region(struct space *s, struct region *r, va_t lo, struct object *o, struct gather *g)
{
	unhook_others(s, r, lo, o, g);
	if (r->obj)
		obj_put(r->obj);
	obj_get(o);
	r->obj = o;
	r->off = (r->lo - lo) >> PGSHIFT;
	r->kind = R_OBJECT;
	r->shared = REGION_SHARED;
}
