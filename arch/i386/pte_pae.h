/* SPDX-License-Identifier: MIT */
/*
 * pte_pae.h: i386 with PAE, three levels of 64-bit entries, with no-execute.
 * The root is the page-directory-pointer table: four entries, without rights
 * or an accessed bit, and copied into the CPU when CR3 is loaded (mmu.c).
 *
 * An assignment is two stores of 32 bits, in an order that the compiler
 * chooses.  RAM ends below 4 GiB, so the high word holds only the no-execute
 * bit; address, presence, W and U are in the low word and change at once.
 * Where presence changes, vm/ writes by pte_store (vm/pt.h), and no walk by
 * another CPU finds an entry without its no-execute.  Elsewhere the bit stays
 * as it is, or rights are taken away, and each half does some of that.
 */
#pragma once
#include "types.h"

typedef uint64_t pte_t;
enum { PT_LEVELS = 3, PT_CUTMAX = 1, PTE_IMPLIED = P_R };
#define PTE_FORMAT "pae"

enum {
	PTE_V = 1, PTE_W = 2, PTE_U = 4, PTE_CD = 0x10, PTE_A = 0x20, PTE_D = 0x40,
	PTE_BIG = 0x80, PTE_G = 0x100, PTE_S0 = 0x200, PTE_S1 = 0x400
};
#define PTE_NX ((pte_t)1 << 63)

static inline bool pte_valid(pte_t e) { return e & PTE_V; }
static inline pa_t pte_pa(pte_t e) { return (pa_t)(e & 0xfffff000u); }
static inline pte_t pte_ro(pte_t e) { return e & ~(pte_t)PTE_W; }
static inline pte_t pte_hide(pte_t e) { return e & ~(pte_t)PTE_V; }

static inline pte_t pte_table(pa_t pa, int level)
{
	return pa | PTE_V | (level == 2 ? 0 : PTE_W | PTE_U | PTE_A);
}

/* Bits of equal distance are moved together. */
static inline pte_t pte_leaf(pa_t pa, unsigned p)
{
	return pa | PTE_V | PTE_A | PTE_D | (p & P_W) | (p & (P_U | P_IO)) >> 1
	    | (p & (P_S0 | P_S1)) << 3 | (p & P_G) << 4 | (p & P_X ? 0 : PTE_NX);
}

static inline unsigned pte_prot(pte_t e)
{
	unsigned f = (unsigned)e;

	return P_R | (e & PTE_NX ? 0 : P_X) | (f & PTE_W) | (f & PTE_U) << 1 | (f >> 3 & (P_S0 | P_S1));
}

_Static_assert((int)PTE_W == P_W && PTE_U << 1 == P_U && PTE_CD << 1 == P_IO && PTE_G == P_G << 4
	&& PTE_S0 == P_S0 << 3 && PTE_S1 == P_S1 << 3, "the distances above");
