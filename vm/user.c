/* SPDX-License-Identifier: MIT */
/*
 * user.c: memory that the program manages.
 *
 * Invariants.  The tables of a managed region are this space's alone: fork
 * never shares one, and vm_manage owned those that were there.  An entry has
 * the rights that the program gave it, and W, once given, with any number of
 * other holders; but no page that a private region of any space holds gets
 * it, for there W is licensed by being the only holder.  A page whose entry
 * has X and not W is in step with instruction fetch.
 *
 * Lock: the space's; of two spaces, the one at the lower address first.
 */
#include "fault.h"

_Static_assert((int)PAGE_S0 == P_S0 && (int)PAGE_S1 == P_S1 && (int)PROT_WRITE == P_W, "the program's words are the kernel's");

struct vm_miss vm_miss[NCPU];

enum { SOFT = P_S0 | P_S1, RIGHTS = P_RWX | SOFT };

static bool page_ok(va_t va)
{
	return va < USERTOP && !(va & (PGSIZE - 1));
}

/* The managed region that holds va, or null. */
static struct region *managed(struct space *s, va_t va)
{
	struct region *r = region_find(s, va);

	return r && r->kind == R_USER ? r : 0;
}

/* An entry with just these rights.  W and X imply R, and none at all keeps the page from user mode. */
static pte_t make(struct page *p, unsigned rights)
{
	unsigned user = rights & P_RWX ? P_R | P_U : 0;

	return pte_leaf(pg_pa(p), (rights & RIGHTS) | user);
}

/* The entry for va of a managed region, its path made present.  Null: no memory. */
static pte_t *own_entry(struct space *s, va_t va)
{
	struct walk w = pt_walk(s, va);
	struct gather g;
	pte_t *e;

	if (w.level == 0 && w.sole)
		return w.e;
	gather_init(&g, s);
	e = pt_own(s, va, 0, &g);
	gather_done(&g);
	return e;
}

/* *e, the entry for va, was broken: every CPU forgets it. */
static void forget(struct space *s, va_t va)
{
	vm_count(s, C_ENTRY, 1);
	vm_count(s, C_INVAL, 1);
	vm_count(s, C_INVAL_PAGE, 1);
	shoot(s, va, va + PGSIZE);
}

/* Break, make all forget, make: va's entry becomes new.  The reference of what was there is the caller's. */
static inline void replace(struct space *s, va_t va, pte_t *e, pte_t new)
{
	pte_t old = *e;

	if (old && (pte_pa(old) != pte_pa(new) || (pte_prot(old) & ~pte_prot(new) & (P_RWX | P_U)))) {
		vm_count(s, C_INVAL, 1);
		vm_count(s, C_INVAL_PAGE, 1);
		pte_store(e, 0);
		if (vm_elsewhere(s))
			shoot(s, va, va + PGSIZE);
	}
	pte_store(e, new);
	if (pte_prot(new) & P_W)
		pt_soil(e);
	vm_count(s, C_ENTRY, 1);
	mmu_update(s, va, e);
}

/* ---- a region loses its object ---- */

/* The object's page at an index for va, if no page is there.  0 or -ENOMEM. */
static int bring(struct space *s, struct region *r, va_t va, size_t index, struct gather *g)
{
	pte_t *e = pt_own(s, va, 0, g);
	struct page *p;

	if (!e)
		return -ENOMEM;
	if (*e)
		return 0;
	if (!(p = obj_page(r->obj, index)) || !pg_get(p))
		return -ENOMEM;
	if ((r->prot & P_X) && obj_stored(r->obj))
		mmu_icache(pg_kva(p), PGSIZE);
	vm_count(s, C_FILE, 1);
	replace(s, va, e, make(p, r->shared ? r->prot : r->prot & ~(unsigned)P_W));
	return 0;
}

int bring_in(struct space *s, va_t lo, va_t hi, struct gather *g)
{
	int rc = 0;

	for (struct region *r = region_above(s, lo); r && r->lo < hi; r = region_next(s, r)) {
		size_t n = r->obj ? obj_npages(r->obj) : 0, index;

		for (va_t va = r->lo > lo ? r->lo : lo; va < r->hi && va < hi && rc == 0; va += PGSIZE) {
			index = r->off + ((va - r->lo) >> PGSHIFT);
			if (index >= n)
				break;
			rc = bring(s, r, va, index, g);
		}
	}
	return rc;
}

/* ---- one page ---- */

static int alloc(struct space *s, va_t va, unsigned rights)
{
	pte_t *e = own_entry(s, va), old;
	struct page *p = e ? pg_zalloc(PG_USER) : 0;

	if (!p)
		return -ENOMEM;
	vm_count(s, C_ZERO, 1);
	old = *e;
	replace(s, va, e, make(p, rights));
	if (old)
		pt_put(pt_page(old));
	return 0;
}

int vm_page_alloc(struct space *s, va_t va, unsigned rights)
{
	int rc;

	if (!page_ok(va) || (rights & ~(unsigned)RIGHTS))
		return -EINVAL;
	lock(&s->lock);
	rc = managed(s, va) ? alloc(s, va, rights) : -EINVAL;
	unlock(&s->lock);
	return rc;
}

static void unhook(struct space *s, va_t va, pte_t *e)
{
	pte_store(e, 0);
	forget(s, va);
}

int vm_page_unmap(struct space *s, va_t va)
{
	struct walk w;
	pte_t old;
	int rc = -EINVAL;

	if (!page_ok(va))
		return -EINVAL;
	lock(&s->lock);
	if (managed(s, va)) {
		rc = 0;
		w = pt_walk(s, va);
		if (w.level == 0 && (old = *w.e)) {
			assert(w.sole);
			unhook(s, va, w.e);
			pt_put(pt_page(old));
		}
	}
	unlock(&s->lock);
	return rc;
}

/* ---- a page from one place to another ---- */

/* Where a page comes from. */
struct source { pte_t *e; bool in_step; };

/* May a page that this entry shows be given on?  For good or ill, fetched without more ado? */
static int from_managed(struct region *r, struct walk w, unsigned rights, struct source *from)
{
	unsigned have;

	if (w.level > 0 || !*w.e)
		return -EFAULT;
	have = region_have(r, *w.e);
	if (!(rights & PAGE_COPY) && (rights & P_W & ~have) && pg_ref(pt_page(*w.e)) > 1)
		return -EACCES;
	*from = (struct source){ w.e, (have & (P_W | P_X)) == P_X };
	return 0;
}

/* As fork shares it: there, and without W.  To be copied, it only need be there. */
static int from_unmanaged(struct space *s, va_t va, unsigned rights, struct source *from)
{
	struct walk w = pt_walk(s, va);
	struct region *r;
	int rc;

	if (rights & PAGE_MOVE)
		return -EINVAL;
	if ((w.level > 0 || ((P_R | P_U) & ~pte_prot(*w.e)) || !*w.e) && (rc = fault(s, va, P_R | P_U)) < 0)
		return rc;
	r = region_find(s, va);
	w = pt_walk(s, va);
	*from = (struct source){ w.e, (r->prot & (P_W | P_X)) == P_X };
	if (rights & PAGE_COPY)
		return 0;
	if ((rights & P_W) && !(r->shared && (r->prot & P_W)))
		return -EACCES;
	if (!r->shared && (pte_prot(*w.e) & P_W)) {
		pte_store(w.e, pte_ro(*w.e));
		forget(s, va);
	}
	return 0;
}

/* The entry at va, whose page shall be mapped elsewhere with these rights.  0 or an error. */
static int find_source(struct space *s, va_t va, unsigned rights, struct source *from)
{
	struct region *r = managed(s, va);

	return r ? from_managed(r, pt_walk(s, va), rights, from) : from_unmanaged(s, va, rights, from);
}

/* A fresh page with p's bytes.  Where it takes p's place, all forget p first (H5).  Null: no memory. */
static inline struct page *copy(struct space *s, va_t va, pte_t *e, struct page *p)
{
	struct page *n = pg_alloc(PG_USER);

	if (!n)
		return 0;
	if (*e && pt_page(*e) == p) {
		vm_count(s, C_INVAL, 1);
		vm_count(s, C_INVAL_PAGE, 1);
		pte_store(e, 0);
		if (vm_elsewhere(s))
			shoot(s, va, va + PGSIZE);
	}
	pg_copy(pg_kva(n), pg_kva(p));
	vm_count(s, C_COPY, 1);
	return n;
}

/*
 * The page stays where it is, with other rights, or gives place to a copy of
 * its own: what a program's copy-on-write asks for, in one walk.  => space locked
 */
static inline int change(struct space *s, struct region *r, va_t va, unsigned rights)
{
	struct walk w = pt_walk(s, va);
	struct page *p, *n;
	unsigned have;
	pte_t new;

	if (w.level > 0 || !*w.e)
		return -EFAULT;
	assert(w.sole);
	p = n = pt_page(*w.e);
	have = region_have(r, *w.e);
	if (rights & PAGE_COPY) {
		if (!(n = copy(s, va, w.e, p)))
			return -ENOMEM;
		have = 0;
	} else if ((rights & P_W & ~have) && pg_ref(p) > 1) {
		return -EACCES;
	}
	new = make(n, rights);
	if ((region_have(r, new) & P_X) && (have & (P_W | P_X)) != P_X)
		mmu_icache(pg_kva(n), PGSIZE);
	replace(s, va, w.e, new);
	if (n != p && pg_unref(p))
		pg_free(p);
	return 0;
}

static int change_page(struct space *s, va_t va, unsigned rights)
{
	struct region *r;
	int rc;

	lock(&s->lock);
	r = managed(s, va);
	rc = r ? change(s, r, va, rights) : -EINVAL;
	unlock(&s->lock);
	return rc;
}

/* => both spaces locked; not the same place */
static int map(struct space *from, va_t from_va, struct space *to, va_t to_va, unsigned rights)
{
	struct region *r = managed(to, to_va);
	struct source src;
	struct page *p;
	pte_t *e, old, new;
	int rc;

	if (!r)
		return -EINVAL;
	if (!(e = own_entry(to, to_va)))
		return -ENOMEM;
	if ((rc = find_source(from, from_va, rights, &src)) < 0)
		return rc;
	p = pt_page(*src.e);
	old = *e;
	if (rights & PAGE_COPY) {
		if (!(p = copy(to, to_va, e, p)))
			return -ENOMEM;
		src.in_step = false;
	} else if (rights & PAGE_MOVE) {
		unhook(from, from_va, src.e);
	} else if (!pg_get(p)) {
		return -ENOMEM;
	}
	new = make(p, rights);
	if ((region_have(r, new) & P_X) && !src.in_step)
		mmu_icache(pg_kva(p), PGSIZE);
	replace(to, to_va, e, new);
	if (old)
		pt_put(pt_page(old));
	return 0;
}

int vm_page_map(struct space *from, va_t from_va, struct space *to, va_t to_va, unsigned rights)
{
	struct space *first = from < to ? from : to, *second = from < to ? to : from;
	int rc;

	if (!page_ok(from_va) || !page_ok(to_va) || (rights & ~(unsigned)(RIGHTS | PAGE_MOVE | PAGE_COPY))
	    || (rights & (PAGE_MOVE | PAGE_COPY)) == (PAGE_MOVE | PAGE_COPY))
		return -EINVAL;
	if (from == to && from_va == to_va)
		return change_page(to, to_va, rights);
	lock(&first->lock);
	if (second != first)
		lock(&second->lock);
	rc = map(from, from_va, to, to_va, rights);
	if (second != first)
		unlock(&second->lock);
	unlock(&first->lock);
	return rc;
}

/* ---- a space for a child that the program fills ---- */

int vm_exofork(struct space *to, struct space *from)
{
	int rc = 0;

	lock(&from->lock);
	to->stack_lo = from->stack_lo;
	for (struct region *r = region_above(from, 0); r && rc == 0; r = region_next(from, r)) {
		struct region *n;

		if (r->inherit == INHERIT_NONE)
			continue;
		if (!(n = region_new(r))) {
			rc = -ENOMEM;
			continue;
		}
		if (n->obj && n->shared) {
			obj_get(n->obj);
		} else {
			n->prot = region_said(region_prot(r));
			n->kind = R_USER;
			n->obj = 0;
			n->off = 0;
		}
		region_insert(to, n);
	}
	unlock(&from->lock);
	return rc;
}
