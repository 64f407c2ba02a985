/* SPDX-License-Identifier: MIT */
/* pt.h: the walker and the gather, for the files of vm/ only.  => space locked, throughout */
#pragma once
#include "vm.h"

enum { PT_BITS = sizeof(pte_t) == 8 ? 9 : 10, PT_N = 1 << PT_BITS, PT_TOP = PT_LEVELS - 1 };

static inline unsigned pt_index(va_t va, int l) { return va >> (PGSHIFT + l * PT_BITS) & (PT_N - 1); }
static inline va_t pt_span(int l) { return (va_t)1 << (PGSHIFT + l * PT_BITS); }	/* bytes an entry covers */
static inline struct page *pt_page(pte_t e) { return pg_of(pte_pa(e)); }
static inline pte_t *pt_table(pte_t e) { return kva(pte_pa(e)); }
