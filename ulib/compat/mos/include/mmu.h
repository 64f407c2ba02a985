/* SPDX-License-Identifier: MIT */
/*
 * mmu.h: pages and places as MOS has them, on every machine: all its addresses are below 2 GiB.  Entries are
 * shown by two levels of 4-byte entries over 4 GiB, whatever the machine has; their addresses are 0.
 *
 * MOS of 2019 to 2022 calls the right to write PTE_R, MOS from 2023 on PTE_D; both are known here.
 */
#pragma once
#include "types.h"

#define BY2PG		4096
#define PAGE_SIZE	4096
#define PTMAP		4096
#define PDMAP		(4 * 1024 * 1024)
#define PGSHIFT		12
#define PDSHIFT		22
#define PDX(va)		((u_long)(va) >> PDSHIFT & 0x3ff)
#define PTX(va)		((u_long)(va) >> PGSHIFT & 0x3ff)
#define PPN(va)		((u_long)(va) >> PGSHIFT)
#define VPN(va)		PPN(va)
#define PTE_ADDR(pte)	((u_long)(pte) & ~(u_long)0xfff)
#define PTE_FLAGS(pte)	((u_long)(pte) & 0xfff)

#define PTE_COW		0x001
#define PTE_LIBRARY	0x002
#define PTE_G		0x040
#define PTE_V		0x080
#define PTE_D		0x100
#define PTE_R		0x400

#define ULIM		0x80000000
#define KERNBASE	0x80020000
#define UVPT		(ULIM - PDMAP)
#define UPAGES		(UVPT - PDMAP)
#define UENVS		(UPAGES - PDMAP)
#define UTOP		UENVS
#define UXSTACKTOP	UTOP
#define USTACKTOP	(UTOP - 2 * PTMAP)
#define UTEXT		PDMAP
#define UCOW		(UTEXT - PTMAP)
#define UTEMP		(UCOW - PTMAP)

typedef u_int Pde;
typedef u_int Pte;
