/* SPDX-License-Identifier: MIT */
/* sim.h: what tests may do with the simulated machine. */
#pragma once
#include "vm.h"

/* Empty RAM, with a hole and reserved parts, given to pg_init; CPUs that know nothing.  Once a run. */
void sim_boot(void);

/*
 * A user access by this CPU, through what it has cached.  sim_touch faults as
 * often as it must; null, and the error in *rc, when it faults for good.
 * sim_peek never faults: null when the CPU would.
 */
unsigned char *sim_touch(va_t va, unsigned want, int *rc);
unsigned char *sim_peek(va_t va, unsigned want);

extern SIM_LOCAL unsigned sim_syncs;		/* calls of mmu_icache so far */
extern bool sim_asking[NCPU];			/* it has interrupted others, and runs no user code until they are done */
struct space *sim_loaded(unsigned cpu);		/* null: none */
/* Does any CPU remember more of its loaded space than the tables say?  A description of it, or null. */
const char *sim_stale(va_t *va);
/* Leaf entry for va, as the tables have it now; 0 if there is none. */
pte_t sim_entry(struct space *, va_t va);
/* Amid a shootdown: other CPUs may run on. */
void sim_window(struct space *, va_t lo, va_t hi);

/* turns.c.  Called amid each mmu_inval, before and after each CPU forgets: user code of other CPUs runs. */
extern void (*sim_race)(struct space *, va_t lo, va_t hi);
/* A run that may panic: what the panic said.  Called instead of ending the process, if not null; must not return. */
extern void (*sim_panic)(const char *);

/* ---- threads.c, with SIM_THREADS ---- */

void sim_run(void (*program)(void), uint32_t seed);	/* on every CPU at once, to its end */
void sim_poll(void);		/* between two instructions of a program: interrupts are served */
void sim_spin(void);		/* the same, for one who waits for something else */
void sim_barrier(void);		/* until every CPU is here */
uint32_t sim_random(void);
