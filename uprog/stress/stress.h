/* SPDX-License-Identifier: MIT */
/*
 * stress.h: what the parts of stress know of each other.
 *
 *	main.c   rounds, families, children, and the pages that a family has in common
 *	lane.c   the pages that are one member's alone
 */
#pragma once
#include <sys/types.h>

enum {
	PAGE = 4096, FAMILIES = 2, MEMBERS = 3, COMMON = 12, LANE = 4, KIDS = 2, TURNS = 24, WARM = 4,
	PATIENCE = 100,			/* times 10 ms, for what has ended to be cleared away */
	LEFT = 8,			/* pages of the arena before the border */
	ALL = COMMON + MEMBERS * LANE
};
#define BORDER	((char *)0x10000000)	/* a multiple of what a leaf table maps, everywhere */

struct member {
	unsigned number, seed;
	unsigned counted[COMMON], ordered;	/* what it wrote */
	unsigned seen[COMMON][MEMBERS];		/* what it saw of the others */
	pid_t kid[KIDS];			/* 0: none */
};

extern const char *doing;		/* said with a finding */
_Noreturn void finding(const char *file, int line, const char *what);
#define MUST(e)	do { if (!(e)) finding(__FILE_NAME__, __LINE__, #e); } while (0)

unsigned rnd(unsigned *seed, unsigned n);
pid_t fork_any(unsigned *seed);
void reap(pid_t);			/* it must have ended with 0 */

static inline char *page(int i) { return BORDER + (i - LEFT) * PAGE; }
static inline char *lane(const struct member *m) { return page(COMMON + (int)m->number * LANE); }

/* n pages at p, whatever was there. */
void remap(char *p, int n, int prot, int flags, int fd);
/* A lane is mapped, readable and writable, before and after. */
void lane_anew(struct member *);
void lane_of_file(struct member *);
void lane_moved(struct member *);
void lane_shared(struct member *);
