/* SPDX-License-Identifier: MIT */
/* counts_test.c: core/info.c: the sum of all counts misses no space (kernel.h).  Prints TAP.  Usage: counts_test [SEED]. */
#include "kernel.h"
#include "tap.h"
#include <stdlib.h>

enum { MANY = 1000000, A_WHILE = 50 };

static struct proc *leaver;
static struct space *left_behind;

static int sleeps(void *unused)
{
	(void)unused;
	return (int)call(sleep, MANY);
}

/* On another CPU, as at the end of an exit or an exec: what is left is folded in, and so no more than before. */
static int ends_it(void *unused)
{
	(void)unused;
	for (int i = 0; i < A_WHILE; i++)
		step();
	leaver->space = left_behind;
	leaver->leaves = NULL;
	return 0;
}

static uint64_t zeros(void)
{
	return call(counts, 0, PLAIN) ? 0 : LOAD(struct counts, PLAIN).n[C_ZERO];
}

/* A space that nobody has any more, and whose counts nobody has taken over: what exit and exec look like in between. */
static bool none_is_missed(bool exec)
{
	int pid = start(sleeps, NULL), other;
	struct space *mine = cur()->space;
	uint64_t before;

	NEED(until(pid, PROC_SLEEPING));
	leaver = proc_find(pid);
	left_behind = leaver->space;
	left_behind->count[C_ZERO] += MANY;
	before = zeros();
	leaver->space = exec ? mine : NULL;
	leaver->leaves = exec ? left_behind : NULL;
	other = start(ends_it, NULL);
	NEED(zeros() >= before && exits(other, 0));
	NEED(is(call(kill, (word)pid, SIGKILL), 0) && ended(pid).pid == pid && zeros() >= before);
	return settled();
}

static void tests(void)
{
	count_pages();
	ok(cpus_running == 1 || none_is_missed(false), "counts: of a space whose process exits");
	ok(cpus_running == 1 || none_is_missed(true), "counts: of a space whose process became another");
	exit(tap_end());
}

int main(int argc, char **argv)
{
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;

	kernel_run(tests, seed % 3 ? NCPU : 1, seed);	/* some seeds: one CPU, where nobody sees what is in between */
}
