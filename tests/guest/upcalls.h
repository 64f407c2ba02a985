/* SPDX-License-Identifier: MIT */
/* upcalls.h: what the cases on upcalls share: an entry of their own, for it is the kernel that they try. */
#pragma once
#include <upcall.h>
#include "test.h"

#define MASK(event)	(1u << (event))

void up_entry(void);				/* calls up_c, then resumes the block; regs.S */
void up_c(struct upcall *);			/* notes it in up_last, counts it, and calls up_fn */
extern void (*up_fn)(struct upcall *);
extern struct upcall up_last;
extern volatile int up_count;
extern volatile int up_done;			/* not 0: regs_spin goes on */

enum { UP_STACK = 4 };				/* pages */
extern char *up_stack;				/* the stack that aim() gave */
/* From now on fn handles these events, on a fresh stack; the period in milliseconds. */
void aim(unsigned events, void (*fn)(struct upcall *), unsigned period);
void disarm(void);
/* For a handler: a page, readable and writable, where the fault was. */
void map_there(struct upcall *);
/* For a handler: over the instruction that trapped; of MIPS's delay slots it knows nothing. */
void step_over(struct upcall *);
/* A page-aligned address of n pages where nothing is; others than before. */
char *nowhere(size_t n);
