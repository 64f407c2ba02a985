/* SPDX-License-Identifier: MIT */
/*
 * pte.h: RISC-V Sv39, and Sv48 with -DPT_LEVELS=4 (Privileged Architecture
 * 1.12, 4.4 and 4.5).  Pure: no state, compiles on any host.
 *
 * A leaf has R, W or X; an entry with none of them is a table, and carries
 * no rights, so that tables can be shared at every level below the root.
 * Hence every leaf has R: PROT_NONE keeps its page by having no U.
 *
 * A and D are set in every leaf, so that no hardware writes a table.  Where
 * one is found clear, pte_prot grants nothing, as hardware that leaves A and
 * D to software (Svade) would: to vm_fault every right is missing, and it
 * writes the entry anew with both.  Nothing is copied: W stays only where it
 * was due.
 */
#pragma once
#include "types.h"

#ifndef PT_LEVELS
#define PT_LEVELS 3
#endif

#if PT_LEVELS == 4
#define PTE_FORMAT "sv48"
#else
#define PTE_FORMAT "sv39"
#endif

typedef uint64_t pte_t;

enum { PT_CUTMAX = PT_LEVELS - 1, PTE_IMPLIED = P_R };

enum {
	PTE_V = 1, PTE_R = 2, PTE_W = 4, PTE_X = 8, PTE_U = 16, PTE_G = 32, PTE_A = 64, PTE_D = 128,
	PTE_S0 = 256, PTE_S1 = 512, PTE_AD = PTE_A | PTE_D
};

/* R W X U G lie one bit above P_R P_W P_X P_U P_G; S0 S1 two above P_S0 P_S1.  P_IO needs no bit: the platform knows. */
enum { PTE_P1 = P_RWX | P_U | P_G, PTE_P2 = P_S0 | P_S1 };

static inline pte_t pte_leaf(pa_t pa, unsigned prot)
{
	return (pte_t)pa >> 2 | (prot & PTE_P1) << 1 | (prot & PTE_P2) << 2 | PTE_V | PTE_R | PTE_AD;
}

static inline pte_t pte_table(pa_t pa, int level)
{
	(void)level;
	return (pte_t)pa >> 2 | PTE_V;
}

static inline bool pte_valid(pte_t e)
{
	return e & PTE_V;
}

static inline pa_t pte_pa(pte_t e)
{
	return e >> 10 << PGSHIFT;	/* bits 63..54 are zero: no entry here uses an extension */
}

static inline unsigned pte_prot(pte_t e)
{
	if (__builtin_expect((e & PTE_AD) != PTE_AD, 0))
		return 0;
	return (e >> 1 & PTE_P1) | (e >> 2 & PTE_P2);
}

static inline pte_t pte_ro(pte_t e)
{
	return e & ~(pte_t)PTE_W;
}

static inline pte_t pte_hide(pte_t e)
{
	return e & ~(pte_t)PTE_V;
}
