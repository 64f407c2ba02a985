/* SPDX-License-Identifier: MIT */
/*
 * fork.c: one walk over the regions, and a cut.
 *
 * An entry above the cut gets a table of its own in the child, an entry at
 * the cut shares what it points at: cut 0 shares pages, 1 leaf tables, 2
 * directories; -1 copies pages.  What is shared is swept: its leaves lose W,
 * in the parent too, and one flush at the end makes that true.  The fault
 * handler does not know which cut was used.
 *
 * A table with several holders is clean already, and one that fork has swept
 * and no fault has soiled since (PG_CLEAN) needs no second sweep.  A table is
 * shared whole only if the child gets every region that touches it, and the
 * program manages none of them: there entries are shared one by one, with the
 * rights that they have.
 *
 * Lock: the parent's; the child is nobody else's yet.
 */
#include "pt.h"
#include "region.h"

struct fork {
	struct space *to, *from;
	int cut;
	struct cursor at;		/* what comes next; its region is inherited */
	struct gather g;
};

static bool inherited(const struct region *r)
{
	return r->inherit == INHERIT_COPY || r->inherit == INHERIT_SHARE;
}

/* Go on at va, or at the first thing after it that the child gets. */
static void go_on(struct fork *f, va_t va)
{
	cursor_to(&f->at, va);
	while (f->at.r && !inherited(f->at.r))
		cursor_to(&f->at, f->at.r->hi);
}

/* Does the child get all that touches [lo, last], a stretch that the cursor is in, and may it be swept? */
static bool all_inherited(struct fork *f, va_t lo, va_t last)
{
	struct space *s = f->from;
	struct region *r = f->at.r;

	if (r->lo <= lo && r->hi > last)
		return r->kind != R_USER;
	r = region_above(s, lo);
	while (r && r->lo <= last && inherited(r) && r->kind != R_USER)
		r = region_next(s, r);
	return !r || r->lo > last;
}

/* Take W from n entries.  Had any of them W? */
static bool strip(pte_t *e, size_t n)
{
	bool had = false;

	for (pte_t *end = e + n; e < end; e++) {
		pte_t ro = *e ? pte_ro(*e) : 0;
		if (ro != *e) {
			*e = ro;
			had = true;
		}
	}
	return had;
}

/* Take W from the cursor's region up to stop, whose entries begin at e. */
static void strip_run(struct fork *f, const struct cursor *c, pte_t *e, va_t stop)
{
	if ((c->r->prot & P_W) && strip(e, (stop - c->va) >> PGSHIFT))
		gather_add(&f->g, c->va, stop, 0);
}

/* Is there no writable leaf below the table p?  "Yes" is sure. */
static inline bool swept(const struct page *p)
{
	return pg_ref(p) > 1 || (pg_use[pg_frame(p)] & PG_CLEAN);
}

/* Take W from every leaf below *e, an entry of level l that covers va and whose table is not swept. */
static void sweep(struct fork *f, pte_t e, int l, va_t va)
{
	struct cursor c = cursor_at(f->from, pt_base(va, l));
	struct page *p = pt_page(e);
	va_t last = pt_last(va, l);
	pte_t *t = pt_table(e);

	while (c.r && c.va <= last) {
		pte_t *s = &t[pt_index(c.va, l - 1)];
		va_t stop = cursor_stop(&c, last);

		if (l > 1) {
			stop = pt_last(c.va, l - 1) + 1;
			if (*s && !swept(pt_page(*s)))
				sweep(f, *s, l - 1, c.va);
		} else {
			strip_run(f, &c, s, stop);
		}
		cursor_to(&c, stop);
	}
	if (l == 1)
		pg_use[pg_frame(p)] |= PG_CLEAN;
}

/* keep: with the rights they have. */
static int share_run(struct fork *f, pte_t *d, pte_t *s, va_t stop, bool keep)
{
	va_t va = f->at.va;
	size_t n = (stop - va) >> PGSHIFT;
	bool had = false, full = false;

	n = keep ? pt_share(d, s, n, true, &had, &full) : pt_share(d, s, n, false, &had, &full);
	if (had)
		gather_add(&f->g, va, stop, 0);
	vm_count(f->from, C_SHARE, n);
	vm_count(f->from, C_ENTRY, n);
	return full ? -ENOMEM : 0;
}

/* Copy the pages of a writable, private run. */
static int copy_run(struct fork *f, pte_t *d, const pte_t *s, va_t stop)
{
	struct region *r = f->at.r;

	for (va_t va = f->at.va; va < stop; va += PGSIZE, d++, s++) {
		struct page *n;

		if (!*s)
			continue;
		if (!(n = pg_alloc(PG_USER)))
			return -ENOMEM;
		pg_copy(pg_kva(n), kva(pte_pa(*s)));
		if (r->prot & P_X)
			mmu_icache(pg_kva(n), PGSIZE);
		*d = pte_leaf(pg_pa(n), r->prot | P_U | (pte_prot(*s) & (P_S0 | P_S1)));
		vm_count(f->from, C_COPY, 1);
		vm_count(f->from, C_ENTRY, 1);
	}
	return 0;
}

static int fork_run(struct fork *f, pte_t *d, pte_t *s, va_t last)
{
	struct region *r = f->at.r;
	unsigned i = pt_index(f->at.va, 0);
	va_t stop = cursor_stop(&f->at, last);
	bool keep = r->shared || !(r->prot & P_W);	/* no entry is writable, or all may be */
	int rc = f->cut == CUT_EAGER && !keep ? copy_run(f, d + i, s + i, stop) : share_run(f, d + i, s + i, stop, keep);

	go_on(f, stop);
	return rc;
}

static int share_table(struct fork *f, pte_t *d, pte_t e, int l, va_t va)
{
	if (!swept(pt_page(e)))
		sweep(f, e, l, va);
	if (!pg_get(pt_page(e)))
		return -ENOMEM;
	*d = e;
	vm_count(f->from, C_TABLE_SHARE, 1);
	vm_count(f->from, C_ENTRY, 1);
	return 0;
}

static int fork_table(struct fork *f, pte_t *d, pte_t *s, int l, va_t last);

/* What hangs at *s, an entry of level l >= 1 that covers f->at.va. */
static int fork_entry(struct fork *f, pte_t *d, pte_t *s, int l)
{
	va_t va = f->at.va, last = pt_last(va, l);
	struct page *n;
	int rc = 0;

	if (!*s) {
		go_on(f, last + 1);
		return 0;
	}
	if (l <= f->cut && all_inherited(f, pt_base(va, l), last)) {
		rc = share_table(f, d, *s, l, va);
		go_on(f, last + 1);
		return rc;
	}
	if (!(n = pg_zalloc(PG_TABLE + l)))
		return -ENOMEM;
	*d = pte_table(pg_pa(n), l);
	vm_count(f->from, C_TABLE_NEW, 1);
	return fork_table(f, pg_kva(n), pt_table(*s), l - 1, last);
}

static int fork_table(struct fork *f, pte_t *d, pte_t *s, int l, va_t last)
{
	int rc = 0;

	while (rc == 0 && f->at.r && f->at.va <= last) {
		unsigned i = pt_index(f->at.va, l);
		rc = l > 0 ? fork_entry(f, d + i, s + i, l) : fork_run(f, d, s, last);
	}
	return rc;
}

/*
 * Copies are made one page after the other.  With another CPU writing
 * meanwhile, perhaps one that only now comes in, they would be no snapshot,
 * so it loses W first (H42); its faults wait for the lock.
 */
static __attribute__((noinline)) void freeze(struct fork *f)
{
	struct cursor c = cursor_at(f->from, 0);

	for (va_t stop; c.r; cursor_to(&c, stop)) {
		struct walk w = pt_walk(f->from, c.va);

		stop = cursor_stop(&c, pt_last(c.va, w.level ? w.level : 1));
		if (w.level == 0 && w.sole && !c.r->shared)
			strip_run(f, &c, w.e, stop);
	}
	gather_done(&f->g);
}

/* The child does not inherit r, or not its pages. */
static void withhold(struct space *to, struct region *r)
{
	if (r->inherit == INHERIT_NONE) {
		region_remove(to, r);
		region_free(r);
	} else if (r->kind == R_OBJECT) {
		obj_put(r->obj);
		r->kind = R_ZERO;
		r->obj = 0;
		r->off = 0;
	}
}

/* The child's regions.  0 or -ENOMEM. */
static int fork_regions(struct space *to, struct space *from)
{
	enum { WITHHELD = 1 << INHERIT_NONE | 1 << INHERIT_ZERO };
	unsigned modes;
	int rc = region_copy_all(to, from, &modes);
	va_t at = 0;

	for (struct region *r; rc == 0 && (modes & WITHHELD) && (r = region_above(to, at)); ) {
		at = r->hi;
		if (!inherited(r))
			withhold(to, r);
	}
	return rc;
}

int vm_fork(struct space *to, struct space *from, int cut)
{
	struct fork f;
	int rc;

	lock(&from->lock);
	f.to = to;
	f.from = from;
	f.cut = cut < PT_CUTMAX ? cut : PT_CUTMAX;
	f.at = cursor_at(from, 0);
	gather_init(&f.g, from);
	to->stack_lo = from->stack_lo;
	go_on(&f, 0);
	rc = fork_regions(to, from);
	if (rc == 0 && NCPU > 1 && f.cut == CUT_EAGER && from->users > 1)
		freeze(&f);
	if (rc == 0)
		rc = fork_table(&f, to->root, from->root, PT_TOP, USERTOP - 1);
	gather_done(&f.g);
	unlock(&from->lock);
	return rc;
}
