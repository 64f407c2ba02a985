/* SPDX-License-Identifier: MIT */
/* pt.h: the walker and the gather, for the files of vm/ only.  => space locked, throughout */
#pragma once
#include "vm.h"

enum { PT_BITS = sizeof(pte_t) == 8 ? 9 : 10, PT_N = 1 << PT_BITS, PT_TOP = PT_LEVELS - 1 };

static inline unsigned pt_index(va_t va, int l) { return va >> (PGSHIFT + l * PT_BITS) & (PT_N - 1); }
static inline va_t pt_span(int l) { return (va_t)1 << (PGSHIFT + l * PT_BITS); }	/* bytes an entry covers */
static inline va_t pt_base(va_t va, int l) { return va & ~(pt_span(l) - 1); }
static inline va_t pt_last(va_t va, int l) { return va | (pt_span(l) - 1); }	/* its last byte: never wraps */
/*
 * Write an entry that other CPUs may be walking.  Of one in two words the low word says whether it is there: no
 * walk finds it present with rights that are not its own.  (x86 with PAE, which keeps the order of stores.)
 */
static inline void pte_store(pte_t *e, pte_t new)
{
	volatile uint32_t *half = (volatile uint32_t *)(void *)e;

	if (sizeof(pte_t) <= sizeof(word)) {
		*e = new;
		return;
	}
	half[0] = 0;
	half[1] = (uint32_t)((uint64_t)new >> 32);
	half[0] = (uint32_t)new;
}

static inline struct page *pt_page(pte_t e) { return pg_of(pte_pa(e)); }
static inline pte_t *pt_table(pte_t e) { return kva(pte_pa(e)); }
static inline struct page *pt_page_of(const pte_t *e) { return pg_of(kpa(e)); }	/* the table e lies in */

/*
 * The gather: entries that were unhooked, and the references that go with
 * them.  Break, make all forget, make, drop: a page whose count falls to 1
 * may be written by somebody else, so nothing is dropped while a TLB may
 * still lead to it.  On the stack; initialised by hand, for an initialiser
 * would clear drop[] too.  A full one is done early, which covers only what
 * is already unhooked.
 */
enum { GATHER_N = 64, GATHER_WHOLE = 32 };	/* drops; pages from which the whole space is flushed */
struct gather {
	struct space *s;
	va_t lo, hi;			/* to be forgotten; none if lo >= hi */
	unsigned n;
	struct page *drop[GATHER_N];
};

static inline void gather_init(struct gather *g, struct space *s)
{
	g->s = s;
	g->lo = ~(va_t)0;
	g->hi = 0;
	g->n = 0;
}
/* [lo, hi) of the space has lost entries or rights; p, if any, one reference. */
void gather_add(struct gather *, va_t lo, va_t hi, struct page *p);
void gather_flush(struct gather *);	/* flush and drop; empty again */
static inline void gather_done(struct gather *g)
{
	if (g->lo < g->hi)
		gather_flush(g);
}

/* Where a walk for va ends.  sole: every table on the path, but for the entry itself, is this space's alone. */
struct walk { pte_t *e; int level; bool sole; };

static inline struct walk pt_walk(struct space *s, va_t va)
{
	struct walk w = { &s->root[pt_index(va, PT_TOP)], PT_TOP, true };

	for (pte_t e; w.level > 0 && pte_valid(e = *w.e); w.e = &pt_table(e)[pt_index(va, w.level)]) {
		w.sole = w.sole && pg_ref(pt_page(e)) == 1;
		w.level--;
	}
	return w;
}

/* Where the stretch at va, up to hi at most, ends that one leaf table, or the lack of one, answers for. */
static inline va_t pt_stretch(const struct walk *w, va_t va, va_t hi)
{
	va_t last = pt_last(va, w->level ? w->level : 1);

	return last < hi - 1 ? last + 1 : hi;
}

/*
 * The entry for va at a level, its path made present and exclusive.  Null:
 * no memory, and what was made so far stays, for it changes nothing seen.
 * The one choke point: whoever writes an entry came through here or saw a
 * sole path.
 */
pte_t *pt_own(struct space *, va_t va, int level, struct gather *);

/* This table may hold writable leaves from now on: fork must sweep it again. */
static inline void pt_soil(const pte_t *e)
{
	pg_use[pg_frame(pt_page_of(e))] &= (uint8_t)~PG_CLEAN;
}

void pt_put(struct page *);		/* drop a reference; the last one out drops what a table refers to */

/* ---- clear.c ---- */

/*
 * Take out what is in [lo, hi), and every table wholly inside [first, last]; the paths at both ends are owned
 * already, the regions are still there.  Flushes; the gather is done.
 */
void pt_clear(struct space *, va_t lo, va_t hi, va_t first, va_t last, struct gather *);
/* Drop what a table of entries of level l, ours alone, holds from the cursor to last: at a space's end. */
struct cursor;
void pt_empty(struct cursor *, pte_t *t, int l, va_t last);
/* Own what pt_clear will write at this end of a range.  0 or -ENOMEM. */
int  pt_reserve(struct space *, va_t va, va_t first, va_t last, struct gather *);

/*
 * Let d refer to what n entries of s refer to, without W unless keep.
 * Returns how many there were before a count was full, which *full then
 * says.  The hot loop of fork, made for either value of keep; an entry of s
 * is written only where it changes, and *had says that one did.
 */
static inline __attribute__((always_inline))
size_t pt_share(pte_t *d, pte_t *s, size_t n, const bool keep, bool *had, bool *full)
{
	struct page *const pages = pg_array;
	size_t absent = 0;

#pragma clang loop unroll_count(4)
	for (size_t i = 0; i < n; i++) {
		pte_t e = s[i], ro;

		if (!e) {
			absent++;
			continue;
		}
		if (!pg_get(&pages[pte_pa(e) >> PGSHIFT])) {
			*full = true;
			return i - absent;
		}
		ro = keep ? e : pte_ro(e);
		if (ro != e) {
			s[i] = ro;
			*had = true;
		}
		d[i] = ro;
	}
	return n - absent;
}
