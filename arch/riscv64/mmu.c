/* SPDX-License-Identifier: MIT */
/*
 * mmu.c: the kernel's mapping, and what this hart remembers of page tables.
 *
 * Invariant: the kernel's part never changes after mmu_init, every root
 * holds it, and its leaves are global.  Text is executable and nothing else
 * is; text and constants are read-only.  A space's entries are tagged with
 * its ASID, loaded or not, and with no other.  sstatus.SUM is 0: the kernel
 * reaches a program's memory through the direct map only.
 *
 * Lock: the space's, for what is said of a space.
 */
#include "riscv.h"
#include "vm/pt.h"

enum { SATP_MODE = PT_LEVELS == 4 ? 9 : 8, SATP_ASID = 44 };	/* Privileged Architecture 1.12, 4.1.11 */
#define SATP_PPN	(((word)1 << SATP_ASID) - 1)
enum { INVAL_PAGES = 8 };			/* up to here, page by page */

static pte_t *kernel_root;
static unsigned root_end;			/* the kernel's entries: [root's middle, here) */

/* Of asid the lowest ASID_BITS count: cut off by the shifts that it takes anyway. */
static word satp_of(const pte_t *root, word asid)
{
	return (word)SATP_MODE << 60 | asid << (64 - ASID_BITS) >> (64 - ASID_BITS - SATP_ASID) | kpa(root) >> PGSHIFT;
}

/* ---- the kernel's mapping ---- */

static pte_t *new_table(void)
{
	struct page *p = pg_zalloc(PG_KERNEL);

	assert(p);
	return pg_kva(p);
}

/* The highest level whose leaf may stand at pa and does not reach past hi. */
static int leaf_level(pa_t pa, pa_t hi)
{
	int l = 0;

	while (l < 2 && pa % pt_span(l + 1) == 0 && hi - pa >= pt_span(l + 1))
		l++;
	return l;
}

static pte_t *slot(pa_t pa, int level)
{
	va_t va = (va_t)kva(pa);
	pte_t *t = kernel_root;

	for (int l = PT_TOP; l > level; l--) {
		pte_t *e = &t[pt_index(va, l)];

		if (!pte_valid(*e))
			*e = pte_table(kpa(new_table()), l);
		t = pt_table(*e);
	}
	return &t[pt_index(va, level)];
}

/* Map [lo, hi) in the direct map, by the largest leaves that fit. */
static void map(pa_t lo, pa_t hi, unsigned prot)
{
	for (int l; lo < hi; lo += pt_span(l)) {
		l = leaf_level(lo, hi);
		*slot(lo, l) = pte_leaf(lo, prot | P_G);
	}
}

static pa_t ram_end(void)
{
	pa_t end = 0;

	for (int i = 0; i < boot_found.nram; i++)
		if (boot_found.ram[i].hi > end)
			end = boot_found.ram[i].hi;
	return end;
}

/* Are there as many ASID bits as asid.c counts on? */
static void probe_asids(void)
{
	word all = ((word)1 << ASID_BITS) - 1;

	csr_write(satp, satp_of(kernel_root, all));
	if ((csr_read(satp) >> SATP_ASID & all) != all)
		panic("this kernel needs %d ASID bits", ASID_BITS);
}

void mmu_init(void)
{
	pa_t end = ram_end();

	kernel_root = new_table();
	map(0, (pa_t)1 << 30, P_R | P_W);			/* devices */
	map(RAM_BASE, kpa(_text_start), P_R | P_W);
	map(kpa(_text_start), kpa(_rodata_start), P_R | P_X);
	map(kpa(_rodata_start), kpa(_text_end), P_R);
	map(kpa(_text_end), end, P_R | P_W);
	root_end = pt_index((va_t)kva(end - 1), PT_TOP) + 1;
	probe_asids();
	mmu_switch(0, 0);
	mmu_flush();
}

void mmu_root(pte_t *root)
{
	for (unsigned i = PT_N / 2; i < root_end; i++)
		root[i] = kernel_root[i];
}

void mmu_unroot(pte_t *root)
{
	for (unsigned i = PT_N / 2; i < root_end; i++)
		root[i] = 0;
}

/* ---- what this hart remembers ---- */

/*
 * The number of s here.  One whose generation is over is somebody else's, or nobody's: to
 * forget that one's entries is needless and does no harm.
 */
static word asid_of(const struct space *s)
{
	return s->asid[cpu_id()] % (1u << ASID_BITS);
}

/*
 * A space keeps its entries here while others run, so its bit in s->cpus stays.  No fence: entries that
 * were absent or had fewer rights when they were cached cost at most a fault that finds nothing missing.
 * But for instructions, which may have been written by another hart.
 */
void mmu_switch(struct space *s, uint64_t count)
{
	word to = s ? satp_of(s->root, count) : satp_of(kernel_root, 0);

	__asm__ volatile("fence.i" : : : "memory");
	csr_write(satp, to);
}

void mmu_update(struct space *s, va_t va, const pte_t *e)
{
	(void)e;
	__asm__ volatile("sfence.vma %0, %1" : : "r"(va), "r"(asid_of(s)) : "memory");
}

static bool loaded(const struct space *s)
{
	return (csr_read(satp) & SATP_PPN) == kpa(s->root) >> PGSHIFT;
}

/* Its number here is not used again, so nobody need ask this hart any more until it loads the space again. */
static void leave(struct space *s)
{
	uint32_t me = (uint32_t)1 << cpu_id();

	asid_drop(s);
	if (s->cpus & me)
		__c11_atomic_fetch_and(&s->cpus, ~me, __ATOMIC_RELAXED);
}

/*
 * With an address, sfence.vma is bound to forget leaf entries only (Privileged Architecture 1.12,
 * 4.2.1).  So a range that may hold a table, 2 MiB of address space at least, goes by the whole ASID.
 * lo and hi are page aligned, lo < hi.
 */
void mmu_inval(struct space *s, va_t lo, va_t hi)
{
	word asid = asid_of(s);

	if (!loaded(s)) {
		leave(s);
		return;
	}
	if (hi - lo > INVAL_PAGES * PGSIZE)
		__asm__ volatile("sfence.vma zero, %0" : : "r"(asid) : "memory");
	else
		do
			__asm__ volatile("sfence.vma %0, %1" : : "r"(lo), "r"(asid) : "memory");
		while ((lo += PGSIZE) < hi);
}

/* The hart may walk at any time: what is loaded must not come back under an old number. */
void mmu_flush(void)
{
	csr_write(satp, satp_of(kernel_root, 0));
	__asm__ volatile("sfence.vma" : : : "memory");
}

void mmu_icache(const void *p, size_t n)
{
	(void)p, (void)n;
	__asm__ volatile("fence.i" : : : "memory");	/* all of it: there is nothing finer */
}
