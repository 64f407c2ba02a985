/* SPDX-License-Identifier: MIT */
/*
 * cpu.h: what this machine's CPU gives inline, and the callee-saved registers.
 * tp holds cpu_self(); a trap from user mode loads it from the frame (FR_KTP).
 */
#pragma once
#include "types.h"

enum { NCPU = 8 };

struct cpu;
struct ctx { word ra, sp, s[12]; };	/* switch.S knows the order */

register struct cpu *cpu_tp __asm__("tp");

static inline struct cpu *cpu_self(void)
{
	return cpu_tp;
}

static inline word intr_off(void)
{
	word old;

	__asm__ volatile("csrrci %0, sstatus, 2" : "=r"(old) : : "memory");	/* SIE */
	return old & 2;
}

static inline void intr_set(word old)
{
	__asm__ volatile("csrs sstatus, %0" : : "r"(old) : "memory");
}

static inline void cpu_relax(void)
{
	__asm__ volatile(".word 0x0100000f" : : : "memory");	/* pause (Zihintpause) */
}

static inline uint64_t cpu_cycles(void)
{
	uint64_t n;

	__asm__ volatile("rdcycle %0" : "=r"(n) : : "memory");
	return n;
}
