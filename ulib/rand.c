/* SPDX-License-Identifier: MIT */
/* rand.c: xorshift32 (Marsaglia 2003): the same numbers on every machine. */
#include <stdint.h>
#include <stdlib.h>

static unsigned state = 1;

void srand(unsigned seed)
{
	state = seed;			/* 0 would stay 0: it is taken for 1 */
}

int rand_r(unsigned *seed)
{
	uint32_t s = *seed ? *seed : 1;

	s ^= s << 13;
	s ^= s >> 17;
	s ^= s << 5;
	*seed = s;
	return s & RAND_MAX;
}

int rand(void)
{
	return rand_r(&state);
}
