/* SPDX-License-Identifier: MIT */
/*
 * lock.c: a lock that somebody else holds.  Invariant: with one CPU running
 * nobody else can, for the kernel is never interrupted: it is a mistake.
 *
 * Who spins serves shootdowns, for the holder may be waiting for this CPU
 * (H34).  After a while it sleeps from interrupt to interrupt: an emulator
 * that counts instructions runs one CPU until that waits or its turn is over.
 */
#include "proc.h"

enum { SPINS = 1000 };

void lock_spin(struct lock *l)
{
	if (cpus_running == 1)
		panic("deadlock: lock %p is held already", (void *)l);
	do {
		for (int n = 0; lock_held(l); n++) {
			shoot_serve();
			if (n < SPINS)
				cpu_relax();
			else
				cpu_wait();
		}
	} while (__c11_atomic_exchange(&l->held, 1, __ATOMIC_ACQUIRE));
}
