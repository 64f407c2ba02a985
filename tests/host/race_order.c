/* SPDX-License-Identifier: MIT */
/*
 * race_order.c: a fork is a snapshot (H6, H42), and no store is lost (H5).
 *
 * One CPU counts up a word of one page and then a word of another; one takes
 * the copy-on-write faults of both pages at another word, and reads; two
 * fork the space meanwhile, at every cut.  No child may have the second
 * store without the first, nor change.
 */
#include "race.h"

enum { FIRST = 0, SECOND = NPAGE - 1, TIMES = 40, OTHER = 256 };

static struct space parent;

static void access(int page, unsigned at, bool store, unsigned *x)
{
	int rc = user(&parent, page_va(page) + at, store, x);

	must(rc == 0, "an access gives %d", rc);
}

/* Nobody else stores to this word. */
static void count_up(int page, unsigned at, unsigned k)
{
	unsigned x;

	access(page, at, false, &x);
	must(x == k - 1, "a store is lost: page %d holds %u, not %u", page, x, k - 1);
	access(page, at, true, &k);
}

static void writer(void)
{
	for (unsigned k = 1; k <= TIMES * 8; k++) {
		count_up(FIRST, 0, k);
		count_up(SECOND, 0, k);
	}
}

static void breaker(void)
{
	for (unsigned k = 1; k <= TIMES * 8; k++) {
		unsigned first, second;

		access(SECOND, 0, false, &second);
		access(FIRST, 0, false, &first);
		must(first >= second, "one space: the second store, %u, without the first, %u", second, first);
		count_up(k % 2 ? FIRST : SECOND, OTHER, (k + 1) / 2);
	}
}

static unsigned load(struct space *s, int page)
{
	unsigned x;
	int rc = vm_copyin(s, &x, page_va(page), sizeof x);

	must(rc == 0, "a kernel copy gives %d", rc);
	return x;
}

static void forker(void)
{
	for (int n = 0; n < TIMES; n++) {
		int cut = n % 4 + CUT_EAGER;
		struct space child;
		unsigned second, first;

		must(vm_init(&child) == 0 && vm_fork(&child, &parent, cut) == 0, "no memory");
		second = load(&child, SECOND);
		first = load(&child, FIRST);
		must(first >= second, "cut %d: the second store, %u, without the first, %u", cut, second, first);
		for (int i = 0; i < 4; i++)
			sim_spin();
		must(load(&child, FIRST) == first && load(&child, SECOND) == second, "cut %d: the child changes", cut);
		vm_destroy(&child);
	}
}

void order_run(void)
{
	static void (*const program[NCPU])(void) = { writer, breaker, forker, forker };

	if (sim_self == 0)
		small_space(&parent);
	sim_barrier();
	vm_load(&parent);
	program[sim_self]();
	vm_load(0);
	sim_barrier();
	if (sim_self == 0)
		vm_destroy(&parent);
}
