/* SPDX-License-Identifier: MIT */
/* types.h: words, addresses, rights.  What every other header builds on. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "abi/errno.h"
#include "abi/yoke.h"

typedef uintptr_t word;		/* a general register */
typedef uintptr_t va_t;		/* a virtual address, in bytes */
typedef uintptr_t pa_t;		/* a physical address; RAM is capped at the direct map, so it fits a word */

enum { PGSHIFT = 12, PGSIZE = 1 << PGSHIFT, CACHE_LINE = 64 };	/* what CPUs write apart lies this far apart, bytes */
#define PG_DOWN(a)	((a) & ~(va_t)(PGSIZE - 1))
#define PG_UP(a)	PG_DOWN((a) + PGSIZE - 1)	/* wraps to 0 past the last page: check before */

/*
 * Rights and attributes of a page.  R, W, X have the values of PROT_*.
 * P_U: user mode may use it.  P_G: the same in every space.  P_IO: device
 * memory.  P_S0, P_S1: two soft bits that belong to user level.
 */
enum {
	P_R = 1, P_W = 2, P_X = 4, P_U = 8, P_G = 16, P_IO = 32, P_S0 = 64, P_S1 = 128,
	P_RWX = P_R | P_W | P_X
};

/* Invariants.  panic_at prints it, registers and a backtrace, and powers off with a failing status. */
_Noreturn void panic_at(const char *file, int line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
#define panic(...)	panic_at(__FILE__, __LINE__, __VA_ARGS__)
#define assert(e)	do { if (__builtin_expect(!(e), 0)) panic("assertion failed: %s", #e); } while (0)

void *memcpy(void *restrict, const void *restrict, size_t);
void *memmove(void *, const void *, size_t);
void *memset(void *, int, size_t);
int memcmp(const void *, const void *, size_t);
void *memchr(const void *, int, size_t);
