/* SPDX-License-Identifier: MIT */
/* names.c: strategies, counters and locks by name. */
#include <string.h>
#include <yoke.h>

const char *const fork_names[FORK_N] = FORK_NAMES;
const char *const counter_names[C_N] = COUNTER_NAMES;
const char *const lock_names[LOCK_N] = LOCK_NAMES;

int fork_strategy(const char *name)
{
	for (int i = 0; i < FORK_N; i++)
		if (strcmp(name, fork_names[i]) == 0)
			return i;
	return -1;
}
