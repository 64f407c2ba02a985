/* SPDX-License-Identifier: MIT */
/*
 * page.c: frames, their reference counts, and the allocator.
 *
 * A free frame has count 0 and lies on a stack, linked through its first
 * word.  There are two kinds of stack: of frames whose bytes are anything,
 * and of frames that are zero but for the link.  A page table is emptied
 * entry by entry when it dies, so its frame goes back as zero and the next
 * table costs no clearing.
 *
 * Lock.  Each CPU owns a pair of stacks (interrupts are off) and trades
 * batches with the common pair, the depot, under depot_lock.
 */
#include "page.h"

struct stack { struct link *top; size_t n; };
enum { DIRTY, ZERO, KINDS, BATCH = 64 };
#define LOOSE	__attribute__((no_sanitize("thread")))	/* sums up what others change, each word as it comes */

struct page *pg_array;
uint8_t *pg_use;
uint32_t *pg_seen;
size_t pg_first, pg_end;
static size_t nframes;			/* those that the allocator manages */
static _Atomic unsigned fail_after;	/* changed under depot_lock */
static struct cache { struct stack of[KINDS]; } __attribute__((aligned(CACHE_LINE))) cache[NCPU];
static struct stack depot[KINDS];
static _Atomic bool stocked[KINDS];	/* has the depot some?  For those who look before they lock */
static struct lock depot_lock = LOCK(LOCK_DEPOT);

static void push(struct stack *s, struct link *l)
{
	l->next = s->top;
	s->top = l;
	s->n++;
}

static void splice(struct stack *s, struct link *first, struct link *last, size_t n)
{
	last->next = s->top;
	s->top = first;
	s->n += n;
}

static struct link *pop(struct stack *s)
{
	struct link *l = s->top;

	s->top = l->next;
	s->n--;
	return l;
}

static __attribute__((noinline)) void move(struct stack *to, struct stack *from, size_t n)
{
	lock(&depot_lock);
	while (n-- > 0 && from->n > 0)
		push(to, pop(from));
	for (int k = 0; k < KINDS; k++)
		__c11_atomic_store(&stocked[k], depot[k].n > 0, __ATOMIC_RELAXED);
	unlock(&depot_lock);
}

static bool in_depot(int kind)
{
	return __c11_atomic_load(&stocked[kind], __ATOMIC_RELAXED);
}

/* A stack of this CPU that has a frame, of this kind if one is left.  Null: no memory. */
static struct stack *refill(int kind)
{
	struct stack *mine = cache[cpu_id()].of;

	for (int k = kind, tries = 0; tries < KINDS; k = !k, tries++) {
		if (mine[k].n == 0 && in_depot(k))
			move(&mine[k], &depot[k], BATCH);
		if (mine[k].n > 0)
			return &mine[k];
	}
	vm_count_here(C_ALLOC_FAIL, 1);
	return 0;
}

/* What fail_after was, and shall be: n, or one less. */
static unsigned set_fail_after(bool down, unsigned n)
{
	unsigned was;

	lock(&depot_lock);
	was = __c11_atomic_load(&fail_after, __ATOMIC_RELAXED);
	if (down)
		n = was ? was - 1 : 0;
	__c11_atomic_store(&fail_after, n, __ATOMIC_RELAXED);
	unlock(&depot_lock);
	return was;
}

static __attribute__((noinline)) bool count_down(void)
{
	if (set_fail_after(true, 0) != 1)
		return false;
	vm_count_here(C_ALLOC_FAIL, 1);
	return true;
}

bool pg_refuse(void)
{
	return __builtin_expect(__c11_atomic_load(&fail_after, __ATOMIC_RELAXED) != 0, 0) && count_down();
}

unsigned pg_fail(unsigned n)
{
	return set_fail_after(false, n);
}

/* The top of a stack that is not empty, for a use. */
static inline struct page *take(struct stack *s, enum page_use use)
{
	struct page *p = pg_of(kpa(pop(s)));

	__c11_atomic_store(&p->ref, 1, __ATOMIC_RELAXED);
	pg_use[pg_frame(p)] = use;
	return p;
}

struct page *pg_alloc(enum page_use use)
{
	struct stack *s = &cache[cpu_id()].of[DIRTY];

	if (pg_refuse() || (__builtin_expect(!s->top, 0) && !(s = refill(DIRTY))))
		return 0;
	return take(s, use);
}

struct page *pg_zalloc(enum page_use use)
{
	struct stack *mine = cache[cpu_id()].of, *zeros = &mine[ZERO], *s = zeros;
	struct page *p;

	if (pg_refuse())
		return 0;
	if (!s->top)			/* none kept as zero, here or in the depot: clear one */
		s = mine[DIRTY].top && !in_depot(ZERO) ? &mine[DIRTY] : refill(ZERO);
	if (!s)
		return 0;
	p = take(s, use);
	if (s == zeros)
		((struct link *)pg_kva(p))->next = 0;
	else
		pg_clear(pg_kva(p));
	return p;
}

static void give(struct page *p, int kind)
{
	struct stack *s = &cache[cpu_id()].of[kind];

	assert(pg_ref(p) == 0);
	pg_use[pg_frame(p)] = PG_FREE;
	push(s, pg_kva(p));
	if (__builtin_expect(s->n > 2 * BATCH, 0))
		move(&depot[kind], s, BATCH);
}

void pg_free(struct page *p)
{
	give(p, DIRTY);
}

void pg_free_run(struct link *first, struct link *last, size_t n)
{
	struct stack *s = &cache[cpu_id()].of[DIRTY];

	if (s->n + n <= 2 * BATCH) {
		splice(s, first, last, n);
		return;
	}
	lock(&depot_lock);
	splice(&depot[DIRTY], first, last, n);
	__c11_atomic_store(&stocked[DIRTY], true, __ATOMIC_RELAXED);
	unlock(&depot_lock);
}

void pg_zfree(struct page *p)
{
	give(p, ZERO);
}

size_t pg_total(void)
{
	return nframes;
}

LOOSE size_t pg_nfree(void)
{
	size_t n = depot[DIRTY].n + depot[ZERO].n;

	for (int c = 0; c < NCPU; c++)
		n += cache[c].of[DIRTY].n + cache[c].of[ZERO].n;
	return n;
}

/* Frames in use as this; PG_TABLE stands for tables of every level. */
LOOSE size_t pg_nused(enum page_use use)
{
	size_t n = 0;

	for (size_t f = pg_first; f < pg_end; f++) {
		unsigned u = pg_use[f] & ~PG_CLEAN;
		n += (u > PG_TABLE ? PG_TABLE : u) == use;
	}
	return n;
}

bool pg_zeros_ok(void)
{
	struct stack *all[NCPU + 1];

	for (int c = 0; c < NCPU; c++)
		all[c] = &cache[c].of[ZERO];
	all[NCPU] = &depot[ZERO];
	for (int c = 0; c <= NCPU; c++)
		for (struct link *l = all[c]->top; l; l = l->next)
			for (size_t i = sizeof *l / sizeof(word); i < PGSIZE / sizeof(word); i++)
				if (((word *)l)[i])
					return false;
	return true;
}

/* ---- at boot ---- */

static bool overlaps(const struct boot *b, pa_t lo, pa_t hi)
{
	for (int i = 0; i < b->nreserved; i++)
		if (lo < b->reserved[i].hi && b->reserved[i].lo < hi)
			return true;
	return false;
}

/* The first len bytes of RAM that nothing reserves. */
static pa_t first_fit(const struct boot *b, size_t len)
{
	for (int i = 0; i < b->nram; i++)
		for (pa_t lo = b->ram[i].lo; len <= b->ram[i].hi - lo && lo < b->ram[i].hi; lo += PGSIZE)
			if (!overlaps(b, lo, lo + len))
				return lo;
	panic("no room for the frame table, %zu bytes", len);
}

void pg_init(const struct boot *b)
{
	pa_t top = 0, at;
	size_t n, bytes;

	for (int i = 0; i < b->nram; i++)
		if (b->ram[i].hi > top)
			top = b->ram[i].hi;
	pg_first = RAM_BASE >> PGSHIFT;
	pg_end = top >> PGSHIFT;
	n = pg_end - pg_first;
	/* a count can reach the entries that all of RAM can hold, and the slots of objects */
	assert(sizeof(ref_t) == 1 || n * (PGSIZE / sizeof(pte_t)) + n * (PGSIZE / sizeof(pa_t)) < REF_MAX);

	bytes = PG_UP(n * (sizeof(uint32_t) + sizeof(struct page) + sizeof(uint8_t)));
	at = first_fit(b, bytes);
	pg_seen = (uint32_t *)kva(at) - pg_first;
	pg_array = (struct page *)(pg_seen + pg_end) - pg_first;
	pg_use = (uint8_t *)(pg_array + pg_end) - pg_first;
	for (size_t f = pg_first; f < pg_end; f++) {		/* until shown to be RAM: the kernel's, for ever */
		pg_array[f].ref = 1;
		pg_use[f] = PG_KERNEL;
	}
	for (int i = b->nram - 1; i >= 0; i--)
		for (pa_t pa = b->ram[i].hi; pa > b->ram[i].lo; ) {
			pa -= PGSIZE;
			if (overlaps(b, pa, pa + PGSIZE) || (pa >= at && pa < at + bytes))
				continue;
			pg_of(pa)->ref = 0;
			pg_use[pa >> PGSHIFT] = PG_FREE;
			push(&depot[DIRTY], kva(pa));
			nframes++;
		}
	stocked[DIRTY] = true;
}
