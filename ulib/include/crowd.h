/* SPDX-License-Identifier: MIT */
/* crowd.h: the same thing done on several CPUs at once, and what it costs. */
#pragma once
#include <stdbool.h>
#include "abi/yoke.h"

enum { CROWD_MAX = 8 };

struct crowd {
	unsigned workers;		/* CROWD_MAX and the machine's CPUs at most: each has a CPU to itself */
	bool threads;			/* in this space; else each in a space of its own */
	bool steady;			/* who is done goes on till the last one is */
	unsigned n;			/* how often each works */
	void (*prepare)(unsigned worker);	/* before all begin; may be null */
	void (*work)(unsigned worker, unsigned i);
};

struct crowd_cost {
	uint64_t ops;			/* work done by all: n each, or more if steady */
	uint64_t instructions;		/* of all CPUs together, where the emulator counts them */
	struct counts counts;		/* the machine's, meanwhile */
	struct lock_counts locks;	/* what the workers' CPUs took, each while its worker worked; zero if not counted */
	unsigned ticks;			/* of the clock, meanwhile */
};

/* 0; -1: errno.  EAGAIN: a worker had to change CPUs, and the figures are worthless. */
int crowd_run(const struct crowd *, struct crowd_cost *);
