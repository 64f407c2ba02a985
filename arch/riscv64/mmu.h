/* SPDX-License-Identifier: MIT */
/*
 * mmu.h: the layout of addresses, for C and assembly.
 *
 * The upper half of the address space maps physical memory one to one (the
 * direct map); the kernel is linked inside it.  The lower half is the
 * program's, but for its last page: no pc or pointer there can step out of
 * the half and become non-canonical.
 */
#pragma once

#if defined(PT_LEVELS) && PT_LEVELS == 4
#define DIRECT_MAP	0xffff800000000000
#define DIRECT_SIZE	0x8000000000	/* 512 GiB, one entry of the root */
#define USERTOP		(0x800000000000 - 0x1000)
#else
#define DIRECT_MAP	0xffffffc000000000
#define DIRECT_SIZE	0x4000000000	/* 256 GiB, the upper half of the root */
#define USERTOP		(0x4000000000 - 0x1000)
#endif

#define RAM_BASE	0x80000000
#define KERNEL_BASE	0x80200000	/* where the firmware leaves us; kernel.ld */

/* In the same gigabyte as the program: one directory serves both, and fork has one table fewer to make. */
#define STACKTOP	0x40000000

#define ASID_BITS	16		/* mmu_init makes sure */

#ifndef __ASSEMBLER__
#include "types.h"

static inline void *kva(pa_t pa)
{
	return (void *)(pa + DIRECT_MAP);
}

static inline pa_t kpa(const void *p)
{
	return (pa_t)p - DIRECT_MAP;
}
#endif
