/* SPDX-License-Identifier: MIT */
/*
 * race_enter.c: a CPU enters a space while another, so far alone in it,
 * breaks copy-on-write or forks: whom to ask is looked up behind the break,
 * and not to be alone is no matter of who is there now.  CPUs go in pairs,
 * each pair with a space of its own.
 */
#include "race.h"

enum { TIMES = 150, FIRST = 1, SECOND = NPAGE - 1 };	/* page 0 is the owner's, these the visitor's */

static struct pair {
	struct space s;
	_Atomic unsigned stored;	/* the last store that is complete */
	_Atomic unsigned turn;		/* goes up when it is worth coming in */
} pairs[NCPU / 2];

static unsigned inherited(struct space *child, int page)
{
	unsigned x;

	must(vm_copyin(child, &x, page_va(page), sizeof x) == 0, "a kernel copy fails");
	return x;
}

/* What makes a visitor forget that is not there, makes it no holder of the space any more. */
static void owner(struct pair *p)
{
	vm_load(&p->s);
	for (unsigned n = 1; n <= TIMES; n++) {
		struct space child;

		must(vm_init(&child) == 0, "no memory");
		p->turn++;
		must(vm_fork(&child, &p->s, n % 2 ? CUT_PAGE : CUT_EAGER) == 0, "no memory");
		for (unsigned i = rnd(2) * rnd(8); i > 0; i--)
			sim_spin();
		p->turn++;
		must(user(&p->s, page_va(0), true, &n) == 0, "a store fails");
		p->stored = n;
		must(inherited(&child, FIRST) >= inherited(&child, SECOND), "a fork has the second store without the first");
		vm_destroy(&child);
	}
}

/* Stay out until something begins, and a little longer. */
static void wait(struct pair *p, unsigned *turn)
{
	while (p->turn == *turn && p->stored < TIMES)
		sim_poll();
	*turn = p->turn;
	for (volatile unsigned i = rnd(2000); i > 0; i--)
		;
}

static void visitor(struct pair *p)
{
	unsigned turn = 0;

	for (unsigned k = 1; p->stored < TIMES; k++) {
		wait(p, &turn);
		vm_load(&p->s);
		for (unsigned n = rnd(16), lo, x; n > 0; n--) {
			lo = p->stored;
			must(user(&p->s, page_va(0), false, &x) == 0, "a load fails");
			must(lo <= x && x <= p->stored + 1, "who comes in sees store %u, after %u was complete", x, lo);
		}
		must(user(&p->s, page_va(FIRST), true, &k) == 0 && user(&p->s, page_va(SECOND), true, &k) == 0, "a store fails");
		vm_load(0);
	}
}

void enter_run(void)
{
	struct pair *p = &pairs[sim_self / 2];

	if (sim_self % 2 == 0) {
		small_space(&p->s);
		p->stored = p->turn = 0;
	}
	sim_barrier();
	(sim_self % 2 ? visitor : owner)(p);
	vm_load(0);
	sim_barrier();
	if (sim_self % 2 == 0)
		vm_destroy(&p->s);
}
