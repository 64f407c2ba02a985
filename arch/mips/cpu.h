/* SPDX-License-Identifier: MIT */
/*
 * cpu.h: this CPU.  struct cpu's address is held in gp, which -G0 leaves
 * free: trap.S saves the program's gp and loads the kernel's.
 */
#pragma once
#include "types.h"
#include "cp0.h"

enum { NCPU = 1 };

struct cpu;
struct ctx { word s[9], sp, ra; };	/* s0 .. s7, s8; switch.S knows the order */

register struct cpu *cpu_gp __asm__("$28");
static inline struct cpu *cpu_self(void) { return cpu_gp; }

static inline word intr_off(void)
{
	word was = MFC0(CP0_STATUS);

	MTC0(CP0_STATUS, 0);
	return was;
}

static inline void intr_set(word was) { MTC0(CP0_STATUS, was); }
static inline void cpu_relax(void) { __asm__ volatile("" ::: "memory"); }

/*
 * Count, made 64 bits wide: it must be read more often than it wraps, which
 * the tick does.  Under QEMU's -icount shift=0 it steps once in 6
 * instructions, so this is right to within 6.
 */
extern struct count { uint32_t last, high, scale; } cpu_count;
static inline uint64_t cpu_cycles(void)
{
	uint32_t now = MFC0(CP0_COUNT);

	if (now < cpu_count.last)
		cpu_count.high++;
	cpu_count.last = now;
	return ((uint64_t)cpu_count.high << 32 | now) * cpu_count.scale;
}
