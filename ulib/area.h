/* SPDX-License-Identifier: MIT */
/*
 * area.h: the library's upcall stack, and who shares it: upcall.c, ufork.c,
 * thread.c.
 *
 * An area is AREA_PAGES of addresses.  The lowest is the guard; the others are
 * the stack, if the program has handlers of its own, else the topmost alone.
 * In a program that manages its memory these pages are always there, and
 * marked PAGE_S0 | PAGE_S1: fork passes none of them on, a child has fresh
 * ones, all zero.  So a handler finds its stack and these words without a
 * fault, whatever else is copy-on-write.  Before, the area is memory like any
 * other, and what the kernel's fork does with it is right.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <upcall.h>

enum { PAGE = 4096, AREA_PAGES = 5, AREA_SIZE = AREA_PAGES * PAGE };
enum { AREA_RIGHTS = PROT_READ | PROT_WRITE | PAGE_S0 | PAGE_S1 };

struct area_end {			/* at the end of the first thread's area; unused in the others' */
	_Atomic uint32_t fork_lock;	/* forks, and threads' beginnings */
	_Atomic uint32_t fault_lock;	/* the rights of pages, if there are threads; taken after fork_lock */
	uint32_t spare[2];		/* keeps the stack below aligned */
};

/* All that a handler reads: one object, in one page, so that it is there when any of it has been written. */
struct upcall_state {
	uintptr_t ufork_on;		/* this process manages its memory: it forks by ufork() only */
	uintptr_t lo, hi;		/* where the first stack may be, once there is an area; upcall.S knows these three */
	char *area;			/* the first thread's, or null */
	uintptr_t top;			/* the end of user space, with ufork_on */
	upcall_fn *handlers[UPCALL_N];
	unsigned armed, period;		/* events, a mask; of the timer */
	_Atomic uint32_t threads;	/* that run beside the first */
	bool deep;			/* the program has handlers: the whole area is there */
} __attribute__((aligned(128)));
_Static_assert(sizeof(struct upcall_state) <= 128, "the object could lie in two pages");
extern struct upcall_state upcalls;

char *area_new(void);			/* null: no memory */
int area_manage(char *area);		/* the program manages it from now on.  0 or -1 */
int area_fill(pid_t, char *area);	/* the pages that a child, or 0 for this process, is to have there.  0 or -1 */
int area_arm(pid_t, char *area);	/* the handlers' events come to this stack.  0 or -1 */
int area_first(void);			/* make and arm the first thread's, unless there is one.  0 or -1 */
static inline struct area_end *area_end(void) { return (struct area_end *)(upcalls.area + AREA_SIZE) - 1; }

/* For a handler that cannot do it: the call returns -err, or the program ends (ENOMEM: for want of memory). */
void upcall_refuse(struct upcall *, int err);

/* ---- ufork.c ---- */

void area_lock_forks(void), area_unlock_forks(void);	/* no fork in between.  There is an area */
pid_t ufork(void);
bool ufork_fault(struct upcall *);	/* a page fault of memory that it manages: resolved? */
