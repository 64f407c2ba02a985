/* SPDX-License-Identifier: MIT */
/*
 * asid.pml: address-space numbers, their roll-over, and a TLB that keeps what
 * it was not told to forget.
 *
 * One CPU: CPUs share nothing here.  Three spaces, which end and begin again,
 * and three numbers besides the kernel's.  The hardware walks for whatever is
 * loaded, at any time, also while the kernel runs.  Counts go up to where the
 * third generation ends, and then the machine stops: the kernel's, of 64 bits,
 * outlast every machine.  (Of 32 bits they did not: BUG_WRAP.)
 *
 * To hold: all that the TLB has under the number of the space that runs is
 * that space's, and nothing of it from before its last asid_drop.
 *
 * Bugs:
 *	BUG_WRAP	the count wraps to the first generation, whose numbers sleepers still have (H26)
 *	BUG_NO_GENERATION	a number from an old generation is used on (H26)
 *	BUG_NO_FLUSH	a new generation flushes nothing (H26)
 *	BUG_FLUSH_LOADED	it flushes while the space before is loaded still (H26)
 *	BUG_NUMBER_0	it begins with number 0, the kernel's (H26)
 *	BUG_DROP_LOST	a space whose entries are worthless keeps its number (H24)
 */
#define NUMBERS	4			/* 1 << ASID_BITS */
#define SPACES	3
#define NONE	SPACES			/* the kernel's own mapping; and whose entries are worthless */
#define STOP	16
#define BIT(s)	(1 << (s))

byte last;				/* the count given out last; generation 0 is never used */
byte asid[SPACES];
byte loaded = NONE, number;		/* what the hardware walks for: satp, or EntryHi and the refill's root */
byte tlb[NUMBERS];			/* whose entries there are under a number: a mask */

inline forget(keep)			/* all numbers: entries not in keep are gone */
{
	d_step { i = 0; do :: i < NUMBERS -> tlb[i] = tlb[i] & keep; i++ :: else -> break od; i = 0 }
}

inline worthless(s)			/* and no flush */
{
	d_step {
		i = 0;
		do
		:: i < NUMBERS -> if :: tlb[i] & BIT(s) -> tlb[i] = (tlb[i] & ~BIT(s)) | BIT(NONE) :: else fi; i++
		:: else -> break
		od;
		i = 0
	}
}

/* Nothing is loaded from here to the end of mmu_switch: see arch/port.h. */
inline mmu_flush()
{
#ifndef BUG_FLUSH_LOADED
	atomic { loaded = NONE; number = 0 }
#endif
	forget(0)
}

/* asid.c.  The result is asid[s]. */
inline asid_use(s)
{
	n = asid[s];
	if :: last == 0 -> last = NUMBERS :: else fi;
	if
#ifdef BUG_NO_GENERATION
	:: n == 0 ->
#else
	:: n / NUMBERS != last / NUMBERS ->
#endif
		last++;
#ifdef BUG_WRAP
		last = last % STOP;
#endif
		n = last;
		if
		:: n % NUMBERS == 0 ->
#ifdef BUG_WRAP
			if :: n == 0 -> n = NUMBERS :: else fi;
#endif
#ifndef BUG_NO_FLUSH
			mmu_flush();
#endif
#ifndef BUG_NUMBER_0
			n++;
#endif
			last = n
		:: else
		fi;
		asid[s] = n
	:: else
	fi;
	n = 0
}

inline asid_drop(s)
{
#ifndef BUG_DROP_LOST
	asid[s] = 0
#else
	skip
#endif
}

inline mmu_switch(s)
{
	asid_use(s);
	atomic { loaded = s; number = asid[s] % NUMBERS }
}

/* mmu.c of a machine that takes a new number where there is much to forget. */
inline mmu_inval(s)
{
	worthless(s);				/* the tables changed */
	asid_drop(s);
	if
	:: s == loaded -> mmu_switch(s)
	:: else
	fi
}

active proctype hardware()
{
end:	do
	:: loaded != NONE -> atomic { if :: loaded != NONE -> tlb[number] = tlb[number] | BIT(loaded) :: else fi }
	od
}

active proctype kernel()
{
	byte n, i, s;

end:	do
#ifdef BUG_WRAP
	:: true ->
#else
	:: last < STOP - 1 ->
#endif
		select(s : 0 .. SPACES - 1);
		if
		:: mmu_switch(s)
		:: loaded != NONE -> mmu_inval(s)
		:: s != loaded -> worthless(s); asid[s] = 0	/* it ends, and another one begins */
		:: atomic { loaded = NONE; number = 0 }		/* mmu_switch(0) */
		fi;
		s = 0;
		atomic {			/* in user mode now */
			assert(loaded == NONE || number != 0);
			assert(loaded == NONE || (tlb[number] & ~BIT(loaded)) == 0)
		}
	od
}
