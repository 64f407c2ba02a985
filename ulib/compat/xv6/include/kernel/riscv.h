/* SPDX-License-Identifier: MIT */
/* riscv.h: what xv6's programs want of it: pages, and where this machine's programs end. */
#pragma once

#define PGSIZE		4096
#define PGSHIFT		12
#define PGROUNDUP(n)	(((n) + PGSIZE - 1) & ~(PGSIZE - 1))
#define PGROUNDDOWN(a)	((a) & ~(PGSIZE - 1))

#if defined(__riscv)
#define MAXVA	(1UL << 38)
#elif defined(__mips__)
#define MAXVA	0x80000000UL
#else
#define MAXVA	0xe0000000UL
#endif

/* The stack pointer, or a little above. */
static inline unsigned long r_sp(void)
{
	return (unsigned long)__builtin_frame_address(0);
}
