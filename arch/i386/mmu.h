/* SPDX-License-Identifier: MIT */
/*
 * mmu.h: the address space.  Programs below KBASE, above it all RAM at a
 * constant distance, and the APICs' pages at their physical addresses.
 * Included by assembly too.
 */
#pragma once

/* KBASE, the virtual address of physical 0, is meson.build's: the linker's script wants it too. */
#define APIC_BASE	0xfec00000	/* I/O APIC, and at +0x200000 the local APIC */
#define RAM_MAX		(APIC_BASE - KBASE)	/* RAM beyond it is left alone */

#define USERTOP		KBASE
#define STACKTOP	USERTOP
#define RAM_BASE	0
#define ASID_BITS	0

#ifdef I386_PAE
#define BIG_SHIFT	21		/* pages of 2 MiB in the kernel's mapping */
#define BIG_ENTRY	8		/* bytes of an entry */
#else
#define BIG_SHIFT	22
#define BIG_ENTRY	4
#endif

#ifndef __ASSEMBLER__
#include "types.h"

static inline void *kva(pa_t pa) { return (void *)(pa + KBASE); }
static inline pa_t kpa(const void *p) { return (pa_t)p - KBASE; }
#endif
