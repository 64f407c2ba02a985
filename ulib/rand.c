/* SPDX-License-Identifier: MIT */
/* rand.c: xorshift32 (Marsaglia 2003): the same numbers on every machine. */
#include <stdint.h>
#include <stdlib.h>

static uint32_t state = 1;

void srand(unsigned seed)
{
	state = seed ? seed : 1;	/* 0 would stay 0 */
}

int rand(void)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state & RAND_MAX;
}
