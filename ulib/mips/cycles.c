/* SPDX-License-Identifier: MIT */
/*
 * cycles.c: Count, extended to 64 bits: right while less than 2^32 counts
 * lie between two calls.  Under QEMU's -icount shift=0 it grows by one in
 * six instructions.
 */
#include <yoke.h>

enum { PER_COUNT = 6 };

/* rdhwr $2, $2 (MIPS32r2; user mode must have been given HWREna bit 2).  A word: the image is assembled for r1. */
static inline uint32_t count(void)
{
	register uint32_t n __asm__("$2");

	__asm__ volatile(".word 0x7c02103b" : "=r"(n));
	return n;
}

uint64_t cycles(void)
{
	static uint64_t total;

	total += count() - (uint32_t)total;
	return total * PER_COUNT;
}
