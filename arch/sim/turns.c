/* SPDX-License-Identifier: MIT */
/*
 * turns.c: CPUs that take turns, in one thread of the host.  Other CPUs'
 * user code runs where a shootdown leaves it room, in sim_race.
 *
 * Lock: none.
 */
#include "sim.h"

unsigned sim_cpu_ids[NCPU] = { 0, 1, 2 }, sim_self;
bool sim_asking[NCPU];
void (*sim_race)(struct space *, va_t lo, va_t hi);

/* One host thread: whoever spins would spin for ever. */
void lock_spin(struct lock *l)
{
	panic("lock %p is taken twice", (void *)l);
}

void sim_window(struct space *s, va_t lo, va_t hi)
{
	unsigned me = sim_self;

	if (sim_race)
		sim_race(s, lo, hi);
	sim_self = me;
}

/* They are interrupted at once, one after the other. */
void cpu_ipi(uint32_t mask)
{
	unsigned me = sim_self;
	bool before = sim_asking[me];

	sim_asking[me] = true;
	for (sim_self = 0; sim_self < NCPU; sim_self++)
		if (mask >> sim_self & 1)
			shoot_serve();
	sim_self = me;
	sim_asking[me] = before;
}

/* An interrupt has done its work when cpu_ipi returns: there is nothing left to wait for. */
void cpu_wait(void)
{
	panic("CPU %u waits for ever", sim_self);
}
