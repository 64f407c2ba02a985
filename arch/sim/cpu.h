/* SPDX-License-Identifier: MIT */
/*
 * cpu.h: simulated CPUs.  They take turns: the test says which one it is by
 * setting sim_self.  With SIM_THREADS each is a thread of the host.
 */
#pragma once
#include "types.h"

#ifdef SIM_THREADS
#include "pause.h"
enum { NCPU = 4, SIM_SLOTS = 1 << 9 };
#define SIM_LOCAL _Thread_local
#else
static inline void sim_pause(void) { }
enum { NCPU = 3, SIM_SLOTS = 1 << 13 };	/* SIM_SLOTS: of a TLB */
#define SIM_LOCAL
#endif
struct ctx { void *thread; };			/* tests/host/kernel.c's */
struct cpu;

extern unsigned sim_cpu_ids[NCPU];
extern SIM_LOCAL unsigned sim_self;

#ifdef SIM_KERNEL
struct cpu *sim_cpu(void);		/* core/'s: tests/host/kernel.c */
static inline struct cpu *cpu_self(void) { return sim_cpu(); }
#else
static inline struct cpu *cpu_self(void) { return (struct cpu *)(void *)&sim_cpu_ids[sim_self]; }
#endif
static inline word intr_off(void) { return 0; }
static inline void intr_set(word on) { (void)on; }
static inline void cpu_relax(void) { }
static inline uint64_t cpu_cycles(void) { return 0; }
