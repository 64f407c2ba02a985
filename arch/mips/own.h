/* SPDX-License-Identifier: MIT */
/*
 * own.h: what is a CPU's own and needed before any register is free: the
 * loaded space's root table (a kseg0 address), where the next frame from
 * user mode is built, struct cpu.  This file is for one CPU, and has them in
 * memory at addresses that instructions can name; own_smp.h, for several,
 * comes in with -DMIPS_SMP.
 *
 * A load is two macros, so that something else can stand between them.
 */
#pragma once
#ifdef MIPS_SMP
#include "own_smp.h"
#else

#define ST_IM		0x8400	/* IP7, the timer, and IP2, the i8259 */

#ifdef __ASSEMBLER__
	.macro own_hi what, reg
	lui \reg, %hi(trap_\what)
	.endm
	.macro own_lo what, reg
	lw \reg, %lo(trap_\what)(\reg)
	.endm
	.macro own_cpu reg
	lui \reg, %hi(cpus)
	addiu \reg, \reg, %lo(cpus)
	.endm
	.macro own_init			/* gp: struct cpu; no space is loaded.  Clobbers t0 */
	.endm
	.macro own_sync			/* what was done is done before what follows is seen */
	.endm
	.macro own_data
	.data
	.globl trap_root, trap_kstack
trap_root:	.word mmu_empty
trap_kstack:	.word 0
	.endm
#else
enum { NCPU = 1 };

extern const void *trap_root, *trap_kstack;
static inline void own_root(const void *table) { trap_root = table; }
static inline void own_kstack(const void *frame) { trap_kstack = frame; }
#endif
#endif
