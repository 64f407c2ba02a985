/* SPDX-License-Identifier: MIT */
/*
 * cpu.h: this CPU.  The task register says which one runs: user mode cannot
 * change it, and the kernel need not load anything at entry.  cpu_slot is
 * indexed as the descriptor table is.
 */
#pragma once
#include "types.h"
#include "x86.h"

struct cpu;
struct space;

enum { NCPU = 8, GDT_DOUBLE = GDT_TSS + NCPU, GDT_N = GDT_DOUBLE + NCPU };

struct ctx { word sp; };

struct cpu_slot {
	struct cpu *cpu;
	struct space *space;		/* loaded here, or null: the kernel's own root; mmu.c */
};
extern struct cpu_slot cpu_slot[GDT_N];

/* The operand cpu_slot makes the compiler ask again after a call: the other side of ctx_switch may be another CPU. */
static inline struct cpu_slot *cpu_slot_self(void)
{
	word tr;
	__asm__("str %0" : "=r"(tr) : "m"(cpu_slot));
	return (struct cpu_slot *)((char *)cpu_slot + tr);
}

static inline struct cpu *cpu_self(void) { return cpu_slot_self()->cpu; }

static inline word intr_off(void)
{
	word flags;
	__asm__ volatile("pushf; pop %0; cli" : "=r"(flags) :: "memory");
	return flags & EFLAGS_IF;
}

static inline void intr_set(word on)
{
	if (on)
		__asm__ volatile("sti" ::: "memory");
	else
		__asm__ volatile("cli" ::: "memory");
}

static inline void cpu_relax(void) { __asm__ volatile("pause" ::: "memory"); }

static inline uint64_t cpu_cycles(void)
{
	uint64_t n;
	__asm__ volatile("rdtsc" : "=A"(n));
	return n;
}
