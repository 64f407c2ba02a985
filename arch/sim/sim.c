/* SPDX-License-Identifier: MIT */
/*
 * sim.c: the simulated machine's RAM and its panics.
 *
 * Invariant: a frame's kernel address is its place in sim_ram.
 * Lock: none.
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

#ifdef SIM_THREADS
/* A frame that the kernel reads or writes is in use. */
static void used(const void *p)
{
	size_t at = (uintptr_t)p - (uintptr_t)sim_ram;

	if (at < sizeof sim_ram)
		assert(pg_use[kpa(p) >> PGSHIFT] != PG_FREE);
}

/* memcpy by words, where it can, and slow. */
void *sim_copy(void *to, const void *from, size_t n)
{
	bool words = (((uintptr_t)to | (uintptr_t)from | n) & 3) == 0;

	used(to);
	used(from);
	for (size_t i = 0; i < n; i += words ? 4 : 1) {
		if (words)
			*(volatile uint32_t *)((char *)to + i) = *(const volatile uint32_t *)((const char *)from + i);
		else
			((volatile char *)to)[i] = ((const volatile char *)from)[i];
		if (i % 512 == 0)
			sim_pause();
	}
	return to;
}
#endif

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
