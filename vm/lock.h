/* SPDX-License-Identifier: MIT */
/*
 * lock.h: the spin lock.  Interrupts are off whenever the kernel runs (only
 * the idle loop opens them), so a lock need not save them.
 *
 * Order: open file, pipe or console input -> space -> object -> wait queue ->
 * run queue -> frame allocator's pool -> console output.  Nobody sleeps while
 * holding one.
 */
#pragma once
#include "types.h"

struct lock { _Atomic unsigned held; };		/* all zero: free */

void lock_spin(struct lock *);			/* the contended path */

static inline void lock(struct lock *l)
{
	if (__builtin_expect(__c11_atomic_exchange(&l->held, 1, __ATOMIC_ACQUIRE), 0))
		lock_spin(l);
}

static inline void unlock(struct lock *l)
{
	__c11_atomic_store(&l->held, 0, __ATOMIC_RELEASE);
}

static inline bool lock_held(struct lock *l)
{
	return __c11_atomic_load(&l->held, __ATOMIC_RELAXED);
}
