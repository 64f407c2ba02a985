/* SPDX-License-Identifier: MIT */
/*
 * upcall.h: events that the kernel hands to the program, and what a program
 * that manages memory itself says and hears.  docs/upcalls.md explains.
 *
 * An upcall interrupts the program: the kernel copies a struct upcall to its
 * upcall stack and goes on at its entry, in user mode, with the stack pointer
 * and the first argument of a C function at the copy.  It ends by the resume
 * call with the register block (or one like it), or by user code that loads
 * the same registers.
 */
#pragma once
#include <stdint.h>
#include "frame.h"		/* the port's: FR_N and the indices of a register block */

enum upcall_event {
	UPCALL_PAGE,		/* a page fault that the kernel does not resolve */
	UPCALL_CPU,		/* another exception: enum fault_kind in kind */
	UPCALL_TIMER,		/* the period is over */
	UPCALL_BLOCK,		/* activation number kind sleeps in the kernel; this one goes on in its place */
	/*
	 * Activation number kind has slept enough: regs are what it would go on with, and it is parked.  va: a second
	 * block, higher on this stack, whose regs are what was interrupted for it; 0: nothing, the activation was parked.
	 */
	UPCALL_UNBLOCK,
	UPCALL_SIGNAL,		/* signal number kind came */
	UPCALL_N
};
#define UPCALL_NAMES { "page fault", "exception", "timer", "block", "unblock", "signal" }

typedef uintptr_t upcall_word;

/* The machine's registers: r[FR_PC], r[FR_SP], ... of the port's frame.h.  What the program may not change is ignored. */
struct regs { upcall_word r[FR_N]; };

struct upcall {
	upcall_word event;	/* enum upcall_event */
	upcall_word kind;	/* enum fault_kind, or an activation's or signal's number */
	upcall_word va;		/* PAGE, and CPU's FAULT_ALIGN: the address; else the instruction's */
	upcall_word want;	/* PAGE: PROT_READ, PROT_WRITE or PROT_EXEC */
	upcall_word have;	/* PAGE: what its entry allows now: PAGE_*; 0: no page is there */
	upcall_word region;	/* PAGE: PROT_* that its region allows, PAGE_USER, PAGE_SHARED; 0: there is none */
	upcall_word holders;	/* PAGE: entries and files that refer to the page; 1: this program's alone */
	upcall_word spare;	/* 0; keeps the block aligned */
	struct regs regs;
};

/* Rights of page_alloc, page_map and query, beside PROT_*. */
enum {
	PAGE_S0 = 64, PAGE_S1 = 128,	/* two soft bits, the program's own */
	PAGE_PRESENT = 256,		/* query: a page is there, be it with no right at all */
	PAGE_USER = 512,		/* query: the region is managed by the program */
	PAGE_SHARED = 1024,		/* query: the region is shared memory */
	PAGE_INHERIT = 8192,		/* query: the lower of two bits for INHERIT_*; page_map into a child has no place for NONE's */
	PAGE_MOVE = 2048,		/* page_map: the source loses its entry */
	PAGE_COPY = 4096		/* page_map: a fresh page with the source's bytes, as one step; any source, W for the asking */
};

/* A stretch of one region whose entries are alike. */
struct page_run {
	upcall_word lo, hi;	/* [lo, hi), bytes, page aligned */
	uint32_t have;		/* its pages: PROT_*, PAGE_S0, PAGE_S1, PAGE_PRESENT; 0: none there */
	uint32_t region;	/* PROT_*, PAGE_USER, PAGE_SHARED; INHERIT_* times PAGE_INHERIT */
};

/* set_status.  STATUS_FORGET: children of this process that end are reaped at once; nobody waits for them. */
enum { STATUS_RUN, STATUS_STOP, STATUS_FORGET };

#define IPC_NOPAGE	(~(upcall_word)0)	/* the address that says: no page */
enum { IPC_FOREVER = -1, IPC_TRY = 0 };		/* time-outs, beside milliseconds */

struct ipc_msg {
	upcall_word value;
	int32_t from;		/* pid */
	uint32_t rights;	/* of the page that came with it; 0: none came */
};
