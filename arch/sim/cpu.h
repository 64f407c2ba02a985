/* SPDX-License-Identifier: MIT */
/*
 * cpu.h: simulated CPUs.  They take turns: the test says which one it is by
 * setting sim_self.
 */
#pragma once
#include "types.h"

enum { NCPU = 3 };
struct ctx { word none; };
struct cpu;

extern unsigned sim_cpu_ids[NCPU], sim_self;

static inline struct cpu *cpu_self(void) { return (struct cpu *)(void *)&sim_cpu_ids[sim_self]; }
static inline word intr_off(void) { return 0; }
static inline void intr_set(word on) { (void)on; }
static inline void cpu_relax(void) { }
static inline uint64_t cpu_cycles(void) { return 0; }
