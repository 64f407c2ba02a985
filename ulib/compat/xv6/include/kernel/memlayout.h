/* SPDX-License-Identifier: MIT */
/*
 * memlayout.h: two facts that xv6's programs take from it: an address that
 * is the kernel's, and, as PHYSTOP - KERNBASE, how much RAM there is.
 * tools/yoke try boots with as much.
 */
#pragma once

#if defined(__riscv)
#define KERNBASE	0xffffffc000000000UL
#elif defined(__mips__)
#define KERNBASE	0x80000000UL
#else
#define KERNBASE	0xe0000000UL
#endif
#define PHYSTOP		(KERNBASE + 128 * 1024 * 1024)
#define TRAMPOLINE	(MAXVA - PGSIZE)
