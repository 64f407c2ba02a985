/* SPDX-License-Identifier: MIT */
/* common.c: memory, children and repetition, for all workloads. */
#include "bench.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

_Noreturn void die(const char *what)
{
	fprintf(stderr, "bench: %s: %s\n", what, strerror(errno));
	exit(1);
}

uint64_t floor_of(int which)
{
	enum { N = 256 };

	return (page_floor(which, N) + N / 2) / N;
}

char *map(size_t pages)
{
	char *p = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		die("mmap");
	return p;
}

/* Write to every page. */
void touch(char *p, size_t pages)
{
	for (char *end = p + pages * PAGE; p < end; p += PAGE)
		*(volatile char *)p = 1;
}

_Noreturn void bad_child(const struct wait_info *end)
{
	wait_report("bench's child", end);
	fputs("bench: a child failed\n", stderr);
	exit(1);
}

/* Once to warm up, then n times. */
void repeat(struct sample *s, unsigned n, void (*once)(int), int strategy)
{
	once(strategy);
	measure_start(s, n);
	while (n--)
		once(strategy);
	measure_stop(s);
}

void fork_exit_once(int strategy)
{
	pid_t pid = strategy == VFORK ? vfork() : rfork(strategy);

	if (pid == 0)
		_exit(0);
	if (pid < 0)
		die("fork");
	waitinfo(pid, NULL, 0);
}

void row(const char *workload, int strategy, const struct sample *s)
{
	measure_row(workload, strategy_names[strategy], s);
}
