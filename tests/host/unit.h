/* SPDX-License-Identifier: MIT */
/* unit.h: what the directed tests of vm/ share.  Each begins and ends with nothing allocated. */
#pragma once
#include "sim.h"
#include "pt.h"

#define BASE	(SIM_SPAN - 8 * PGSIZE)	/* eight pages on, another entry of the root */

static inline va_t at(int page) { return BASE + (va_t)page * PGSIZE; }

int map(struct space *, int page, int n, unsigned prot);		/* zero-fill */
int map_object(struct space *, int page, int n, unsigned prot, bool shared, struct object *, size_t off);
struct space *new_space(void);
struct space *fork_space(struct space *, int cut);			/* null: no memory */
void end_space(struct space *);
void on(unsigned cpu, struct space *);					/* go on there, with this space loaded */
int poke(va_t, unsigned char);						/* a user store; 0 or an error */
int peek(va_t);								/* a user load; the byte or an error */
unsigned ref_at(struct space *, va_t, int level);			/* the count of what the entry of this level refers to */
pte_t *leaf_of(struct space *, va_t);
int audit(void);							/* of all that new_space and fork_space made */
void test(const char *name, bool (*f)(void));

void test_tables(void), test_regions(void), test_rights(void), test_copies(void), test_counts(void), test_audit(void),
     test_frames(void), test_scale(void), test_steps(void), test_user(void);
