/* SPDX-License-Identifier: MIT */
/*
 * query.c: what is where in a space, for the program to look at: one page, or
 * a range by runs that are alike, at the cost of what is mapped.
 *
 * Lock: the space's.
 */
#include "fault.h"

static unsigned page_have(const struct region *r, pte_t e)
{
	return e ? region_have(r, e) | PAGE_PRESENT : 0;
}

static unsigned page_region(const struct region *r)
{
	return region_prot(r) | (r->kind == R_USER ? PAGE_USER : 0) | (r->shared ? PAGE_SHARED : 0);
}

void look(const struct region *r, pte_t e, struct vm_look *l)
{
	l->have = page_have(r, e);
	l->region = page_region(r);
	l->holders = e ? pg_ref(pt_page(e)) : 0;
}

void vm_look(struct space *s, va_t va, struct vm_look *l)
{
	struct region *r;
	struct walk w;

	*l = (struct vm_look){ 0 };
	if (va >= USERTOP)
		return;
	lock(&s->lock);
	if ((r = region_find(s, va))) {
		w = pt_walk(s, va);
		look(r, w.level == 0 ? *w.e : 0, l);
	}
	unlock(&s->lock);
}

/* The runs found so far. */
struct query { struct page_run *run; unsigned n, max; const struct region *last; };

/* [lo, hi) of region r is alike.  False: no room for it. */
static bool found(struct query *q, const struct region *r, va_t lo, va_t hi, unsigned have)
{
	struct page_run *at = &q->run[q->n];

	if (q->n > 0 && q->last == r && at[-1].have == have) {
		at[-1].hi = hi;
		return true;
	}
	if (q->n == q->max)
		return false;
	*at = (struct page_run){ .lo = lo, .hi = hi, .have = have, .region = page_region(r) | r->inherit * PAGE_INHERIT };
	q->last = r;
	q->n++;
	return true;
}

/* How many of the n entries from e on are like the first: nearly always most are 0, and lie in a row. */
static size_t alike(const struct region *r, const pte_t *e, size_t n)
{
	const pte_t *at = e + 1, *end = e + n;
	unsigned have = page_have(r, *e);

	if (!*e)
		while (at < end && !*at)
			at++;
	else
		while (at < end && *at && page_have(r, *at) == have)
			at++;
	return (size_t)(at - e);
}

/* Entries of one leaf table, from e on, for [lo, hi) of r. */
static bool query_run(struct query *q, const struct region *r, va_t lo, va_t hi, const pte_t *e)
{
	bool room = true;
	size_t n;

	for (; room && lo < hi; e += n, lo += n << PGSHIFT) {
		n = alike(r, e, (hi - lo) >> PGSHIFT);
		room = found(q, r, lo, lo + (n << PGSHIFT), page_have(r, *e));
	}
	return room;
}

int vm_query(struct space *s, va_t lo, va_t hi, struct page_run *run, unsigned n)
{
	struct query q = { .run = run, .max = n };
	struct cursor c;
	bool room = true;

	if (hi > USERTOP || lo >= hi || ((lo | hi) & (PGSIZE - 1)))
		return -EINVAL;
	lock(&s->lock);
	c = cursor_at(s, lo);
	for (va_t stop; room && c.r && c.va < hi; cursor_to(&c, stop)) {
		struct walk w = pt_walk(s, c.va);

		stop = cursor_stop(&c, pt_last(c.va, w.level ? w.level : 1));
		if (stop > hi)
			stop = hi;
		room = w.level ? found(&q, c.r, c.va, stop, 0) : query_run(&q, c.r, c.va, stop, w.e);
	}
	unlock(&s->lock);
	return (int)q.n;
}
