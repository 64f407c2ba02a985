/* SPDX-License-Identifier: MIT */
/*
 * main.c: bench [-s STRATEGY,...] [WORKLOAD...]: what fork, copy-on-write and
 * the rest cost, in guest instructions.
 *
 * Prints a row of JSON for every figure, for `yoke compare`.  An operation
 * is counted with its stub in user mode and its loop.  Every workload is run
 * once before it is measured, or does its first operation before.
 */
#include "bench.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALL_FORKS = (1 << FORK_N) - 1 };

const char *strategy_names[STRATEGIES] = { [VFORK] = "vfork", [SPAWN] = "spawn" };

static const struct workload {
	const char *name;
	void (*run)(int strategy);
	unsigned strategies;		/* for which it makes sense: a mask */
} workloads[] = {
	{ "null", null_call, ALL_FORKS },
	{ "fork-exit", fork_exit, ALL_FORKS | 1 << VFORK },
	{ "fork-exec", fork_exec, ALL_FORKS | 1 << VFORK },
	{ "spawn", spawn_true, ALL_FORKS | 1 << SPAWN },
	{ "cow-fault", cow_fault, ALL_FORKS & ~(1 << FORK_EAGER) },
	{ "cow-reuse", cow_reuse, ALL_FORKS & ~(1 << FORK_EAGER) },
	{ "zero-fault", zero_fault, ALL_FORKS },
	{ "mmap", mmap_call, ALL_FORKS },
	{ "munmap-page", munmap_page, ALL_FORKS },
	{ "mprotect", mprotect_page, ALL_FORKS },
	{ "sbrk", sbrk_call, ALL_FORKS },
	{ "file-fault", file_fault, ALL_FORKS },
	{ "pipe", pipe_words, ALL_FORKS },
	{ "sh", sh_program, ALL_FORKS },
	{ "ipc", ipc_words, ALL_FORKS },
	{ "ipc-call", ipc_calls, ALL_FORKS },
	{ "upcall", upcall, 1 << FORK_UPCALL },
};
enum { WORKLOADS = sizeof workloads / sizeof *workloads };

/* ---- the command line ---- */

static _Noreturn void usage(void)
{
	fputs("usage: bench [-s STRATEGY,...] [WORKLOAD...]\nstrategies:", stderr);
	for (int i = 0; i < STRATEGIES; i++)
		fprintf(stderr, " %s", strategy_names[i]);
	fputs("\nworkloads:", stderr);
	for (int i = 0; i < WORKLOADS; i++)
		fprintf(stderr, " %s", workloads[i].name);
	fputc('\n', stderr);
	exit(2);
}

static unsigned workload_bit(const char *name)
{
	for (int i = 0; i < WORKLOADS; i++)
		if (strcmp(workloads[i].name, name) == 0)
			return 1u << i;
	usage();
}

static unsigned strategy_bit(const char *name, size_t len)
{
	for (int i = 0; i < STRATEGIES; i++)
		if (strlen(strategy_names[i]) == len && strncmp(strategy_names[i], name, len) == 0)
			return 1u << i;
	usage();
}

/* Names with commas between them. */
static unsigned strategy_list(const char *s)
{
	const char *comma = strchr(s, ',');
	unsigned bit = strategy_bit(s, comma ? (size_t)(comma - s) : strlen(s));

	return comma ? bit | strategy_list(comma + 1) : bit;
}

static void run(int strategy, unsigned which)
{
	if (strategy < FORK_N)
		forkmode(strategy);
	for (int i = 0; i < WORKLOADS; i++)
		if ((which & 1u << i) && (workloads[i].strategies & 1u << strategy))
			workloads[i].run(strategy);
}

int main(int argc, char **argv)
{
	unsigned strategies = (1u << STRATEGIES) - 1, which = 0;
	int arg = 1;

	memcpy(strategy_names, fork_names, sizeof fork_names);
	if (argc > 1 && strcmp(argv[1], "-s") == 0) {
		if (argc == 2)
			usage();
		strategies = strategy_list(argv[2]);
		arg = 3;
	}
	if (arg == argc)
		which = (1u << WORKLOADS) - 1;
	for (; arg < argc; arg++)
		which |= workload_bit(argv[arg]);
	for (int i = 0; i < STRATEGIES; i++)
		if (strategies & 1u << i)
			run(i, which);
	return 0;
}
