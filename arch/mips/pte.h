/* SPDX-License-Identifier: MIT */
/*
 * pte.h: R4000 class.  A leaf is EntryLo << 6, so that a refill is load,
 * shift, mtc0, and the low six bits are software's.  A table's entry is its
 * kseg0 address, so that the refill follows it as it is.  Two levels.
 */
#pragma once
#ifdef MIPS_R3K
#include "pte_r3k.h"
#else
#include "types.h"

#define PTE_FORMAT	"r4000"
typedef uint32_t pte_t;
enum { PT_LEVELS = 2, PT_CUTMAX = 1, PTE_IMPLIED = P_R | P_X };
#ifdef MIPS_SMP
enum { PTE_CCA = 5 };			/* cached and coherent: what one CPU stores, the others' caches see */
#else
enum { PTE_CCA = 3 };
#endif
enum {
	PTE_SOFT = 3,			/* user level's soft bits: P_S0, P_S1 */
	PTE_THERE = 4,			/* refers to something; trap.S knows the value */
	PTE_G = 1 << 6,
	PTE_V = 1 << 7,			/* only with P_U: without, a page is kept out of the TLB's reach */
	PTE_D = 1 << 8,			/* the hardware's "dirty" is its write enable */
	PTE_CACHED = PTE_CCA << 9, PTE_UNCACHED = 2 << 9
};
#define PTE_PA		0x1ffff000u	/* kseg0 reaches no further */
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
	return (pte_t)pa | PTE_THERE | (p & P_IO ? PTE_UNCACHED : PTE_CACHED)
		| (p & P_W ? PTE_D : 0) | (p & P_U ? PTE_V : 0) | (p & P_G ? PTE_G : 0) | (p / P_S0 & PTE_SOFT);
}

static inline unsigned pte_prot(pte_t e)
{
	return PTE_IMPLIED | (e & PTE_D ? P_W : 0) | (e & PTE_V ? P_U : 0) | (e & PTE_SOFT) * P_S0;
}
#endif
