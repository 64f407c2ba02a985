/* SPDX-License-Identifier: MIT */
/*
 * sim.c: the simulated machine's RAM and its panics.
 *
 * Invariant: a frame's kernel address is its place in sim_ram.
 * Lock: none; simulated CPUs take turns in one host thread.
 */
#include "sim.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

_Alignas(PGSIZE) unsigned char sim_ram[SIM_FRAMES][PGSIZE];
void (*sim_panic)(const char *);

void panic_at(const char *file, int line, const char *fmt, ...)
{
	char why[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof why, fmt, ap);
	va_end(ap);
	if (sim_panic)
		sim_panic(why);
	fprintf(stderr, "panic: %s:%d: %s (CPU %u)\n", file, line, why, sim_self);
	abort();
}

/* One host thread: whoever spins would spin for ever. */
void lock_spin(struct lock *l)
{
	panic("lock %p is taken twice", (void *)l);
}

void pg_copy(void *to, const void *from)
{
	memcpy(to, from, PGSIZE);
}

void pg_clear(void *to)
{
	memset(to, 0, PGSIZE);
}

static pa_t frame(size_t n)
{
	return RAM_BASE + (pa_t)n * PGSIZE;
}

void sim_boot(void)
{
	struct boot b = {
		.machine = "sim",
		.nram = 2,
		.ram = { { frame(0), frame(1000) }, { frame(1010), frame(SIM_FRAMES) } },
		.nreserved = 3,
		.reserved = { { frame(0), frame(3) }, { frame(990), frame(1020) }, { frame(2000), frame(2001) } },
	};

	memset(sim_ram, 0xa5, sizeof sim_ram);		/* RAM holds anything when a machine starts */
	pg_init(&b);
	mmu_init();
}
