/* SPDX-License-Identifier: MIT */
/* meet.h: threads, or processes with shared memory, that go on at the same moment.  All zero: nobody is there yet. */
#pragma once
#include <stdatomic.h>
#include <unistd.h>
#include <yoke.h>

struct meet { _Atomic unsigned came; };

/* Wait until `all` have come as often as this one; turn counts how often, from 1. */
static inline void meet(struct meet *m, unsigned all, unsigned turn)
{
	m->came++;
	for (unsigned n = 1; m->came < all * turn; n++)
		if (n % 256 == 0)
			yield();		/* there may be fewer CPUs than us */
}
