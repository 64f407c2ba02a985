/* SPDX-License-Identifier: MIT */
/*
 * asid_test.c: vm/asid.c over billions of numbers: the count is moved on by
 * hand.  Prints TAP.
 *
 * Invariant, holder: whose entries a CPU may have under each number; what
 * asid_use answers is nobody else's.
 */
#include "vm/asid.c"
#include "tap.h"

enum { SPACES = 5, STEPS = 1000 };

unsigned sim_cpu_ids[NCPU] = { 0, 1, 2 }, sim_self;
static struct space *holder[NCPU][NUMBERS], spaces[SPACES];
static unsigned flushes;

void mmu_flush(void)
{
	memset(holder[sim_self], 0, sizeof holder[sim_self]);
	flushes++;
}

static void begin(uint64_t count)
{
	memset(spaces, 0, sizeof spaces);
	memset(holder, 0, sizeof holder);
	for (int c = 0; c < NCPU; c++)
		asid_last[c] = count;
}

/* Run the space on this CPU.  Is its number its own? */
static bool use(struct space *s)
{
	unsigned n = asid_use(s);
	bool good = n > 0 && n < NUMBERS && (!holder[sim_self][n] || holder[sim_self][n] == s);

	holder[sim_self][n] = s;
	return good;
}

/* Its entries are worthless: nobody may have their number before a flush. */
static void drop(struct space *s)
{
	static struct space nobody;

	for (int n = 0; n < NUMBERS; n++)
		if (holder[sim_self][n] == s)
			holder[sim_self][n] = &nobody;
	asid_drop(s);
}

/* From this count on: each space now and then, on each CPU. */
static bool spaces_take_turns(uint64_t count)
{
	bool good = true;

	begin(count);
	for (unsigned i = 0, x = 1; i < STEPS; i++) {
		x = x * 1103515245 + 12345;
		sim_self = x >> 16 & 1;
		if (x >> 18 & 1)
			drop(&spaces[(x >> 20) % SPACES]);
		good = use(&spaces[(x >> 24) % SPACES]) && good;
	}
	sim_self = 0;
	return good;
}

/* A space sleeps while others use up 2^32 numbers and this many more. */
static bool sleeper_wakes(uint64_t first, unsigned more)
{
	bool good;

	begin(first);
	good = use(&spaces[0]);
	asid_last[0] = first - first % NUMBERS + NUMBERS - 1 + 0xfffffff0u;
	for (unsigned i = 0; i < more; i++) {
		drop(&spaces[1]);
		good = use(&spaces[1]) && good;
	}
	return use(&spaces[0]) && good;
}

static bool sleepers_wake(void)
{
	bool good = true;

	for (uint64_t first = NUMBERS; first < 4 * NUMBERS; first++)
		for (unsigned more = 0; more < 8 * NUMBERS; more++)
			good = sleeper_wakes(first, more) && good;
	return good;
}

static bool one_flush_for_all(void)
{
	begin(NUMBERS);
	flushes = 0;
	for (int i = 0; i < 10 * (NUMBERS - 1); i++) {
		drop(&spaces[i % SPACES]);
		asid_use(&spaces[i % SPACES]);
	}
	return flushes == 9;
}

static bool current_numbers_stay(void)
{
	unsigned n;

	begin(NUMBERS);
	n = asid_use(&spaces[0]);
	for (int i = 2; i < NUMBERS; i++) {
		drop(&spaces[1]);
		asid_use(&spaces[1]);
	}
	return asid_use(&spaces[0]) == n;
}

int main(void)
{
	ok(asid_last[0] == NUMBERS && spaces_take_turns(asid_last[0]), "no number is another's");
	ok(spaces_take_turns(UINT32_MAX - STEPS / 2), "nor from 2^32 on");
	ok(sleepers_wake(), "nor after a sleep of 2^32 numbers");
	ok(current_numbers_stay(), "a number stays till its generation ends");
	ok(one_flush_for_all(), "a generation costs one flush");
	return tap_end();
}
