/* SPDX-License-Identifier: MIT */
/*
 * lock.c: a lock that somebody else holds.  Invariant: with one CPU running
 * nobody else can, for the kernel is never interrupted: it is a mistake.
 */
#include "proc.h"

void lock_spin(struct lock *l)
{
	if (cpus_running == 1)
		panic("deadlock: lock %p is held already", (void *)l);
	do {
		while (lock_held(l))
			cpu_relax();
	} while (__c11_atomic_exchange(&l->held, 1, __ATOMIC_ACQUIRE));
}
