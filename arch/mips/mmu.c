/* SPDX-License-Identifier: MIT */
/*
 * mmu.c: a TLB that software fills.  The kernel itself runs in kseg0 and
 * has no entries, so there is nothing of it in any root table.
 *
 * Invariant, on each CPU: EntryHi's ASID is that of the loaded space (0:
 * none), the refill has its root; no two TLB entries match one address (a
 * machine check): an entry is written after a probe, or in the refill, which
 * is a probe that failed.
 * Lock: the space's, for what is said of a space; what is loaded is the CPU's.
 */
#include "vm.h"

enum { INVAL_PAGES = 16 };		/* beyond, a new ASID is cheaper than as many probes */

pte_t mmu_empty[PGSIZE / sizeof(pte_t)] __attribute__((aligned(PGSIZE)));
static struct space *loaded[NCPU];

#define EHB	".word 0x000000c0\n\t"	/* ehb: a nop to the first release */

/* Index of the entry that matches; negative: none.  Leaves hi in EntryHi. */
static inline int tlb_probe(word hi)
{
	MTC0(CP0_ENTRYHI, hi);
	__asm__ volatile(EHB "tlbp\n\t" EHB ::: "memory");
	return (int)MFC0(CP0_INDEX);
}

/* Make the entry at Index, i, match nothing: it gets an address of kseg0, another one for each i. */
static inline void tlb_blank(unsigned i)
{
	MTC0(CP0_ENTRYHI, 0x80000000u + (i << (PGSHIFT + 1)));
	MTC0(CP0_ENTRYLO0, 0);
	MTC0(CP0_ENTRYLO1, 0);
	__asm__ volatile(EHB "tlbwi" ::: "memory");
}

static inline word pair_of(va_t va) { return va & ~(word)(2 * PGSIZE - 1); }
static inline word asid_now(void) { return MFC0(CP0_ENTRYHI) & ((1 << ASID_BITS) - 1); }

struct space *mmu_loaded(void)
{
	return loaded[cpu_id()];
}

void mmu_cpu_init(void)
{
	MTC0(CP0_WIRED, 0);
	MTC0(CP0_PAGEMASK, 0);			/* GXemul's is not, at reset */
	MTC0(CP0_ENTRYHI, 0);
	if (cpu_release2())
		MTC0(CP0_HWRENA, 1 << 2);	/* programs may read Count */
	mmu_flush();
}

void mmu_init(void)
{
	mmu_cpu_init();
}

void mmu_root(pte_t *root)
{
	(void)root;
}

void mmu_unroot(pte_t *root)
{
	(void)root;
}

/* A space keeps its entries here while others run, so its bit in s->cpus stays. */
void mmu_switch(struct space *s, uint64_t count)
{
	loaded[cpu_id()] = s;
	own_root(s ? s->root : mmu_empty);
	MTC0(CP0_ENTRYHI, count & ((1 << ASID_BITS) - 1));
}

void mmu_update(struct space *s, va_t va, const pte_t *e)
{
	const pte_t *pair = (const pte_t *)((word)e & ~(word)(2 * sizeof *e - 1));

	if (s != mmu_loaded()) {
		asid_drop(s);
		return;
	}
	MTC0(CP0_ENTRYLO0, pair[0] >> 6);
	MTC0(CP0_ENTRYLO1, pair[1] >> 6);
	if (tlb_probe(pair_of(va) | asid_now()) < 0)
		__asm__ volatile("tlbwr" ::: "memory");
	else
		__asm__ volatile("tlbwi" ::: "memory");
}

/* All of it: a new number.  While it is not loaded nobody need ask this CPU any more. */
static __attribute__((noinline)) void forget(struct space *s)
{
	asid_drop(s);
	if (s == mmu_loaded())
		MTC0(CP0_ENTRYHI, asid_use(s));
	else if (NCPU > 1)
		__c11_atomic_fetch_and(&s->cpus, ~((uint32_t)1 << cpu_id()), __ATOMIC_RELAXED);
}

void mmu_inval(struct space *s, va_t lo, va_t hi)
{
	word asid = asid_now();
	int i;

	if (s != mmu_loaded() || hi - lo > INVAL_PAGES * PGSIZE) {
		forget(s);
		return;
	}
	for (lo = pair_of(lo); ; lo += 2 * PGSIZE) {
		if ((i = tlb_probe(lo | asid)) >= 0)
			tlb_blank((unsigned)i);
		if (hi - lo <= 2 * PGSIZE)
			break;
	}
	MTC0(CP0_ENTRYHI, asid);
}

void mmu_flush(void)
{
	word asid = asid_now();
	unsigned n = (MFC0(CP0_CONFIG1) >> 25 & 63) + 1;

	for (unsigned i = 0; i < n; i++) {
		MTC0(CP0_INDEX, i);
		tlb_blank(i);
	}
	MTC0(CP0_ENTRYHI, asid);
}

/* Bytes in a cache line, from a size field of Config1; 0: there is no such cache. */
static unsigned cache_line(unsigned field)
{
	return field ? 2u << field : 0;
}

/* Data out to memory, then the instruction cache's lines away.  No emulator models either: see README.md. */
void mmu_icache(const void *p, size_t n)
{
	word config1 = MFC0(CP0_CONFIG1), end = (word)p + n;
	unsigned d = cache_line(config1 >> 10 & 7), i = cache_line(config1 >> 19 & 7);

	for (word a = (word)p & ~(word)(d - 1); d && a < end; a += d)
		__asm__ volatile("cache 0x19, 0(%0)" :: "r"(a) : "memory");	/* hit, write back, data */
	__asm__ volatile("sync" ::: "memory");
	for (word a = (word)p & ~(word)(i - 1); i && a < end; a += i)
		__asm__ volatile("cache 0x10, 0(%0)" :: "r"(a) : "memory");	/* hit, invalidate, instruction */
}
