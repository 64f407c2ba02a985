/* SPDX-License-Identifier: MIT */
/* raw.h: a system call whose error comes back as -errno.  The kernel keeps every register but v0. */
#pragma once

enum { CALL_BYTES = 4 };		/* syscall */

static inline bool is_call(uintptr_t pc)
{
	return (*(const uint32_t *)pc & 0xfc00003f) == 0x0000000c;
}

static inline long raw_call(long nr, long a, long b, long c, long d, long e)
{
	register long v0 __asm__("$2") = nr;
	register long a0 __asm__("$4") = a;
	register long a1 __asm__("$5") = b;
	register long a2 __asm__("$6") = c;
	register long a3 __asm__("$7") = d;
	register long a4 __asm__("$8") = e;

	__asm__ volatile("syscall" : "+r"(v0) : "r"(a0), "r"(a1), "r"(a2), "r"(a3), "r"(a4) : "memory");
	return v0;
}
