/* SPDX-License-Identifier: MIT */
/* measure.h: what something costs: guest instructions, and the machine's counters. */
#pragma once
#include "abi/yoke.h"

struct sample {
	uint64_t instructions;		/* of all operations together */
	struct counts counts;
	unsigned n;			/* operations */
	int mib;			/* params.mib, or -1 */
	unsigned cpus;			/* params.cpus; 0: not said */
	const struct lock_counts *locks;	/* what its locks cost, or null */
	uint64_t floor;			/* instructions per operation that cannot be saved; 0: not known */
};

void measure_start(struct sample *, unsigned n);	/* n operations follow */
void measure_stop(struct sample *);
/* One line: "row " and a JSON object; instructions and counters per operation, counters that did not move left out. */
void measure_row(const char *workload, const char *strategy, const struct sample *);
