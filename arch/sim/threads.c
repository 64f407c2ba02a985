/* SPDX-License-Identifier: MIT */
/*
 * threads.c: CPUs that run at once, each a thread of the host (SIM_THREADS).
 *
 * A CPU takes interrupts between two instructions of a program (sim_poll)
 * and wherever it spins, and nowhere else: so its TLB stays as it is from an
 * access's translation to the access, however long that takes.
 *
 * Lock: none; vm/shoot.c's order is all there is between CPUs.
 */
#include "sim.h"
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

enum { RARE = 24 };			/* one in so many chances to pause is taken */

unsigned sim_cpu_ids[NCPU] = { 0, 1, 2, 3 };
SIM_LOCAL unsigned sim_self;

static SIM_LOCAL uint32_t seed = 1;
static uint32_t first_seed;

/* Marsaglia's xorshift. */
uint32_t sim_random(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	return seed ^= seed << 5;
}

void sim_pause(void)
{
	uint32_t r = sim_random();

	if (r % RARE)
		return;
	r /= RARE;
	if (r % 16 == 0)
		usleep(r / 16 % 200);
	else
		sched_yield();
}

void sim_poll(void)
{
	shoot_serve();
}

void sim_spin(void)
{
	shoot_serve();
	sched_yield();
}

/* They look for themselves, and often. */
void cpu_ipi(uint32_t mask)
{
	(void)mask;
	sim_pause();
}

void cpu_wait(void)
{
	sched_yield();
}

void sim_window(struct space *s, va_t lo, va_t hi)
{
	(void)s, (void)lo, (void)hi;
	sim_pause();
}

void lock_spin(struct lock *l)
{
	do
		sim_spin();
	while (__c11_atomic_exchange(&l->held, 1, __ATOMIC_ACQUIRE));
}

void sim_barrier(void)
{
	static _Atomic unsigned arrived;
	unsigned n = __c11_atomic_fetch_add(&arrived, 1, __ATOMIC_ACQ_REL), all = n - n % NCPU + NCPU;

	while ((int)(__c11_atomic_load(&arrived, __ATOMIC_ACQUIRE) - all) < 0)
		sim_spin();
}

static void (*program)(void);

static void *begin(void *id)
{
	sim_self = *(unsigned *)id;
	seed = (first_seed + sim_self) * 2654435761u | 1;	/* Knuth's multiplier; never 0 */
	program();
	return 0;
}

void sim_run(void (*fn)(void), uint32_t with)
{
	pthread_t cpu[NCPU];

	program = fn;
	first_seed = with * NCPU;
	for (int c = 0; c < NCPU; c++)
		if (pthread_create(&cpu[c], 0, begin, &sim_cpu_ids[c]))
			panic("no thread for CPU %d", c);
	for (int c = 0; c < NCPU; c++)
		pthread_join(cpu[c], 0);
}

/* The first race ends the run, and ThreadSanitizer remembers long enough to show both its sides. */
const char *__tsan_default_options(void)
{
	return "halt_on_error=1:history_size=7";
}
