/* SPDX-License-Identifier: MIT */
/*
 * mmu.c: the kernel's mapping, and what this CPU remembers of page tables.
 *
 * Invariant: the kernel's part never changes after mmu_init, and every root
 * holds it.  Its text and constants are read-only, all else is not
 * executable where the format can say so.  A CPU that does not have a space
 * loaded remembers nothing of it: loading CR3 forgets all but global pages.
 *
 * With PAE the CPU reads the four entries of the root only when CR3 is
 * loaded (SDM volume 3, 4.4.1): root_seen holds what it read, and a
 * difference calls for another load.
 *
 * Lock: the space's, for what is said of a space.
 */
#include "vm/vm.h"

enum {
	BIG = 1 << BIG_SHIFT,
	BIG_N = PGSIZE / BIG_ENTRY,			/* small pages in a big one; entries of a table */
	ROOT_SHIFT = PT_LEVELS == 3 ? 30 : 22,
	ROOT_KERNEL = (uint32_t)KBASE >> ROOT_SHIFT,	/* the kernel's entries: from here on as far as RAM reaches, */
	ROOT_APIC = (uint32_t)APIC_BASE >> ROOT_SHIFT,	/* and this one */
	WINDOW = (0xff000000 - KBASE) >> BIG_SHIFT,	/* two of kernel_dir, of no process's root with two levels */
	FLUSH_PAGES = 32,				/* from here on forgetting all is cheaper */
	CPUID7_SMEP = 1 << 7, CPUID7_SMAP = 1 << 20, CPUID_PGE = 1 << 13, CPUID_NX = 1 << 20
};

extern pte_t kernel_root[], kernel_dir[];		/* start.S */
static pte_t root_seen[NCPU][ROOT_KERNEL < 4 ? ROOT_KERNEL : 1];
static int root_end;

/* Read the root anew, and forget every user entry. */
static void load(const pte_t *root)
{
	if (PT_LEVELS == 3)
		for (int i = 0; i < ROOT_KERNEL; i++)
			root_seen[cpu_id()][i] = root[i];
	CR_WRITE(3, kpa(root));
}

/* ---- the kernel's mapping ---- */

static unsigned kernel_prot(va_t va)
{
	return va >= (va_t)_text_start && va < (va_t)_text_end ? P_R | P_X | P_G : P_R | P_W | P_G;
}

/* A table of small pages for the i-th big one. */
static pte_t split(int i)
{
	struct page *p = pg_alloc(PG_KERNEL);
	pte_t *t;

	assert(p);
	t = pg_kva(p);
	for (int j = 0; j < BIG_N; j++) {
		pa_t pa = (pa_t)i * BIG + (pa_t)j * PGSIZE;
		t[j] = pte_leaf(pa, kernel_prot((va_t)kva(pa)));
	}
	return pte_table(pg_pa(p), 1);
}

static void map_kernel(void)
{
	int first = kpa(_text_start) >> BIG_SHIFT, last = (kpa(_text_end) - 1) >> BIG_SHIFT;
	int ram = (boot_ram_end + BIG - 1) >> BIG_SHIFT;

	for (int i = 0; i < (int)((uint32_t)RAM_MAX >> BIG_SHIFT); i++)
		if (i >= first && i <= last)
			kernel_dir[i] = split(i);
		else
			kernel_dir[i] = i < ram ? pte_leaf((pa_t)i * BIG, P_R | P_W | P_G) | PTE_BIG : 0;
	for (pa_t pa = APIC_BASE; pa < APIC_BASE + 0x400000u; pa += BIG)
		kernel_dir[(pa - KBASE) >> BIG_SHIFT] = pte_leaf(pa, P_R | P_W | P_G | P_IO) | PTE_BIG;
	root_end = PT_LEVELS == 3 ? ROOT_KERNEL + 1 : ROOT_KERNEL + ram;
	kernel_root[0] = 0;				/* start.S's, at physical addresses */
}

/* No-execute, before any entry asks for it. */
static void init_nx(void)
{
	if (PT_LEVELS < 3)
		return;
	if (!(cpu_id_leaf(0x80000001).d & CPUID_NX))
		panic("this kernel needs a CPU with no-execute (qemu: -cpu qemu32,+nx)");
	msr_write(MSR_EFER, msr_read(MSR_EFER) | EFER_NXE);
}

/* The kernel obeys read-only (WP), stays away from user pages, and nobody has floating point. */
static void protect(void)
{
	uint32_t b = cpu_id_leaf(7).b, cr4 = CR_READ(4);

	CR_WRITE(0, CR_READ(0) | CR0_WP | CR0_AM | CR0_NE | CR0_EM | CR0_MP | CR0_TS);
	CR_WRITE(4, cr4 | (cpu_id_leaf(1).d & CPUID_PGE ? CR4_PGE : 0)
		| (b & CPUID7_SMEP ? CR4_SMEP : 0) | (b & CPUID7_SMAP ? CR4_SMAP : 0));
	assert(CR_READ(0) & CR0_WP);
}

void mmu_init(void)
{
	init_nx();
	map_kernel();
	CR_WRITE(3, kpa(kernel_root));
	protect();
}

void mmu_root(pte_t *root)
{
	for (int i = ROOT_KERNEL; i < root_end; i++)
		root[i] = kernel_root[i];
	root[ROOT_APIC] = kernel_root[ROOT_APIC];
}

void mmu_unroot(pte_t *root)
{
	for (int i = ROOT_KERNEL; i < root_end; i++)
		root[i] = 0;
	root[ROOT_APIC] = 0;
}

void mmu_cpu_init(void)
{
	load(kernel_root);
	protect();
}

const void *mmu_window(pa_t pa)
{
	pa_t base = pa & ~(pa_t)(BIG - 1);

	if (base >= -2u * BIG)
		return NULL;
	for (int i = 0; i < 2; i++)
		kernel_dir[WINDOW + i] = pa ? pte_leaf(base + (pa_t)i * BIG, P_R) | PTE_BIG : 0;
	CR_WRITE(3, CR_READ(3));
	return pa ? (const char *)(KBASE + ((va_t)WINDOW << BIG_SHIFT)) + (pa - base) : NULL;
}

struct page *mmu_start_root(void)
{
	struct page *p = pg_zalloc(PG_KERNEL);
	pte_t *root;

	if (!p)
		return NULL;
	root = pg_kva(p);
	mmu_root(root);
	for (int i = ROOT_KERNEL; i < root_end; i++)
		root[i - ROOT_KERNEL] = kernel_root[i];
	return p;
}

/* ---- what this CPU remembers ---- */

static bool root_changed(const pte_t *root)
{
	const pte_t *seen = root_seen[cpu_id()];

	if (PT_LEVELS == 3)
		for (int i = 0; i < ROOT_KERNEL; i++)
			if ((uint32_t)root[i] != (uint32_t)seen[i])	/* the high words are zero */
				return true;
	return false;
}

/* vm_load has set our bit in the new space's mask; the old one's goes when nothing is left of it here. */
void mmu_switch(struct space *s, uint64_t count)
{
	struct cpu_slot *me = cpu_slot_self();
	struct space *old = me->space;

	(void)count;
	if (s == old)
		return;
	me->space = s;
	load(s ? s->root : kernel_root);
	if (old)
		__c11_atomic_fetch_and(&old->cpus, ~(1u << cpu_id()), __ATOMIC_RELEASE);
}

static void forget(va_t va)
{
	__asm__ volatile("invlpg (%0)" :: "r"(va) : "memory");
}

void mmu_update(struct space *s, va_t va, const pte_t *e)
{
	(void)e;
	if (s != cpu_slot_self()->space)
		return;
	if (root_changed(s->root))
		load(s->root);
	else
		forget(va);
}

/* invlpg forgets all that is cached of directories too, whatever the address (SDM volume 3, 4.10.4.1). */
void mmu_inval(struct space *s, va_t lo, va_t hi)
{
	if (s != cpu_slot_self()->space)
		return;
	if (hi - lo > FLUSH_PAGES * PGSIZE || root_changed(s->root))
		load(s->root);
	else
		for (va_t va = lo; va < hi; va += PGSIZE)
			forget(va);
}

void mmu_flush(void)
{
	struct space *s = cpu_slot_self()->space;

	load(s ? s->root : kernel_root);
}

/* The instruction cache sees every store. */
void mmu_icache(const void *p, size_t n)
{
	(void)p, (void)n;
}
