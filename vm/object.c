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
 * that whoever maps the page executable need not ask, unless programs store
 * into the pages, too (`stored`): then the fault does it, page by page.
 *
 * Lock: the object's, under a space's, to fill a slot; all_lock for the list
 * of all.  To look needs none, so that spaces that map one file do not wait
 * for each other: a slot that is filled stays so as long as the object, and
 * each word is stored with release behind what it leads to.
 */
#include "page.h"

enum { DIR_N = PGSIZE / sizeof(pa_t) };
enum { PUBLISH = NCPU > 1 ? __ATOMIC_RELEASE : __ATOMIC_RELAXED, FOLLOW = NCPU > 1 ? __ATOMIC_ACQUIRE : __ATOMIC_RELAXED };

static struct pool objects = POOL(struct object);
static struct object *all;
static struct lock all_lock = LOCK(LOCK_OBJECTS);

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
	*o = (struct object){ .lock = LOCK(LOCK_OBJECT), .ref = 1, .npages = npages, .image = image, .image_len = image_len };
	list(o);
	return o;
}

void obj_get(struct object *o)
{
	count_add(&o->ref, 1, __ATOMIC_RELAXED);
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
	if (count_add(&o->ref, -1, __ATOMIC_ACQ_REL) != 1)
		return;
	unlist(o);
	if (o->quota)
		__c11_atomic_fetch_sub(&o->quota->used, o->filled, __ATOMIC_RELAXED);
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

	if (!o->dir) {
		if (!(frames = new_dir()))
			return 0;
		__atomic_store_n(&o->dir, frames, PUBLISH);
	}
	d = &o->dir[index / DIR_N];
	if (!*d) {
		if (!(frames = new_dir()))
			return 0;
		__atomic_store_n(d, kpa(frames), PUBLISH);
	}
	return (pa_t *)kva(*d) + index % DIR_N;
}

/* One page of o more counts.  => object locked, or nobody else's yet */
static void charge(struct object *o)
{
	if (o->quota)
		__c11_atomic_fetch_add(&o->quota->used, 1, __ATOMIC_RELAXED);
	o->filled++;
}

/* A fresh page with the bytes that belong at an index.  Null: no memory, or no more is allowed; an image may be read in always. */
static struct page *fresh(struct object *o, size_t index)
{
	size_t at = index << PGSHIFT, n = at < o->image_len ? o->image_len - at : 0;
	struct page *p;

	if (n == 0 && o->quota && quota_full(o->quota))
		return 0;
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

bool obj_give(struct object *o, size_t index, struct page *p)
{
	pa_t *at = slot(o, index);

	if (!at || !pg_get(p))
		return false;
	charge(o);
	*at = pg_pa(p);
	return true;
}

/* The first bytes of a page, and zeros, at an index of o where none is.  => o is nobody else's yet */
static bool copy_part(struct object *o, size_t index, const struct page *from, size_t bytes)
{
	pa_t *at = slot(o, index);
	struct page *p = at ? pg_alloc(PG_USER) : 0;

	if (!p)
		return false;
	memcpy(pg_kva(p), pg_kva(from), bytes);
	memset((char *)pg_kva(p) + bytes, 0, PGSIZE - bytes);
	mmu_icache(pg_kva(p), PGSIZE);
	charge(o);
	*at = pg_pa(p);
	return true;
}

/* The frame at an index; 0: none yet. */
static pa_t look(const struct object *o, size_t index)
{
	const pa_t *dir = __atomic_load_n(&o->dir, FOLLOW);
	pa_t frames = dir ? __atomic_load_n(&dir[index / DIR_N], FOLLOW) : 0;

	return frames ? __atomic_load_n((const pa_t *)kva(frames) + index % DIR_N, FOLLOW) : 0;
}

static __attribute__((noinline)) struct page *fill(struct object *o, size_t index)
{
	struct page *p = 0;
	pa_t *at;

	lock(&o->lock);
	if ((at = slot(o, index)) != 0) {
		if (*at)
			p = pg_of(*at);
		else if ((p = fresh(o, index)) != 0) {
			charge(o);
			__atomic_store_n(at, pg_pa(p), PUBLISH);
		}
	}
	unlock(&o->lock);
	return p;
}

struct page *obj_page_in(struct object *o, size_t index)
{
	pa_t pa = look(o, index);

	return pa ? pg_of(pa) : fill(o, index);
}

struct page *obj_page(struct object *o, size_t index)
{
	return index < obj_npages(o) ? obj_page_in(o, index) : 0;
}

void obj_zero(struct object *o, size_t from, size_t to)
{
	size_t end = obj_npages(o) << PGSHIFT;

	for (size_t stop; from < to && from < end; from = stop) {
		pa_t pa = look(o, from >> PGSHIFT);

		stop = (from | (PGSIZE - 1)) + 1 < to ? (from | (PGSIZE - 1)) + 1 : to;
		if (pa)
			memset((char *)kva(pa) + from % PGSIZE, 0, stop - from);
	}
}

/* The page of old at an index that one cut from it shall have, too; null: none yet.  False: no memory. */
static bool kept(struct object *old, size_t index, struct page **p)
{
	pa_t pa = look(old, index);

	*p = pa ? pg_of(pa) : obj_stored(old) ? fill(old, index) : 0;
	return *p || !obj_stored(old);
}

/*
 * What old has not brought in yet, both bring in from the same image.  But where programs store into old's pages,
 * who maps them goes on sharing them with the file: each must be there now.
 */
struct object *obj_cut(struct object *old, size_t bytes)
{
	size_t n = (bytes + PGSIZE - 1) >> PGSHIFT, whole = bytes >> PGSHIFT;
	struct object *o = obj_new(n, old->image, bytes < old->image_len ? bytes : old->image_len);
	bool good = o != 0;
	struct page *p;

	if (o) {
		o->quota = old->quota;
		o->stored = obj_stored(old);
	}
	for (size_t i = 0; good && i < n && i < obj_npages(old); i++) {
		good = kept(old, i, &p);
		if (p)
			good = i < whole || o->stored ? obj_give(o, i, p) : copy_part(o, i, p, bytes % PGSIZE);
	}
	if (good && o->stored)
		obj_zero(o, bytes, n << PGSHIFT);
	if (o && !good)
		obj_put(o);
	return good ? o : 0;
}
