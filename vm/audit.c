/* SPDX-License-Identifier: MIT */
/*
 * audit.c: recount everything.
 *
 * Every holder is visited and counted: entries of tables (a shared table's
 * once), slots of objects.  Then each frame's count must be what was found.
 * Each space must keep the path rule (but where the program manages memory), have entries only where regions are,
 * and its regions in order.
 *
 * Lock: none; nothing else may run meanwhile.
 */
#include "page.h"
#include "pt.h"
#include "region.h"

enum { REPORTS = 20 };			/* lines printed at most; all are counted */
static int broken;

#define check(ok, ...)	do { if (!(ok) && broken++ < REPORTS) audit_print(__VA_ARGS__); } while (0)
#define LONG(x)		((unsigned long)(x))

static bool in_ram(pa_t pa)
{
	return (pa >> PGSHIFT) >= pg_first && (pa >> PGSHIFT) < pg_end && !(pa & (PGSIZE - 1));
}

/* One holder of a frame.  Is it the first? */
static bool see(pa_t pa)
{
	return pg_seen[pa >> PGSHIFT]++ == 0;
}

void audit_begin(void)
{
	broken = 0;
	memset(pg_seen + pg_first, 0, (pg_end - pg_first) * sizeof *pg_seen);
}

/* Count what n entries of level l refer to; go down where nobody has been. */
static void recount(const pte_t *t, int l, int n)
{
	for (int i = 0; i < n; i++) {
		pa_t pa = pte_pa(t[i]);

		if (!t[i])
			continue;
		check(pte_valid(t[i]) && in_ram(pa), "table %p: entry %d refers to no frame", (const void *)t, i);
		if (!in_ram(pa))
			continue;
		if (see(pa) && l > 0)
			recount(kva(pa), l - 1, PT_N);
	}
}

static void check_leaf(struct space *s, pte_t e, va_t va, bool sole, bool clean)
{
	struct region *r = region_find(s, va);
	unsigned prot = pte_prot(e);

	check(r, "page at %#lx lies in no region", LONG(va));
	check(pg_use[pg_frame(pt_page(e))] == PG_USER, "page at %#lx: its frame is no user page", LONG(va));
	if (!r)
		return;
	check(!(prot & P_W) || !clean, "page at %#lx: writable in a table marked clean", LONG(va));
	if (r->kind == R_USER) {
		check(sole, "page at %#lx: the program manages it, yet its table has another holder", LONG(va));
		return;
	}
	check(!(prot & P_RWX & ~(r->prot | PTE_IMPLIED)), "page at %#lx: entry grants %#x, region %#x", LONG(va), prot, r->prot);
	check(r->prot || !(prot & P_U), "page at %#lx: user mode may, though the region is PROT_NONE", LONG(va));
	if (prot & P_W)
		check(sole && (r->shared || pg_ref(pt_page(e)) == 1), "page at %#lx: writable, though its path has another holder", LONG(va));
}

/* The path rule, below a table of entries of level l that covers va. */
static void check_path(struct space *s, const pte_t *t, int l, int n, va_t va, bool sole, bool clean)
{
	for (int i = 0; i < n; i++, va += pt_span(l)) {
		struct page *p;

		if (!pte_valid(t[i]) || !in_ram(pte_pa(t[i])))
			continue;
		p = pt_page(t[i]);
		if (l == 0) {
			check_leaf(s, t[i], va, sole, clean);
			continue;
		}
		check((pg_use[pg_frame(p)] & ~PG_CLEAN) == PG_TABLE + l, "table for %#lx: its frame is no table of level %d", LONG(va), l);
		check_path(s, pt_table(t[i]), l - 1, PT_N, va, sole && pg_ref(p) == 1, pg_use[pg_frame(p)] & PG_CLEAN);
	}
}

/* Not known, or the most of its gap and of both subtrees' rooms, which are known; and the subtrees are balanced. */
static bool room_right(const struct region *r)
{
	int below = r->left ? r->left->height : 0, above = r->right ? r->right->height : 0;

	return below - above <= 1 && above - below <= 1 && (r->room == REGION_UNKNOWN || r->room == region_most(r));
}

static void check_regions(struct space *s)
{
	va_t at = 0;
	unsigned n = 0;

	for (struct region *r = region_above(s, 0); r; r = region_next(s, r), n++) {
		check(r->lo >= at && r->lo < r->hi && r->hi <= USERTOP, "region [%#lx, %#lx) overlaps or is out of order", LONG(r->lo), LONG(r->hi));
		check((r->kind == R_OBJECT) == (r->obj != 0), "region at %#lx: kind and object disagree", LONG(r->lo));
		check(r->shared != REGION_SEALED || r->kind == R_USER || !(r->prot & P_W), "region at %#lx: sealed, yet writable", LONG(r->lo));
		check(!r->shared || !r->obj || obj_stored(r->obj), "region at %#lx: its object does not know that it is stored into", LONG(r->lo));
		check(r->prot == (r->kind == R_USER ? region_said(region_prot(r)) : r->prot & P_RWX), "region at %#lx: rights %#x", LONG(r->lo), r->prot);
		check(r->gap == r->lo - at && room_right(r), "region at %#lx: gap %#lx, room %#lx", LONG(r->lo), LONG(r->gap), LONG(r->room));
		at = r->hi;
		if (r->hi <= r->lo)
			return;
	}
	check(n == s->nregions, "a space has %u regions and counts %u", n, s->nregions);
}

void audit_space(struct space *s)
{
	int n = pt_index(USERTOP - 1, PT_TOP) + 1;

	check(!lock_held(&s->lock), "a space is locked");
	check_regions(s);
	see(kpa(s->root));
	recount(s->root, PT_TOP, n);
	check_path(s, s->root, PT_TOP, n, 0, true, false);
}

static void recount_object(struct object *o)
{
	enum { N = PGSIZE / sizeof(pa_t) };

	for (int i = 0; o->dir && i < N; i++) {
		const pa_t *frames = o->dir[i] ? kva(o->dir[i]) : 0;

		for (int j = 0; frames && j < N; j++)
			if (frames[j])
				see(frames[j]);
	}
}

static size_t check_frame(size_t f)
{
	unsigned long pa = LONG(f) << PGSHIFT, ref = pg_array[f].ref, n = pg_seen[f];

	switch (pg_use[f]) {
	case PG_FREE:
		check(ref == 0 && n == 0, "frame %#lx is free, yet counts %lu holders and has %lu", pa, ref, n);
		return 1;
	case PG_KERNEL:
		check(ref == 1 && n == 0, "frame %#lx is the kernel's, yet counts %lu holders and has %lu", pa, ref, n);
		return 0;
	default:
		check(ref == n, "frame %#lx counts %lu holders and has %lu", pa, ref, n);
		return 0;
	}
}

int audit_end(void)
{
	size_t nfree = 0;

	obj_each(recount_object);
	for (size_t f = pg_first; f < pg_end; f++)
		nfree += check_frame(f);
	check(nfree == pg_nfree(), "%lu frames are free, the allocator has %lu", LONG(nfree), LONG(pg_nfree()));
	check(pg_zeros_ok(), "a frame kept as zero is not");
	return broken;
}
