/* SPDX-License-Identifier: MIT */
/*
 * pte.c: is a page-table format faithful?  Every combination of rights goes
 * in and comes out, for frames up to the highest that every format can name,
 * and the bits that hardware reads are those of its manual.
 */
#include "tap.h"
#include "pte.h"
#include <stdlib.h>
#include <string.h>

enum { SAID = P_RWX | P_U | P_S0 | P_S1, ALL = 256 };

/* The first frame, some, and the last that all formats must name: kseg0 of MIPS ends there. */
static const pa_t frames[] = { 0x1000, 0x7654000, 0x10000000, 0x1ffff000 };
#define EACH_FRAME(pa)	for (const pa_t *pa = frames; pa < frames + sizeof frames / sizeof *frames; pa++)

void panic_at(const char *file, int line, const char *fmt, ...)
{
	fprintf(stderr, "panic: %s:%d: %s\n", file, line, fmt);
	abort();
}

static bool leaves_keep_all(void)
{
	bool good = true;

	EACH_FRAME(pa)
		for (unsigned p = 0; p < ALL; p++) {
			pte_t e = pte_leaf(*pa, p);
			good = good && pte_valid(e) && pte_pa(e) == *pa;
			good = good && (pte_prot(e) & SAID) == ((p | PTE_IMPLIED) & SAID);
		}
	return good;
}

static bool ro_takes_only_write(void)
{
	bool good = true;

	EACH_FRAME(pa)
		for (unsigned p = 0; p < ALL; p++) {
			pte_t e = pte_leaf(*pa, p), ro = pte_ro(e);
			pte_t writing = pte_leaf(*pa, p | P_W) ^ pte_leaf(*pa, p & ~(unsigned)P_W);
			good = good && pte_prot(ro) == (pte_prot(e) & ~(unsigned)P_W);
			good = good && pte_pa(ro) == *pa && pte_valid(ro) && pte_ro(ro) == ro;
			good = good && ((e ^ ro) & ~writing) == 0;
			good = good && (p & P_W || ro == e);
		}
	return good;
}

static bool hidden_leaves_keep_their_frame(void)
{
	bool good = true;

	EACH_FRAME(pa)
		for (unsigned p = 0; p < ALL; p++) {
			pte_t e = pte_hide(pte_leaf(*pa, p));
			good = good && e != 0 && !pte_valid(e) && pte_pa(e) == *pa;
		}
	return good;
}

static bool tables_keep_their_frame(void)
{
	bool good = true;

	EACH_FRAME(pa)
		for (int l = 1; l < PT_LEVELS; l++) {
			pte_t e = pte_table(*pa, l);
			good = good && pte_valid(e) && pte_pa(e) == *pa && e != 0;
		}
	return good;
}

/* What the manuals say of the bits that hardware reads; soft bits are masked out. */
struct fact { const char *format; unsigned prot; pa_t pa; uint64_t mask, bits; };
static const struct fact leaf_facts[] = {
	/* Intel SDM 3A 4.3: P W U PCD A D at bits 0 1 2 4 5 6; D must be set where W is */
	{ "i386", P_R | P_U, 0xfffff000, 0xfffff1bf, 0xfffff025 },
	{ "i386", P_RWX | P_U, 0x5000, 0xfffff1ff, 0x5067 },
	{ "i386", P_R | P_W, 0x5000, 0xfffff1ff, 0x5063 },
	/* 4.4.2: as above, and XD at bit 63 */
	{ "pae", P_R | P_U, 0xfffff000, ~0xe40ull, 0x80000000fffff025 },
	{ "pae", P_R | P_X | P_U, 0x5000, ~0xe40ull, 0x5025 },
	{ "pae", P_RWX | P_U, 0x5000, ~0xe00ull, 0x5067 },
	/* RISC-V Privileged 1.12, 4.4.1: V R W X U G A D from bit 0, PPN from bit 10 */
	{ "sv39", P_R | P_U, 0x80005000, ~0x300ull, 0x200014d3 },
	{ "sv39", P_RWX | P_U, 0x80005000, ~0x300ull, 0x200014df },
	{ "sv39", P_R | P_W, 0x80005000, ~0x300ull, 0x200014c7 },
	{ "sv48", P_RWX | P_U, 0x80005000, ~0x300ull, 0x200014df },
	/* MIPS32 PRA 9.6, EntryLo: G V D at bits 0 1 2, C = 3 (cached) at 3, PFN at 6; six further up in memory */
	{ "r4000", P_R | P_X | P_U, 0x5000, ~0x3full, (5ull << 6 | 3 << 3 | 1 << 1) << 6 },
	{ "r4000", P_RWX | P_U, 0x5000, ~0x3full, (5ull << 6 | 3 << 3 | 3 << 1) << 6 },
	/* MIPS R3000 family, EntryLo: G V D N at bits 8 9 10 11, PFN at 12 */
	{ "r3000", P_R | P_X | P_U, 0x5000, ~0xffull, 0x5000 | 1 << 9 },
	{ "r3000", P_RWX | P_U, 0x5000, ~0xffull, 0x5000 | 3 << 9 },
};
static const struct fact table_facts[] = {
	{ "i386", 1, 0x5000, 0xfffff1ff, 0x5027 },
	{ "pae", 1, 0x5000, ~0xe00ull, 0x5027 },
	/* Intel SDM 3A 4.4.1: an entry of the page-directory-pointer table has no rights, nor A */
	{ "pae", 2, 0x5000, ~0xe00ull, 0x5001 },
	{ "sv39", 1, 0x80005000, ~0x300ull, 0x20001401 },
	{ "sv48", 3, 0x80005000, ~0x300ull, 0x20001401 },
};
#define N(a)	(sizeof(a) / sizeof *(a))

static bool facts_hold(const struct fact *f, size_t n, pte_t (*make)(pa_t, unsigned), int *seen)
{
	bool good = true;

	for (; n > 0; n--, f++) {
		if (strcmp(f->format, PTE_FORMAT))
			continue;
		uint64_t e = make(f->pa, f->prot);
		if ((e & f->mask) != f->bits)
			printf("# %#llx made %#llx, not %#llx\n", (unsigned long long)f->pa,
			       (unsigned long long)(e & f->mask), (unsigned long long)f->bits);
		good = good && (e & f->mask) == f->bits;
		++*seen;
	}
	return good;
}

static pte_t leaf(pa_t pa, unsigned prot)
{
	return pte_leaf(pa, prot);
}

static pte_t table(pa_t pa, unsigned level)
{
	return pte_table(pa, (int)level);
}

int main(void)
{
	int seen = 0, none = 0;

	ok(!pte_valid(0), PTE_FORMAT ": 0 is absent");
	ok(leaves_keep_all(), PTE_FORMAT ": a leaf keeps its frame and every right");
	ok(ro_takes_only_write(), PTE_FORMAT ": pte_ro takes the write right and nothing else");
	ok(hidden_leaves_keep_their_frame(), PTE_FORMAT ": a hidden leaf is absent, and keeps its frame");
	ok(tables_keep_their_frame(), PTE_FORMAT ": a table keeps its frame at every level");
	ok(facts_hold(leaf_facts, N(leaf_facts), leaf, &seen) && seen > 0, PTE_FORMAT ": leaves are as the manual has them");
	ok(facts_hold(table_facts, N(table_facts), table, &none), PTE_FORMAT ": tables are as the manual has them");
	ok((PTE_IMPLIED & P_R) && !(PTE_IMPLIED & P_W), PTE_FORMAT ": reading is implied, writing is not");
	ok(PT_CUTMAX >= 1 && PT_CUTMAX < PT_LEVELS, PTE_FORMAT ": leaf tables can be shared, the root cannot");
	return tap_end();
}
