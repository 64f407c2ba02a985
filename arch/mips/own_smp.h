/* SPDX-License-Identifier: MIT */
/*
 * own_smp.h: own.h for several CPUs: in registers that MIPS32 keeps for
 * kernels (MD00090: KScratch1 .. 3, coprocessor register 31, selects 2 .. 4).
 */
#pragma once

#define ST_IM		0x8c00	/* IP7, the timer; IP3, other CPUs; IP2, the i8259: smp.c wires the last two */

#ifdef __ASSEMBLER__
	.macro own_hi what, reg
	.ifc \what, root
	mfc0 \reg, $31, 2
	.else
	mfc0 \reg, $31, 3
	.endif
	.endm
	.macro own_lo what, reg
	.endm
	.macro own_cpu reg
	mfc0 \reg, $31, 4
	.endm
	.macro own_init
	mfc0 $8, $16			/* Config.K0: kseg0 is cached and coherent, as PTE_CCA has the rest */
	ori $8, $8, 7
	xori $8, $8, 7 ^ 5
	mtc0 $8, $16
	.word 0x000000c0		/* ehb */
	mtc0 $28, $31, 4
	la $8, mmu_empty
	mtc0 $8, $31, 2
	.endm
	.macro own_sync
	sync
	.endm
	.macro own_data
	.endm
#else
#include "cp0.h"

enum { NCPU = 8, KSCRATCHES = 7 << 2 };	/* as Config4 says which there are */

static inline void own_root(const void *table) { MTC0("$31, 2", table); }
static inline void own_kstack(const void *frame) { MTC0("$31, 3", frame); }
#endif
