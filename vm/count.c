/* SPDX-License-Identifier: MIT */
/*
 * count.c: counts that belong to no living space: of those that are gone, of
 * the machine, and of locks.
 *
 * Each CPU counts for itself, on cache lines of its own, and who wants to
 * know adds up.  So no count makes CPUs wait for each other.
 *
 * Lock: a CPU's `lock` for what it has taken over from spaces, whose counts
 * have two words on some machines; taken by others only to read.  The rest
 * are single words that their CPU alone writes.
 */
#include "vm.h"

static struct own {
	struct lock lock;
	uint64_t past[C_SPACE_N];
	_Atomic word event[C_N - C_SPACE_N];
} __attribute__((aligned(CACHE_LINE))) own[NCPU] = { [0 ... NCPU - 1] = { .lock = LOCK(LOCK_PAST) } };

/* This CPU alone writes it. */
static void add(_Atomic word *count, word n)
{
	__c11_atomic_store(count, __c11_atomic_load(count, __ATOMIC_RELAXED) + n, __ATOMIC_RELAXED);
}

void vm_count_here(enum counter c, word n)
{
	add(&own[cpu_id()].event[c - C_SPACE_N], n);
}

void vm_count_fold(struct space *s)
{
	struct own *o = &own[cpu_id()];

	lock(&o->lock);
#pragma clang loop unroll(full)
	for (int i = 0; i < C_SPACE_N; i++)
		o->past[i] += s->count[i];
	unlock(&o->lock);
}

uint64_t vm_past(enum counter c)
{
	uint64_t sum = 0;

	for (struct own *o = own; o < own + NCPU; o++) {
		if (c >= C_SPACE_N) {
			sum += __c11_atomic_load(&o->event[c - C_SPACE_N], __ATOMIC_RELAXED);
			continue;
		}
		lock(&o->lock);
		sum += o->past[c];
		unlock(&o->lock);
	}
	return sum;
}

#ifdef LOCKSTAT
static struct tally {
	struct { _Atomic word taken, contended, moved, shared; } of[LOCK_N];
} __attribute__((aligned(CACHE_LINE))) tally[NCPU];
static _Atomic unsigned age;

void lock_note(struct lock *l, bool spun)
{
	unsigned me = cpu_id(), now = __c11_atomic_load(&age, __ATOMIC_RELAXED);
	bool moved = l->last && l->last != me + 1;

	l->shared = l->age == now && (l->shared || moved);
	l->age = now;
	l->last = (uint8_t)(me + 1);
	add(&tally[me].of[l->class].taken, 1);
	add(&tally[me].of[l->class].contended, spun);
	add(&tally[me].of[l->class].moved, moved);
	add(&tally[me].of[l->class].shared, l->shared);
}

int lock_counts(struct lock_counts *sum, unsigned what)
{
	unsigned me = cpu_id();

	*sum = (struct lock_counts){ 0 };
	for (unsigned c = 0; c < NCPU; c++)
		for (int k = 0; k < LOCK_N && (what != LOCKS_HERE || c == me); k++) {
			sum->of[k].taken += tally[c].of[k].taken;
			sum->of[k].contended += tally[c].of[k].contended;
			sum->of[k].moved += tally[c].of[k].moved;
			sum->of[k].shared += tally[c].of[k].shared;
		}
	if (what == LOCKS_FORGET)
		age++;
	return 0;
}
#else
int lock_counts(struct lock_counts *sum, unsigned what)
{
	(void)sum, (void)what;
	return -ENOSYS;
}
#endif
