/* SPDX-License-Identifier: MIT */
/*
 * pool.c: objects of one size, cut from frames.
 *
 * A frame's head counts what is taken and links what is free; those that are
 * partly taken are in the pool's list, and filled first.  One empty frame a
 * pool is kept against flapping, and counted as spare; further ones go back.
 *
 * Lock: the pool's; then the frame allocator's.
 */
#include "vm.h"

struct pool_page {
	struct pool_page *next, **link;		/* link: what points here, while in the list */
	void *free;
	unsigned used;
};
enum { HEAD = (sizeof(struct pool_page) + 15) & ~15 };

static _Atomic size_t spare;

size_t pool_spare(void)
{
	return spare;
}

static void list(struct pool *p, struct pool_page *pp)
{
	pp->next = p->partial;
	if (pp->next)
		pp->next->link = &pp->next;
	pp->link = &p->partial;
	p->partial = pp;
}

static void unlist(struct pool_page *pp)
{
	*pp->link = pp->next;
	if (pp->next)
		pp->next->link = pp->link;
}

/* A fresh frame, cut up.  Null: no memory. */
static struct pool_page *fresh(const struct pool *p)
{
	struct page *pg = pg_alloc(PG_KERNEL);
	size_t size = (p->size + 7) & ~(size_t)7;
	struct pool_page *pp;
	char *base;

	if (!pg)
		return 0;
	base = pg_kva(pg);
	pp = (void *)base;
	*pp = (struct pool_page){ 0 };
	for (char *o = base + HEAD; o + size <= base + PGSIZE; o += size) {
		*(void **)o = pp->free;
		pp->free = o;
	}
	return pp;
}

/* The list is empty: into it with the frame that was kept, or a fresh one.  Null: no memory. */
static struct pool_page *refill(struct pool *p)
{
	struct pool_page *pp = p->empty;

	if (pp ? pg_refuse() : !(pp = fresh(p)))
		return 0;
	if (p->empty) {
		p->empty = 0;
		spare--;
	}
	list(p, pp);
	return pp;
}

/* Nothing of it is taken any more. */
static void retire(struct pool *p, struct pool_page *pp)
{
	unlist(pp);
	if (p->empty) {
		struct page *pg = pg_of(kpa(pp));
		pg_unref(pg);
		pg_free(pg);
	} else {
		p->empty = pp;
		spare++;
	}
}

void *pool_alloc(struct pool *p)
{
	struct pool_page *pp;
	void *o = 0;

	lock(&p->lock);
	if ((pp = p->partial) ? !pg_refuse() : (pp = refill(p)) != 0) {
		pp->used++;
		o = pp->free;
		if (!(pp->free = *(void **)o))
			unlist(pp);
	}
	unlock(&p->lock);
	return o;
}

void pool_free(struct pool *p, void *o)
{
	struct pool_page *pp = (void *)PG_DOWN((va_t)o);

	lock(&p->lock);
	if (!pp->free)
		list(p, pp);
	*(void **)o = pp->free;
	pp->free = o;
	if (--pp->used == 0)
		retire(p, pp);
	unlock(&p->lock);
}
