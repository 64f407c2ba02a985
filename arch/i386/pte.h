/* SPDX-License-Identifier: MIT */
/*
 * pte.h: i386, two levels of 32-bit entries.  Reading and execution are
 * implied by presence.  Accessed and dirty are preset, in tables too, so the
 * hardware never writes an entry (Intel SDM volume 3, 4.3 and 4.8).
 */
#pragma once
#ifdef I386_PAE
#include "pte_pae.h"
#else
#include "types.h"

typedef uint32_t pte_t;
enum { PT_LEVELS = 2, PT_CUTMAX = 1, PTE_IMPLIED = P_R | P_X };
#define PTE_FORMAT "i386"

enum {
	PTE_V = 1, PTE_W = 2, PTE_U = 4, PTE_CD = 0x10, PTE_A = 0x20, PTE_D = 0x40,
	PTE_BIG = 0x80, PTE_G = 0x100, PTE_S0 = 0x200, PTE_S1 = 0x400
};

static inline bool pte_valid(pte_t e) { return e & PTE_V; }
static inline pa_t pte_pa(pte_t e) { return e & ~0xfffu; }
static inline pte_t pte_ro(pte_t e) { return e & ~(pte_t)PTE_W; }
static inline pte_t pte_hide(pte_t e) { return e & ~(pte_t)PTE_V; }

static inline pte_t pte_table(pa_t pa, int level)
{
	(void)level;
	return pa | PTE_V | PTE_W | PTE_U | PTE_A;
}

/* Bits of equal distance are moved together. */
static inline pte_t pte_leaf(pa_t pa, unsigned p)
{
	return pa | PTE_V | PTE_A | PTE_D | (p & P_W) | (p & (P_U | P_IO)) >> 1
	    | (p & (P_S0 | P_S1)) << 3 | (p & P_G) << 4;
}

static inline unsigned pte_prot(pte_t e)
{
	unsigned f = (unsigned)e;

	return PTE_IMPLIED | (f & PTE_W) | (f & PTE_U) << 1 | (f >> 3 & (P_S0 | P_S1));
}

_Static_assert((int)PTE_W == P_W && PTE_U << 1 == P_U && PTE_CD << 1 == P_IO && PTE_G == P_G << 4
	&& PTE_S0 == P_S0 << 3 && PTE_S1 == P_S1 << 3, "the distances above");
#endif
