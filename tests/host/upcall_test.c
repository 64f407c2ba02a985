/* SPDX-License-Identifier: MIT */
/* upcall_test.c: where the block of an upcall goes (core/aim.h), against the rule said in another way.  Prints TAP. */
#include "core/aim.h"
#include "tap.h"
#include <stdlib.h>

unsigned sim_cpu_ids[NCPU] = { 0, 1, 2 }, sim_self;

_Noreturn void panic_at(const char *file, int line, const char *fmt, ...)
{
	(void)fmt;
	printf("Bail out! %s:%d\n", file, line);
	abort();
}

enum { BLOCK = (sizeof(struct upcall) + 15) / 16 * 16 };
static const va_t END = ~(va_t)0;

/* Aligned, within the stack, below sp with room if that is on it; the highest such; or none. */
static bool right(struct aim a, va_t sp, va_t at)
{
	bool sense = a.lo <= a.hi && !(a.lo % 16) && !(a.hi % 16) && a.entry < USERTOP && a.entry % FR_INSN == 0;
	bool on = sense && sp >= a.lo && sp <= a.hi;
	va_t top = on ? sp & ~(va_t)15 : a.hi, room = on ? 16 : 0;
	bool fits = sense && top - a.lo >= room + BLOCK;

	return at == (fits ? top - room - BLOCK : 0);
}

static bool sweep(va_t lo, va_t hi, va_t entry)
{
	va_t near[] = { 0, 1, 15, 16, lo, lo + 1, lo + BLOCK, lo + BLOCK + 16, lo + BLOCK + 31, lo + BLOCK + 32, hi - 1, hi, hi + 1,
		lo - 1, hi / 2 + lo / 2, USERTOP, END - 15, END };
	struct aim a = upcall_aim(entry, lo, hi);

	for (unsigned i = 0; i < sizeof near / sizeof *near; i++)
		if (!right(a, near[i], upcall_place(&a, near[i]))) {
			printf("# lo %#lx hi %#lx entry %#lx sp %#lx: %#lx\n", (long)lo, (long)hi, (long)entry, (long)near[i],
				(long)upcall_place(&a, near[i]));
			return false;
		}
	return true;
}

int main(void)
{
	va_t at[] = { 16, 0x1000, 0x1010, 0x1000 + BLOCK, 0x1000 + BLOCK + 16, 0x1001, 0x1008, 0x2000, 0x3000, USERTOP, END - 15, END };
	enum { N = sizeof at / sizeof *at };
	bool good = true;

	printf("TAP version 13\n");
	for (int i = 0; i < N; i++)
		for (int k = 0; k < N; k++)
			good = good && sweep(at[i], at[k], 0x400000);
	ok(good, "upcall: every pair of ends, sensible or not, and stack pointers on, beside and at the ends of it");
	ok(sweep(0x1000, 0x9000, USERTOP) && sweep(0x1000, 0x9000, END), "upcall: no place for a handler in the kernel");
	ok(sweep(0x1000, 0x9000, 0x400001) && sweep(0x1000, 0x9000, 0x400002), "upcall: none for a misaligned handler");
	return tap_end();
}
