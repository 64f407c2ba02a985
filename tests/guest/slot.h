/* SPDX-License-Identifier: MIT */
/* slot.h: a store that faults where MIPS goes on at the branch before it; elsewhere, a plain one. */
#pragma once

#if defined __mips__
/* Store v at p in the delay slot of a branch, taken or not; returns 1 if it was taken. */
static int store_in_slot(volatile int *p, int v, int taken)
{
	int r;

	__asm__ volatile(
		".set push; .set noreorder\n"
		"	li	%0, 1\n"
		"	bnez	%3, 1f\n"
		"	sw	%2, 0(%1)\n"
		"	li	%0, 0\n"
		"1:	.set pop"
		: "=&r"(r) : "r"(p), "r"(v), "r"(taken) : "memory");
	return r;
}
#else
static int store_in_slot(volatile int *p, int v, int taken)
{
	*p = v;
	return taken;
}
#endif
