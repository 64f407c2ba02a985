/* SPDX-License-Identifier: MIT */
/* raw.h: a system call whose error comes back as -errno.  The kernel keeps every register but eax. */
#pragma once

enum { CALL_BYTES = 2 };		/* int $0x80 */

static inline bool is_call(uintptr_t pc)
{
	const unsigned char *p = (const unsigned char *)pc;

	return p[0] == 0xcd && p[1] == 0x80;
}

static inline long raw_call(long nr, long a, long b, long c, long d, long e)
{
	__asm__ volatile("int $0x80" : "+a"(nr) : "b"(a), "c"(b), "d"(c), "S"(d), "D"(e) : "memory", "cc");
	return nr;
}
