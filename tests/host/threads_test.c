/* SPDX-License-Identifier: MIT */
/* threads_test.c: core/group.c: threads on activations that do anything (scheduler.h).  Prints TAP.  Usage: threads_test [SEED]. */
#include "scheduler.h"

static bool all_finish(unsigned events, word period, int others, unsigned n)
{
	struct plan p = { events, period, others, threads_machine };
	int pid;

	steps = n;
	pid = start(begins, &p);
	NEED(exits(pid, GOOD) && !wrong);
	user_mode = NULL;
	NEED(settled() && (others || !blocks) && blocks >= unblocks);
	return true;
}

static void tests(void)
{
	count_pages();
	for (int others = 0; others <= THREADS + 1; others++) {
		ok(all_finish(BLOCKS, 0, others, 60), "activation: five threads read, write, sleep and change places");
		ok(all_finish(BLOCKS | TIMER, 10, others, 60), "activation: and are interrupted by a timer");
	}
	exit(tap_end());
}

int main(int argc, char **argv)
{
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;

	kernel_run(tests, seed % 3 ? NCPU : 1, seed);	/* some seeds: one CPU */
}
