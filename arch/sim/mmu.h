/* SPDX-License-Identifier: MIT */
/*
 * mmu.h: the simulated machine's addresses.  RAM is an array of the host's
 * process that seems to begin at RAM_BASE.  Programs end a page below a
 * boundary of every level's tables, as on the machines that keep a page back.
 */
#pragma once
#include "types.h"
#include "cpu.h"

enum { SIM_FRAMES = 4096 };
#define RAM_BASE	((pa_t)0x100000)
#define RAM_END		(RAM_BASE + (pa_t)SIM_FRAMES * PGSIZE)

/* What an entry of the root table spans. */
#define SIM_BITS	(sizeof(pte_t) == 8 ? 9 : 10)
#define SIM_SPAN	((va_t)1 << (PGSHIFT + (PT_LEVELS - 1) * SIM_BITS))
#define USERTOP		((PT_LEVELS == 2 ? 16 : 3) * SIM_SPAN - PGSIZE)
#define STACKTOP	USERTOP

#ifndef ASID_BITS
#define ASID_BITS	3	/* few, so that they run out often */
#endif

extern unsigned char sim_ram[SIM_FRAMES][PGSIZE];

static inline void *kva(pa_t pa)
{
	sim_pause();
	assert(pa >= RAM_BASE && pa < RAM_END);
	return &sim_ram[0][0] + (pa - RAM_BASE);
}

static inline pa_t kpa(const void *p)
{
	pa_t off = (uintptr_t)p - (uintptr_t)sim_ram;

	assert(off < sizeof sim_ram);
	return RAM_BASE + off;
}
