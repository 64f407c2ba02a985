/* SPDX-License-Identifier: MIT */
/*
 * object.c: page arrays, behind shared memory and files.
 *
 * A slot that has a frame is one of the frame's holders, so that a private
 * mapping of it can never be written in place: the path rule asks for a
 * single holder.  Slots fill on demand, from the image or with zeros.  Two
 * levels: a page of directories, each a page of frames' addresses.
 *
 * Instruction fetch: bytes that arrive here are made visible to it here, so
 * that whoever maps the page executable need not ask.
 *
 * Lock: the object's, under a space's; all_lock for the list of all.
 */
#include "page.h"

enum { DIR_N = PGSIZE / sizeof(pa_t) };

static struct pool objects = POOL(struct object);
static struct object *all;
static struct lock all_lock;

static void list(struct object *o)
{
	lock(&all_lock);
	if ((o->next = all))
		all->link = &o->next;
	o->link = &all;
	all = o;
	unlock(&all_lock);
}

static void unlist(struct object *o)
{
	lock(&all_lock);
	if ((*o->link = o->next))
		o->next->link = o->link;
	unlock(&all_lock);
}

void obj_each(void (*visit)(struct object *))
{
	for (struct object *o = all; o; o = o->next)
		visit(o);
}

struct object *obj_new(size_t npages, const void *image, size_t image_len)
{
	struct object *o;

	if (npages > OBJ_MAX_PAGES || !(o = pool_alloc(&objects)))
		return 0;
	*o = (struct object){ .ref = 1, .npages = npages, .image = image, .image_len = image_len };
	list(o);
	return o;
}

void obj_get(struct object *o)
{
	__c11_atomic_fetch_add(&o->ref, 1, __ATOMIC_RELAXED);
}

static void put(struct page *p)
{
	if (pg_unref(p))
		pg_free(p);
}

static void put_dir(pa_t *dir, void (*each)(pa_t))
{
	for (int i = 0; i < DIR_N; i++)
		if (dir[i])
			each(dir[i]);
	put(pg_of(kpa(dir)));
}

static void put_frame(pa_t pa)
{
	put(pg_of(pa));
}

static void put_frames(pa_t pa)
{
	put_dir(kva(pa), put_frame);
}

void obj_put(struct object *o)
{
	if (__c11_atomic_fetch_sub(&o->ref, 1, __ATOMIC_ACQ_REL) != 1)
		return;
	unlist(o);
	if (o->dir)
		put_dir(o->dir, put_frames);
	pool_free(&objects, o);
}

static size_t cached;			/* obj_cached's sum; under all_lock */

static void add_cached(struct object *o)
{
	if (!o->image)
		return;
	lock(&o->lock);
	cached += o->dir != 0;
	for (int i = 0; o->dir && i < DIR_N; i++) {
		const pa_t *frames = o->dir[i] ? kva(o->dir[i]) : 0;

		cached += frames != 0;
		for (int j = 0; frames && j < DIR_N; j++)
			cached += frames[j] != 0;
	}
	unlock(&o->lock);
}

size_t obj_cached(void)
{
	size_t n;

	lock(&all_lock);
	cached = 0;
	obj_each(add_cached);
	n = cached;
	unlock(&all_lock);
	return n;
}

int obj_grow(struct object *o, size_t npages)
{
	if (npages > OBJ_MAX_PAGES)
		return -EFBIG;
	lock(&o->lock);
	if (npages > o->npages)
		__atomic_store_n(&o->npages, npages, __ATOMIC_RELAXED);
	unlock(&o->lock);
	return 0;
}

static pa_t *new_dir(void)
{
	struct page *p = pg_zalloc(PG_KERNEL);

	return p ? pg_kva(p) : 0;
}

/* The slot for an index, its directory made present.  Null: no memory.  => object locked */
static pa_t *slot(struct object *o, size_t index)
{
	pa_t *d, *frames;

	if (!o->dir && !(o->dir = new_dir()))
		return 0;
	d = &o->dir[index / DIR_N];
	if (!*d) {
		if (!(frames = new_dir()))
			return 0;
		*d = kpa(frames);
	}
	return (pa_t *)kva(*d) + index % DIR_N;
}

/* A fresh page with the bytes that belong at an index.  Null: no memory. */
static struct page *fresh(struct object *o, size_t index)
{
	size_t at = index << PGSHIFT, n = at < o->image_len ? o->image_len - at : 0;
	struct page *p;

	if (n == 0)
		return pg_zalloc(PG_USER);
	if (!(p = pg_alloc(PG_USER)))
		return 0;
	if (n > PGSIZE)
		n = PGSIZE;
	memcpy(pg_kva(p), (const char *)o->image + at, n);
	memset((char *)pg_kva(p) + n, 0, PGSIZE - n);
	mmu_icache(pg_kva(p), PGSIZE);
	return p;
}

struct page *obj_page(struct object *o, size_t index)
{
	struct page *p = 0;
	pa_t *at;

	lock(&o->lock);
	if (index < o->npages && (at = slot(o, index)) != 0) {
		if (*at)
			p = pg_of(*at);
		else if ((p = fresh(o, index)) != 0)
			*at = pg_pa(p);
	}
	unlock(&o->lock);
	return p;
}
