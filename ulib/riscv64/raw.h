/* SPDX-License-Identifier: MIT */
/* raw.h: a system call whose error comes back as -errno.  The kernel keeps every register but a0. */
#pragma once

enum { CALL_BYTES = 4 };		/* ecall; with two-byte instructions before it, it need not be aligned */

static inline bool is_call(uintptr_t pc)
{
	const uint16_t *p = (const uint16_t *)pc;

	return p[0] == 0x0073 && p[1] == 0;
}

static inline long raw_call(long nr, long a, long b, long c, long d, long e)
{
	register long a7 __asm__("a7") = nr;
	register long a0 __asm__("a0") = a;
	register long a1 __asm__("a1") = b;
	register long a2 __asm__("a2") = c;
	register long a3 __asm__("a3") = d;
	register long a4 __asm__("a4") = e;

	__asm__ volatile("ecall" : "+r"(a0) : "r"(a7), "r"(a1), "r"(a2), "r"(a3), "r"(a4) : "memory");
	return a0;
}
