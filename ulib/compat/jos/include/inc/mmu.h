/* SPDX-License-Identifier: MIT */
/*
 * inc/mmu.h: pages as JOS sees them, two levels of 4-byte entries over 4 GiB, whatever the machine has.
 * The library translates.  Bits: Intel SDM volume 3, 4.3; JOS's use of the available ones.
 */
#pragma once
#include <inc/types.h>

#define PGSIZE		4096
#define PGSHIFT		12
#define PTSIZE		(PGSIZE * 1024)	/* what an entry of the page directory covers */
#define PTSHIFT		22
#define PTXSHIFT	12
#define PDXSHIFT	22
#define NPDENTRIES	1024
#define NPTENTRIES	1024

#define PGNUM(la)	((uintptr_t)(la) >> PTXSHIFT)
#define PDX(la)		((uintptr_t)(la) >> PDXSHIFT & 0x3ff)
#define PTX(la)		((uintptr_t)(la) >> PTXSHIFT & 0x3ff)
#define PGOFF(la)	((uintptr_t)(la) & 0xfff)
#define PGADDR(d, t, o)	((void *)((uintptr_t)(d) << PDXSHIFT | (uintptr_t)(t) << PTXSHIFT | (o)))

#define PTE_P		0x001
#define PTE_W		0x002
#define PTE_U		0x004
#define PTE_AVAIL	0xe00		/* software's; the library keeps two of the three, SHARE and COW */
#define PTE_SYSCALL	(PTE_AVAIL | PTE_P | PTE_W | PTE_U)
#define PTE_ADDR(pte)	((physaddr_t)(pte) & ~(physaddr_t)0xfff)	/* 0: no program of ours sees where a page lies */

#define FL_RF		0x00010000
#define FL_IF		0x00000200
#define FL_IOPL_3	0x00003000

/* Of a page fault: the page was there, it was a write, it came from user mode. */
#define FEC_PR		0x1
#define FEC_WR		0x2
#define FEC_U		0x4
