/* SPDX-License-Identifier: MIT */
/*
 * places.h: kinds of memory that a program may hand to a system call.  For each
 * make() gives an address where n bytes lie, or seem to; done() looks whether
 * whoever shares that memory sees what he should, and takes it away.
 */
#pragma once
#include <stdbool.h>
#include "test.h"

enum much { NONE, HALF, ALL };		/* of the bytes: what the kernel may move; HALF: the first, if it goes by pieces */

struct place {
	const char *name;
	char *(*make)(size_t n);	/* filled with place_fill, as far as it can be */
	enum much out, in;		/* to the program, from it */
};
extern const struct place places[];
extern const unsigned place_count;

extern const char *place_fill;		/* n bytes for the next make(); null: 'o' everywhere */
void place_done(const struct place *);
