/* SPDX-License-Identifier: MIT */
/*
 * pte_r3k.h: R3000 class.  A leaf is EntryLo itself, so that a refill is
 * load, mtc0; the low eight bits are software's.  Two levels.  Built with
 * -DMIPS_R3K, today by the host's tests only.
 */
#pragma once
#include "types.h"

#define PTE_FORMAT	"r3000"
typedef uint32_t pte_t;
enum { PT_LEVELS = 2, PT_CUTMAX = 1, PTE_IMPLIED = P_R | P_X };
enum {
	PTE_SOFT = 3, PTE_THERE = 4,			/* software's: P_S0 and P_S1; refers to something */
	PTE_G = 1 << 8, PTE_V = 1 << 9, PTE_D = 1 << 10, PTE_N = 1 << 11	/* global, valid, writable, not cached */
};
#define PTE_PA		0x1ffff000u
#define PTE_KSEG0	0x80000000u

static inline bool pte_valid(pte_t e) { return e & PTE_THERE; }
static inline pa_t pte_pa(pte_t e) { return e & PTE_PA; }
static inline pte_t pte_ro(pte_t e) { return e & ~(pte_t)PTE_D; }
static inline pte_t pte_hide(pte_t e) { return e & ~(pte_t)(PTE_THERE | PTE_V); }

static inline pte_t pte_table(pa_t pa, int level)
{
	(void)level;
	return (pte_t)pa | PTE_KSEG0 | PTE_THERE;
}

static inline pte_t pte_leaf(pa_t pa, unsigned p)
{
	return (pte_t)pa | PTE_THERE | (p & P_IO ? PTE_N : 0)
		| (p & P_W ? PTE_D : 0) | (p & P_U ? PTE_V : 0) | (p & P_G ? PTE_G : 0) | (p / P_S0 & PTE_SOFT);
}

static inline unsigned pte_prot(pte_t e)
{
	return PTE_IMPLIED | (e & PTE_D ? P_W : 0) | (e & PTE_V ? P_U : 0) | (e & PTE_SOFT) * P_S0;
}
