/* SPDX-License-Identifier: MIT */
/*
 * inc/memlayout.h: where things lie in a JOS environment.  The order is JOS's; UTOP is as high as the
 * machine allows, and on riscv64, whose programs have more than 4 GiB, just where JOS has it.
 *
 *	UVPT .. +4 MiB	page tables, read-only: see uvpt below
 *	UTOP		UXSTACKTOP, the exception stack's end; a page below it, USTACKTOP
 *	UTEXT		the program
 *	UTEMP, PFTEMP	places for a page
 */
#pragma once
#include <inc/mmu.h>

#if defined(__riscv)
#define UTOP		0xeec00000
#define KERNBASE	0xf0000000	/* from here on nothing is ever mapped */
#elif defined(__mips__)
#define UTOP		0x7f400000
#define KERNBASE	0x80000000
#elif defined(I386_PAE)
#define UTOP		0xbec00000
#define KERNBASE	0xc0000000
#else
#define UTOP		0xdec00000
#define KERNBASE	0xe0000000
#endif
#define UVPT		(UTOP + 2 * PTSIZE)
#define ULIM		(UVPT + PTSIZE)
#define UXSTACKTOP	UTOP
#define USTACKTOP	(UTOP - 2 * PGSIZE)
#define UTEXT		(2 * PTSIZE)
#define UTEMP		((void *)PTSIZE)
#define PFTEMP		((void *)(2 * PTSIZE - PGSIZE))

typedef uint32_t pte_t;
typedef uint32_t pde_t;

/* The entry of page number n is uvpt[n], of 4 MiB number n uvpd[n]; fresh wherever the name is written. */
#define uvpt		(jos_uvpt())
#define uvpd		(jos_uvpd())
const volatile pte_t *jos_uvpt(void);
const volatile pde_t *jos_uvpd(void);
