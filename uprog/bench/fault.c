/* SPDX-License-Identifier: MIT */
/* fault.c: what a fault costs, by what it finds. */
#include "bench.h"
#include <sys/mman.h>

enum { PAGES = 1024 };

/* A child that holds what it inherited until hold[1] is closed, and sleeps when this returns. */
static pid_t holder(int strategy, int hold[2])
{
	int ready[2];
	pid_t pid;
	char c = 0;

	if (pipe(hold) < 0 || pipe(ready) < 0)
		die("pipe");
	pid = rfork(strategy);
	if (pid == 0) {
		close(hold[1]);
		write(ready[1], &c, 1);
		_exit(read(hold[0], &c, 1));
	}
	if (pid < 0)
		die("fork");
	read(ready[0], &c, 1);
	close(ready[0]);
	close(ready[1]);
	close(hold[0]);
	msleep(30);			/* it reaches its read */
	return pid;
}

static void cow_fault_once(struct sample *s, int strategy)
{
	char *p = map(PAGES);
	int hold[2];
	pid_t pid;

	touch(p, PAGES);
	pid = holder(strategy, hold);
	measure_start(s, PAGES);
	touch(p, PAGES);
	measure_stop(s);
	close(hold[1]);
	reap(pid);
	munmap(p, PAGES * PAGE);
}

/* Writes to pages that a child holds too: every one copies. */
void cow_fault(int strategy)
{
	struct sample s = { .mib = -1 };

	cow_fault_once(&s, strategy);
	cow_fault_once(&s, strategy);
	s.floor = floor_of(FLOOR_COPY);
	row("cow-fault", strategy, &s);
}

static void cow_reuse_once(struct sample *s, int strategy)
{
	char *p = map(PAGES);

	touch(p, PAGES);
	fork_exit_once(strategy);
	measure_start(s, PAGES);
	touch(p, PAGES);
	measure_stop(s);
	munmap(p, PAGES * PAGE);
}

/* Writes to pages that a child held, and left: no copy. */
void cow_reuse(int strategy)
{
	struct sample s = { .mib = -1 };

	cow_reuse_once(&s, strategy);
	cow_reuse_once(&s, strategy);
	row("cow-reuse", strategy, &s);
}

/* First writes to fresh pages. */
void zero_fault(int strategy)
{
	struct sample s = { .mib = -1 };

	for (int i = 0; i < 2; i++) {
		char *p = map(PAGES);

		if (strategy == FORK_UPCALL)	/* from the next fork on the mapping is the program's */
			fork_exit_once(strategy);
		measure_start(&s, PAGES);
		touch(p, PAGES);
		measure_stop(&s);
		munmap(p, PAGES * PAGE);
	}
	s.floor = floor_of(FLOOR_CLEAR);
	row("zero-fault", strategy, &s);
}
