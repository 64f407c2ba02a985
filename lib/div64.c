/* SPDX-License-Identifier: MIT */
/*
 * div64.c: 64-bit division for 32-bit machines, by the names that compilers
 * call.  Schoolbook division in digits of 16 bits, of which the machine's
 * 32-bit divide gives one at a time (Knuth, The Art of Computer Programming,
 * volume 2, 4.3.1, algorithm D).
 */
#include <stdint.h>

uint64_t __udivdi3(uint64_t n, uint64_t d);
uint64_t __umoddi3(uint64_t n, uint64_t d);
int64_t __divdi3(int64_t n, int64_t d);
int64_t __moddi3(int64_t n, int64_t d);

/* The next digit of *n / d, and in *n what remains.  *n < d << 16; d's highest bit is set. */
static inline uint32_t digit(uint64_t *n, uint32_t d)
{
	uint32_t q = (uint32_t)(*n >> 16) / (d >> 16);	/* 2 too many at most */
	int64_t rest = *n - (uint64_t)q * d;

	for (; rest < 0; rest += d)
		q--;
	*n = rest;
	return q;
}

/* By a divisor of 32 bits.  (Zero traps, or not, as the machine's own divide does.) */
static uint64_t by_word(uint64_t n, uint32_t d, uint64_t *rest)
{
	uint32_t high = n >> 32;
	uint64_t q = (uint64_t)(high / d) << 32;
	int up;

	if (!high) {
		*rest = (uint32_t)n % d;
		return (uint32_t)n / d;
	}
	up = __builtin_clz(d);
	n = ((uint64_t)(high % d) << 32 | (uint32_t)n) << up;
	d <<= up;

	uint64_t part = n >> 16;

	q += (uint64_t)digit(&part, d) << 16;
	part = part << 16 | (n & 0xffff);
	q += digit(&part, d);
	*rest = part >> up;
	return q;
}

/* By a longer divisor: its highest 32 bits give the quotient, or one more. */
static uint64_t by_long(uint64_t n, uint64_t d, uint64_t *rest)
{
	int up = __builtin_clz((uint32_t)(d >> 32));
	uint64_t unused, q = by_word(n >> 1, (uint32_t)(d << up >> 32), &unused) >> (31 - up);

	if (q)
		q--;
	n -= q * d;
	if (n >= d) {
		n -= d;
		q++;
	}
	*rest = n;
	return q;
}

static inline uint64_t divide(uint64_t n, uint64_t d, uint64_t *rest)
{
	return d >> 32 ? by_long(n, d, rest) : by_word(n, (uint32_t)d, rest);
}

static inline uint64_t magnitude(int64_t v)
{
	return v < 0 ? -(uint64_t)v : (uint64_t)v;
}

uint64_t __udivdi3(uint64_t n, uint64_t d)
{
	uint64_t rest;

	return divide(n, d, &rest);
}

uint64_t __umoddi3(uint64_t n, uint64_t d)
{
	uint64_t rest;

	divide(n, d, &rest);
	return rest;
}

int64_t __divdi3(int64_t n, int64_t d)
{
	uint64_t rest, q = divide(magnitude(n), magnitude(d), &rest);

	return (n < 0) != (d < 0) ? -q : q;
}

int64_t __moddi3(int64_t n, int64_t d)
{
	uint64_t rest;

	divide(magnitude(n), magnitude(d), &rest);
	return n < 0 ? -rest : rest;
}
