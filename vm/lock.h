/* SPDX-License-Identifier: MIT */
/*
 * lock.h: the spin lock.  Interrupts are off whenever the kernel runs (only
 * the idle loop opens them), so a lock need not save them.
 *
 * Order: inode, pipe or console input -> the files' names -> space -> object ->
 * wait queue -> run queue -> pool -> depot -> console output; all of it: docs/vm.md.
 * Nobody sleeps while holding one.
 */
#pragma once
#include "types.h"
#include "cpu.h"

/*
 * Add to a count; what it was.  On a machine of one CPU a load and a store
 * will do, for the kernel is not interrupted: an R3000 has nothing else, and
 * an R4000's ll and sc take longer.
 */
#define count_add(p, n, order) ({ \
	__typeof__(__c11_atomic_load(p, __ATOMIC_RELAXED)) old_; \
	if (NCPU > 1) { \
		old_ = __c11_atomic_fetch_add(p, n, order); \
	} else { \
		old_ = __c11_atomic_load(p, __ATOMIC_RELAXED); \
		__c11_atomic_store(p, old_ + (n), __ATOMIC_RELAXED); \
	} \
	old_; })

#ifdef LOCKSTAT				/* a build that counts what locks cost (count.c); the others pay nothing */
struct lock {
	_Atomic unsigned held;
	uint8_t class;			/* enum lock_class */
	uint8_t last;			/* the CPU that took it last, plus 1 */
	bool shared;			/* several CPUs have taken it in this age */
	unsigned age;
};
#define LOCK(of_class)	{ .class = of_class }	/* a free one */
static inline void lock_class(struct lock *l, enum lock_class c) { l->class = (uint8_t)c; }
void lock_note(struct lock *, bool spun);	/* it was taken.  => l */
#else
struct lock { _Atomic unsigned held; };	/* all zero: free */
#define LOCK(of_class)	{ 0 }
static inline void lock_class(struct lock *l, enum lock_class c) { (void)l, (void)c; }
static inline void lock_note(struct lock *l, bool spun) { (void)l, (void)spun; }
#endif

__attribute__((cold, noinline)) void lock_spin(struct lock *);	/* the contended path */

static inline bool lock_held(struct lock *l)
{
	return __c11_atomic_load(&l->held, __ATOMIC_RELAXED);
}

/*
 * It is held from now on: was it already?  On a machine of one CPU there is nobody to keep out, for the kernel is not
 * interrupted and nobody sleeps with one: there none is ever held.  Who takes one twice is found on the other machines.
 */
static inline bool lock_set(struct lock *l)
{
	return NCPU > 1 && __builtin_expect(__c11_atomic_exchange(&l->held, 1, __ATOMIC_ACQUIRE), 0);
}

static inline void lock(struct lock *l)
{
	bool spun = lock_set(l);

	if (spun)
		lock_spin(l);
	lock_note(l, spun);
}

/* Take it, if it is free: for who has another way, and keeps nothing for after a call. */
static inline bool lock_try(struct lock *l)
{
	if (lock_set(l))
		return false;
	lock_note(l, false);
	return true;
}

static inline void unlock(struct lock *l)
{
	if (NCPU > 1)
		__c11_atomic_store(&l->held, 0, __ATOMIC_RELEASE);
}
