/* SPDX-License-Identifier: MIT */
/*
 * cpu.h: this CPU.  struct cpu's address is held in gp, which -G0 leaves
 * free: trap.S saves the program's gp and loads the kernel's.
 */
#pragma once
#include "types.h"
#include "cp0.h"
#include "own.h"	/* NCPU */

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
static inline void cpu_relax(void) { __asm__ volatile(".word 0x00000140" ::: "memory"); }	/* pause: a nop to the first release */

/*
 * Count, made 64 bits wide: it must be read more often than it wraps, which
 * the tick does.  Under QEMU's -icount shift=0 it steps once in 6
 * instructions, so this is right to within 6.
 */
extern struct count { uint32_t last, high; } cpu_count[NCPU];
extern uint32_t cpu_scale;		/* instructions a step */
static inline unsigned cpu_id(void);
static inline uint64_t cpu_cycles(void)
{
	uint32_t now = MFC0(CP0_COUNT);
	struct count *c = &cpu_count[cpu_id()];

	if (now < c->last)
		c->high++;
	c->last = now;
	return ((uint64_t)c->high << 32 | now) * cpu_scale;
}
