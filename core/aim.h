/* SPDX-License-Identifier: MIT */
/* aim.h: where an upcall goes: pure, for tests on any host; and delivery, for core's files. */
#pragma once
#include "proc.h"

enum {
	UPCALL_ALIGN = 16,		/* the block's, and the stack's */
	UPCALL_ROOM = 16,		/* left below the stack pointer it interrupts: a way back may push an address there */
	UPCALL_LATER = 1 << UPCALL_TIMER | 1 << UPCALL_SIGNAL	/* events that wait while the program is on its upcall stack */
};

/* Is it there already?  At the end of it, too: a stack pointer points above what is free. */
static inline bool upcall_on_stack(const struct aim *a, va_t sp)
{
	return sp - a->lo <= a->hi - a->lo;
}

/* A block below this address of the stack, which is aligned; 0: there is no room. */
static inline va_t upcall_below(const struct aim *a, va_t top)
{
	const size_t n = (sizeof(struct upcall) + UPCALL_ALIGN - 1) & ~(size_t)(UPCALL_ALIGN - 1);

	return top > a->hi || top < a->lo || top - a->lo < n ? 0 : top - n;
}

static inline struct aim upcall_aim(va_t entry, va_t lo, va_t hi)
{
	struct aim a = { entry, lo, hi, 0 };

	if ((lo | hi) % UPCALL_ALIGN == 0 && entry < USERTOP && entry % FR_INSN == 0)
		a.first = upcall_below(&a, hi);
	return a;
}

/* Where the block of an upcall goes that interrupts the program with this stack pointer; 0: there is no room, or no sense. */
static inline va_t upcall_place(const struct aim *a, va_t sp)
{
	if (__builtin_expect(!upcall_on_stack(a, sp) || !a->first, 1))
		return a->first;
	return upcall_below(a, (sp & ~(va_t)(UPCALL_ALIGN - 1)) - UPCALL_ROOM);
}

/* What an upcall says besides the registers; look is never null. */
struct news { enum upcall_event event; word kind; va_t va; unsigned want; const struct vm_look *look; };
extern const struct vm_look upcall_nothing;

/* Why one cannot be delivered, and what was wanted where; err: -ENOMEM or another. */
struct failure { const char *why; va_t at; unsigned want; int err; };

/*
 * Put n and these registers on the running process's upcall stack, below sp if that is on it, and let the frame go
 * on at its handler.  False: it cannot be, and nothing has changed.
 */
bool upcall_put(struct frame *, const struct news *n, va_t sp, const struct frame *regs, struct failure *);
_Noreturn void upcall_fail(const struct frame *, const struct news *, const struct failure *);	/* say so, and end the program */
