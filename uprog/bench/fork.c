/* SPDX-License-Identifier: MIT */
/* fork.c: the null system call, and what a new process costs. */
#include "bench.h"
#include <stdbool.h>
#include <stdio.h>
#include <sys/mman.h>

enum { MIB_PAGES = 256 };
/* Aligned, lest the figure depend on where the linker puts them: copies are faster by words. */
static char true_path[] __attribute__((aligned(16))) = "/bin/true", true_name[] __attribute__((aligned(16))) = "true";
static char *const true_argv[] = { true_name, NULL };

void null_call(int strategy)
{
	enum { N = 10000 };
	struct sample s = { .mib = -1 };

	getppid();
	measure_start(&s, N);
	for (int i = 0; i < N; i++)
		getppid();
	measure_stop(&s);
	row("null", strategy, &s);
}

/* With so many MiB touched.  False: memory is too small for it. */
static bool fork_exit_mib(struct sample *s, int strategy, int mib)
{
	size_t pages = (size_t)mib * MIB_PAGES;
	unsigned n = mib == 0 ? 256 : mib < 16 ? 32 : 8;
	struct mem_info m;
	char *p = NULL;

	meminfo(&m);
	if (m.free < pages * (strategy == FORK_EAGER ? 2 : 1) + pages / 64 + 256)
		return false;
	if (mib) {
		p = map(pages);
		touch(p, pages);
	}
	repeat(s, n, fork_exit_once, strategy);
	if (mib)
		munmap(p, pages * PAGE);
	return true;
}

/* What a touched page adds to fork and exit, by the difference from a small process. */
static void slope(int strategy, const struct sample *small, const struct sample *large)
{
	struct sample s = { .mib = large->mib, .n = large->mib * MIB_PAGES };
	uint64_t a = small->instructions / small->n, b = large->instructions / large->n;

	s.instructions = b > a ? b - a : 0;
	row("fork-exit-slope", strategy, &s);
}

void fork_exit(int strategy)
{
	static const int sizes[] = { 0, 1, 4, 16, 64 };
	struct sample small, s;

	for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		s = (struct sample){ .mib = sizes[i] ? sizes[i] : -1 };
		if (!fork_exit_mib(&s, strategy, sizes[i])) {
			printf("# fork-exit, %s: memory is too small for %d MiB\n", strategy_names[strategy], sizes[i]);
			continue;
		}
		row("fork-exit", strategy, &s);
		if (i == 0)
			small = s;
		if (sizes[i] >= 16)
			slope(strategy, &small, &s);
	}
}

static void fork_exec_once(int strategy)
{
	pid_t pid = strategy == VFORK ? vfork() : rfork(strategy);

	if (pid == 0) {
		execv(true_path, true_argv);
		_exit(1);
	}
	reap(pid);
}

void fork_exec(int strategy)
{
	struct sample s = { .mib = -1 };

	repeat(&s, 100, fork_exec_once, strategy);
	row("fork-exec", strategy, &s);
}

static void spawn_once(int strategy)
{
	(void)strategy;
	reap(spawn(true_path, true_argv, NULL));
}

void spawn_true(int strategy)
{
	struct sample s = { .mib = -1 };

	repeat(&s, 100, spawn_once, strategy);
	row("spawn", strategy, &s);
}

static void sh_once(int strategy)
{
	static char *const argv[] = { "sh", "-c", "true", NULL };
	pid_t pid = rfork(strategy);

	if (pid == 0) {
		execv("/bin/sh", argv);
		_exit(1);
	}
	reap(pid);
}

/* A shell that runs a program and ends. */
void sh_program(int strategy)
{
	struct sample s = { .mib = -1 };

	repeat(&s, 50, sh_once, strategy);
	row("sh", strategy, &s);
}
