/* SPDX-License-Identifier: MIT */
/* managed.c: the fuzzer's memory that the program manages: what it asks for, and what it is told. */
#include "fuzz.h"

enum { SOFT = P_S0 | P_S1, RIGHTS = P_RWX | SOFT };

static unsigned pick_rights(void)
{
	static const unsigned prot[] = { 0, P_R, P_R, P_R | P_X, P_RWX, P_W, P_R | P_W, P_R | P_W };

	return prot[rnd(8)] | (unsigned[]){ 0, 0, P_S0, P_S1 }[rnd(4)];
}

/* A page, managed more often than not. */
static int managed_page(struct mspace *m)
{
	int i = pick_page();

	for (int tries = 0; tries < 6 && !(m->cell[i].mapped && m->cell[i].kind == R_USER); tries++)
		i = pick_page();
	return i;
}

static bool is_managed(const struct cell *c)
{
	return c->mapped && c->kind == R_USER;
}

/* What a program may pass instead of page i's address.  False: nothing, go on with the page. */
static bool spoil(va_t *va, unsigned *rights)
{
	static const unsigned bad_rights[] = { P_U, P_G, P_IO, PAGE_PRESENT, PAGE_USER, PAGE_SHARED, ~0u, 0x80000000u, PAGE_MOVE | PAGE_COPY };

	if (!chance(24))
		return false;
	switch (rnd(3)) {
	case 0:
		*va += 1 + rnd(PGSIZE - 1);
		break;
	case 1:
		*va = (va_t[]){ USERTOP, ~(va_t)0 - PGSIZE + 1, ~(va_t)0, USERTOP | (va_t)1 << (8 * sizeof *va - 1) }[rnd(4)];
		break;
	default:
		*rights |= bad_rights[rnd(sizeof bad_rights / sizeof *bad_rights)];
	}
	return true;
}

static void set(struct cell *c, int page, unsigned rights)
{
	c->present = true;
	c->page = page;
	c->have = (uint8_t)with_read(rights & RIGHTS);
}

/* ---- manage ---- */

static void manage_hole(struct cell *c)
{
	*c = (struct cell){ .mapped = true, .prot = P_RWX, .kind = R_USER, .inherit = INHERIT_COPY, .own = true };
}

/* before: the entry that was there.  A region with an object has all of its pages now. */
static void manage_cell(struct cell *c, pte_t before)
{
	bool object = c->kind == R_OBJECT, alias = object && !c->own, there = before || (object && !cell_absent(c));
	unsigned rights = before ? pte_prot(before) & (pte_prot(before) & P_U ? RIGHTS : SOFT)
		: c->shared ? c->prot : c->prot & ~(unsigned)P_W;
	struct content bytes = c->c;

	c->kind = R_USER;
	c->own = true;
	c->present = false;
	if (there)
		set(c, -1, rights);
	if (there && !alias)
		c->page = model_new_page(bytes);
}

void op_manage(struct mspace *m)
{
	struct span s = pick_run();
	pte_t before[NPAGE];
	int rc, managed = 0;

	for (int k = 0; k < NPAGE; k++)
		managed += is_managed(&m->cell[k]);
	if (managed > NPAGE / 4)
		return;				/* the kernel shall have something to do too */
	note(m, "%#lx..%#lx", (unsigned long)s.lo, (unsigned long)s.hi);
	do {
		for (int k = s.i; k <= s.j; k++)
			before[k] = sim_entry(&m->s, page_va(k));
		rc = vm_manage(&m->s, s.lo, s.hi);
	} while (again(rc));
	must(vm_manage(&m->s, s.lo + 1, s.hi) == -EINVAL && vm_manage(&m->s, s.hi, s.lo) == -EINVAL
	     && vm_manage(&m->s, s.lo, USERTOP + PGSIZE) == -EINVAL, "vm_manage takes a bad range");
	if (refusal(rc))
		return;
	must(rc == 0, "vm_manage gives %d", rc);
	for (int k = s.i; k <= s.j; k++) {
		if (!m->cell[k].mapped)
			manage_hole(&m->cell[k]);
		else if (m->cell[k].kind != R_USER)
			manage_cell(&m->cell[k], before[k]);
	}
}

/* ---- one page ---- */

void op_page_alloc(struct mspace *m)
{
	int i, rc;
	unsigned rights = pick_rights();
	bool bad;
	va_t va;

	if (chance(4))
		m = pick_space();
	i = managed_page(m);
	va = page_va(i);
	bad = spoil(&va, &rights);
	note(m, "%#lx rights %#x", (unsigned long)va, rights);
	do {
		rc = vm_page_alloc(&m->s, va, rights);
	} while (again(rc));
	if (refusal(rc))
		return;
	must(rc == (bad || !is_managed(&m->cell[i]) ? -EINVAL : 0), "vm_page_alloc gives %d", rc);
	if (rc == 0)
		set(&m->cell[i], model_new_page((struct content){ 0 }), rights);
}

void op_page_unmap(struct mspace *m)
{
	int i, rc;
	unsigned none = 0;
	va_t va;

	if (chance(4))
		m = pick_space();
	i = managed_page(m);
	va = page_va(i);
	if (spoil(&va, &none) && !none) {
		must(vm_page_unmap(&m->s, va) == -EINVAL, "vm_page_unmap takes a bad address");
		return;
	}
	note(m, "%#lx", (unsigned long)page_va(i));
	rc = vm_page_unmap(&m->s, page_va(i));
	must(rc == (is_managed(&m->cell[i]) ? 0 : -EINVAL), "vm_page_unmap gives %d", rc);
	if (rc == 0)
		m->cell[i].present = false;
}

/* ---- a page from one place to another ---- */

struct way { struct mspace *from, *to; int i, j; unsigned rights; };

/* What is due of a source that the program manages.  holders: of its page. */
static int due_of_managed(const struct cell *c, unsigned rights, unsigned holders)
{
	if (!c->present)
		return -EFAULT;
	return !(rights & PAGE_COPY) && (rights & P_W & ~c->have) && holders > 1 ? -EACCES : 0;
}

/* ... and of any other, which the kernel faults in. */
static int due_of_unmanaged(const struct cell *c, unsigned rights)
{
	if (cell_access(c, P_R) < 0)
		return -EFAULT;
	return (rights & P_W) && !(rights & PAGE_COPY) && !(c->shared && (c->prot & P_W)) ? -EACCES : 0;
}

static int due_of(struct way *w, unsigned holders)
{
	struct cell *c = &w->from->cell[w->i];

	if (!is_managed(&w->to->cell[w->j]))
		return -EINVAL;
	if (is_managed(c))
		return due_of_managed(c, w->rights, holders);
	return w->rights & PAGE_MOVE ? -EINVAL : due_of_unmanaged(reached(w->from, w->i), w->rights);
}

static void model_map(struct way *w)
{
	struct cell *from = &w->from->cell[w->i], *to = &w->to->cell[w->j], was = *from;
	bool alias = is_managed(&was) ? was.page < 0 : was.kind == R_OBJECT && (was.shared || !was.own);
	int page = alias ? -1 : is_managed(&was) ? was.page : -2;

	if ((w->rights & PAGE_COPY) || page == -2)
		page = model_new_page(*cell_content(from));
	if (w->rights & PAGE_MOVE)
		from->present = false;
	set(to, page, w->rights);
	if (page == -1) {
		to->obj = was.obj;
		to->off = was.off;
	}
}

static bool same_place(const struct way *w)
{
	return w->from == w->to && w->i == w->j;
}

void op_page_map(struct mspace *m)
{
	struct way w = { m, m, 0, 0, pick_rights() | (unsigned[]){ 0, 0, 0, PAGE_MOVE, PAGE_COPY, PAGE_COPY }[rnd(6)] };
	va_t from_va, to_va;
	unsigned holders;
	bool bad;
	pte_t e;
	int rc;

	if (chance(2))
		*(chance(2) ? &w.from : &w.to) = pick_space();
	w.i = chance(3) ? pick_page() : managed_page(w.from);
	w.j = managed_page(w.to);
	if (chance(4) && w.from == w.to)
		w.i = w.j;
	from_va = page_va(w.i);
	to_va = page_va(w.j);
	bad = spoil(chance(2) ? &from_va : &to_va, &w.rights);
	e = sim_entry(&w.from->s, page_va(w.i));
	holders = e ? pg_ref(pg_of(pte_pa(e))) : 0;
	note(w.from, "%#lx to space %d %#lx rights %#x", (unsigned long)from_va, (int)(w.to - spaces), (unsigned long)to_va, w.rights);
	still = (w.rights & PAGE_COPY) && !same_place(&w);
	do {
		rc = vm_page_map(&w.from->s, from_va, &w.to->s, to_va, w.rights);
	} while (again(rc));
	still = false;
	if (bad) {
		must(rc == -EINVAL, "vm_page_map of %#lx to %#lx, rights %#x, gives %d", (unsigned long)from_va, (unsigned long)to_va, w.rights, rc);
		return;
	}
	if (refusal(rc)) {
		if (region_find(&w.from->s, from_va))
			reached(w.from, w.i);
		return;
	}
	must(rc == due_of(&w, holders), "vm_page_map gives %d, not %d", rc, due_of(&w, holders));
	if (rc == 0)
		model_map(&w);
}

/* ---- looking ---- */

unsigned have_at(struct mspace *m, int i)
{
	const struct cell *c = &m->cell[i];
	pte_t e = sim_entry(&m->s, page_va(i));
	struct cell seen = { .prot = c->prot, .present = e != 0, .have = (uint8_t)(pte_prot(e) & (pte_prot(e) & P_U ? RIGHTS : SOFT)) };

	return is_managed(c) ? cell_have(c) : cell_have(&seen);
}

void op_look(struct mspace *m)
{
	int i = pick_page();
	const struct cell *c = &m->cell[i];
	pte_t e = sim_entry(&m->s, page_va(i));
	struct vm_look l;

	vm_look(&m->s, page_va(i) + rnd(PGSIZE), &l);
	must(l.region == (c->mapped ? cell_region(c) : 0) && l.have == (c->mapped ? have_at(m, i) : 0)
	     && l.holders == (e ? pg_ref(pg_of(pte_pa(e))) : 0), "vm_look at %#lx: %#x of %#x, %u holders", (unsigned long)page_va(i), l.have, l.region, l.holders);
	vm_look(&m->s, USERTOP + rnd(PGSIZE), &l);
	must(!l.region && !l.have && !l.holders, "vm_look sees the kernel");
}

/* A run is right, page by page.  The first page of the windows that it does not cover. */
static int check_run(struct mspace *m, const struct page_run *r, int i)
{
	must(r->lo < r->hi && page_index(r->lo) == i, "vm_query: a run at %#lx, not at %#lx", (unsigned long)r->lo, (unsigned long)page_va(i));
	for (va_t va = r->lo; va < r->hi; va += PGSIZE, i++) {
		const struct cell *c = &m->cell[i];

		must(i < NPAGE && page_va(i) == va && c->mapped, "vm_query: %#lx is in no region", (unsigned long)va);
		must(r->region == (cell_region(c) | c->inherit * PAGE_INHERIT) && r->have == have_at(m, i),
		     "vm_query at %#lx: %#x of %#x, not %#x of %#x", (unsigned long)va, r->have, r->region, have_at(m, i), cell_region(c));
	}
	return i;
}

void op_query(struct mspace *m)
{
	struct span s = pick_span();
	struct page_run run[8];
	va_t lo = s.lo;
	int i = s.i, n;

	must(vm_query(&m->s, s.lo + 8, s.hi, run, 8) == -EINVAL && vm_query(&m->s, s.hi, s.lo, run, 8) == -EINVAL
	     && vm_query(&m->s, s.lo, USERTOP + PGSIZE, run, 8) == -EINVAL, "vm_query takes a bad range");
	must(vm_query(&m->s, s.lo, s.hi, run, 0) == 0, "vm_query finds room where there is none");
	do {
		unsigned max = 1 + rnd(8);

		n = vm_query(&m->s, lo, s.hi, run, max);
		must(n >= 0 && (unsigned)n <= max, "vm_query gives %d of %u", n, max);
		for (int k = 0; k < n; k++) {
			for (; i <= s.j && !m->cell[i].mapped; i++)
				;
			i = check_run(m, &run[k], i);
			must(k == 0 || run[k].lo != run[k - 1].hi || run[k].have != run[k - 1].have
			     || region_find(&m->s, run[k].lo) != region_find(&m->s, run[k - 1].lo), "vm_query: two runs for one");
		}
		if (n > 0)
			lo = run[n - 1].hi;
	} while (n > 0 && lo < s.hi);
	for (; i <= s.j; i++)
		must(!m->cell[i].mapped, "vm_query leaves out %#lx", (unsigned long)page_va(i));
}

/* ---- a child that the program fills ---- */

static struct cell exoforked(const struct cell *c)
{
	struct cell n = *c;

	if (c->inherit == INHERIT_NONE)
		n.mapped = false;
	if (c->kind == R_OBJECT && c->shared)
		return n;
	n.kind = R_USER;
	n.own = true;
	n.present = false;
	return n;
}

void op_exofork(struct mspace *m)
{
	int j = model_free_space(), rc;
	struct mspace *child = &spaces[j < 0 ? 0 : j];

	if (j < 0)
		return;
	note(m, "to %d", j);
	do {
		rc = vm_init(&child->s);
		if (rc == 0 && (rc = vm_exofork(&child->s, &m->s)) < 0)
			vm_destroy(&child->s);
	} while (again(rc));
	if (refusal(rc))
		return;
	must(rc == 0, "vm_exofork gives %d", rc);
	child->live = true;
	for (int i = 0; i < NPAGE; i++)
		child->cell[i] = exoforked(&m->cell[i]);
}
