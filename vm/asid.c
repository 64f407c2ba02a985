/* SPDX-License-Identifier: MIT */
/*
 * asid.c: address-space numbers.
 *
 * A TLB entry is tagged with a small number, so that a switch of spaces need
 * not empty the TLB.  There are more spaces than numbers (R3000: 64), and a
 * number must not be used again while entries of its last owner may be
 * left.  So each CPU counts up: the low ASID_BITS of the count are the
 * number, the rest its generation.  A space keeps, per CPU, the whole count
 * it was given; if the generation is not the CPU's any more, it takes the
 * next one.  When the numbers run out the generation goes up by itself, the
 * CPU empties its TLB once, and every space, dead or alive, has lost its
 * number there at one stroke.  A count has 64 bits, for it must never come
 * round: a space that slept so long would find its generation current again,
 * and its number another's.  tests/models/asid.pml shows it.
 *
 * Hence nobody gives numbers back: a space that dies, or whose entries are
 * to be forgotten as a whole, just stops using its number.  Number 0 is the
 * kernel's own mapping; count 0 is none.  CPUs share nothing here.
 * A space that has a number here has this CPU's bit in s->cpus (vm_load): who
 * clears that drops the number.
 *
 * Lock: none; a CPU's counter is its own, a space's slot its CPU's.
 */
#include "vm.h"

enum { NUMBERS = 1 << ASID_BITS };	/* of them, as in vm.h */

uint64_t asid_last[NCPU] = { [0 ... NCPU - 1] = NUMBERS };	/* the count given out last; generation 0 is never used */

/* The next count. */
static __attribute__((noinline)) unsigned renew(struct space *s, unsigned c)
{
	uint64_t n = ++asid_last[c];

	if (n % NUMBERS == 0) {			/* all used: a new generation */
		mmu_flush();
		asid_last[c] = ++n;
	}
	s->asid[c] = n;
	return n % NUMBERS;
}

unsigned asid_use(struct space *s)
{
	uint64_t count;

	if (ASID_BITS == 0)
		return 0;
	return asid_current(s, &count) ? count % NUMBERS : renew(s, cpu_id());
}

void asid_drop(struct space *s)
{
	if (ASID_BITS == 0)
		return;
	s->asid[cpu_id()] = 0;
}
