/* SPDX-License-Identifier: MIT */
/*
 * fault.c: make an address usable.  One function for the trap and for the
 * kernel's own copies.
 *
 * What is missing is what was wanted less what the entry allows.  Nothing
 * missing: somebody resolved it meanwhile, or the hardware faulted for a
 * reason of its own; the entry is shown to it again and no byte moves.
 * Rights come from the region; W only if the path is sole.
 *
 *	entry absent:	fill with zeros or an object's page
 *	page is mine:	more rights, same page
 *	W not wanted:	more rights but W, same page
 *	else:		copy it
 *
 * Where the program manages memory the region grants nothing, and what the
 * entry lacks is the program's to give: -ERESTART.
 *
 * Lock: the space's, from here to the end.
 */
#include "fault.h"

enum { SOFT = P_S0 | P_S1, STACK_GAP = 256 * PGSIZE };

/* What the error is about; the look is the caller's to fill. */
static inline struct vm_miss *missed(va_t va, unsigned want)
{
	struct vm_miss *m = &vm_miss[cpu_id()];

	m->va = va;
	m->want = want & P_RWX;
	return m;
}

/* Extend the stack above va down to it, if a gap stays below. */
static __attribute__((noinline)) struct region *grow_stack(struct space *s, va_t va)
{
	struct region *r, *below;

	r = region_above(s, va);
	below = region_below(s, va);
	if (!r || r->kind != R_STACK)
		return 0;
	if (below && va - below->hi < STACK_GAP)
		return 0;
	region_bounds(s, r, PG_DOWN(va), r->hi);
	return r;
}

/* Write the leaf and let this CPU see it.  prot: the region's, less W where it is not due, and soft bits. */
static inline int set_leaf(struct space *s, va_t va, pte_t *e, struct page *p, unsigned prot)
{
	pte_store(e, pte_leaf(pg_pa(p), (prot & (P_RWX | SOFT)) | P_U));
	if (prot & P_W)
		pt_soil(e);
	vm_count(s, C_ENTRY, 1);
	mmu_update(s, va, e);
	return 0;
}

/* A private copy of p's bytes.  Null: no memory. */
static struct page *copy_page(struct space *s, struct page *p, const struct region *r)
{
	struct page *n = pg_alloc(PG_USER);

	if (!n)
		return 0;
	pg_copy(pg_kva(n), pg_kva(p));
	if (r->prot & P_X)
		mmu_icache(pg_kva(n), PGSIZE);
	vm_count(s, C_COPY, 1);
	return n;
}

/* A private copy of an object's page: stored into before it was read. */
static __attribute__((noinline)) int fill_copy(struct space *s, struct region *r, va_t va, pte_t *e, struct page *p)
{
	return (p = copy_page(s, p, r)) ? set_leaf(s, va, e, p, r->prot) : -ENOMEM;
}

static __attribute__((noinline)) int fill_object(struct space *s, struct region *r, va_t va, unsigned want, pte_t *e)
{
	size_t index = r->off + ((va - r->lo) >> PGSHIFT);
	struct page *p;
	unsigned prot;

	if (index >= obj_npages(r->obj)) {		/* past the object's end: no page will ever be there */
		look(r, 0, &missed(va, want)->look);
		return -EFAULT;
	}
	if (!(p = obj_page_in(r->obj, index)))
		return -ENOMEM;
	prot = r->prot;
	if (!r->shared) {
		if (want & P_W)
			return fill_copy(s, r, va, e, p);
		prot &= ~P_W;
	}
	if (!pg_get(p))
		return -ENOMEM;
	if ((prot & P_X) && obj_stored(r->obj))
		mmu_icache(pg_kva(p), PGSIZE);
	vm_count(s, C_FILE, 1);
	return set_leaf(s, va, e, p, prot);
}

static __attribute__((noinline)) int fill_zero(struct space *s, struct region *r, va_t va, pte_t *e)
{
	struct page *p = pg_zalloc(PG_USER);

	if (!p)
		return -ENOMEM;
	vm_count(s, C_ZERO, 1);
	return set_leaf(s, va, e, p, r->prot);
}

/* Nothing is there yet.  Each kind in a function of its own: neither pays for the other's registers. */
static inline int fill(struct space *s, struct region *r, va_t va, unsigned want, pte_t *e)
{
	return r->kind == R_OBJECT ? fill_object(s, r, va, want, e) : fill_zero(s, r, va, e);
}

/*
 * Break copy-on-write.  A gather of one page, done by hand: the entry is
 * absent while every other CPU forgets the old page (H5), this one forgets
 * it as it takes the new entry, and the old page's count falls only then.
 */
static inline int copy(struct space *s, struct region *r, va_t va, pte_t *e, struct page *old)
{
	struct page *n = copy_page(s, old, r);
	unsigned soft = pte_prot(*e) & SOFT;

	if (!n)
		return -ENOMEM;
	vm_count(s, C_INVAL, 1);
	vm_count(s, C_INVAL_PAGE, 1);
	pte_store(e, 0);
	if (vm_elsewhere(s))
		shoot(s, PG_DOWN(va), PG_DOWN(va) + PGSIZE);
	set_leaf(s, va, e, n, r->prot | soft);
	if (pg_unref(old))
		pg_free(old);
	return 0;
}

/* The same page with more rights: prot, of the region's. */
static inline int upgrade(struct space *s, struct region *r, va_t va, pte_t *e, struct page *p, unsigned prot)
{
	unsigned old = pte_prot(*e);

	if (prot & P_W)
		vm_count(s, C_REUSE, 1);
	if (prot & P_X & ~old && !r->obj)
		mmu_icache(pg_kva(p), PGSIZE);
	return set_leaf(s, va, e, p, prot | (old & SOFT));
}

/* A page is there, but a right is missing. */
static inline int present(struct space *s, struct region *r, va_t va, unsigned want, pte_t *e)
{
	struct page *p = pt_page(*e);

	if (r->shared || pg_ref(p) == 1)
		return upgrade(s, r, va, e, p, r->prot);
	if (!(want & P_W))
		return upgrade(s, r, va, e, p, r->prot & ~P_W);
	return copy(s, r, va, e, p);
}

/* The path is not there, or not this space's alone. */
static __attribute__((noinline)) int own(struct space *s, struct region *r, va_t va, unsigned want)
{
	struct gather g;
	pte_t *e;

	gather_init(&g, s);
	e = pt_own(s, va, 0, &g);
	gather_done(&g);
	if (!e)
		return -ENOMEM;
	return pte_valid(*e) ? present(s, r, va, want, e) : fill(s, r, va, want, e);
}

/* No region at all. */
static inline int unmapped(va_t va, unsigned want)
{
	missed(va, want)->look = (struct vm_look){ 0 };
	return -EFAULT;
}

/* The region grants no such right.  If the program manages it, an entry may have it all the same. */
static __attribute__((cold, noinline)) int ungranted(struct space *s, va_t va, unsigned want)
{
	struct region *r = region_find(s, va);
	struct walk w = pt_walk(s, va);
	pte_t e = w.level == 0 ? *w.e : 0;

	if (r->kind != R_USER)
		return look(r, e, &missed(va, want)->look), -EFAULT;
	vm_count(s, C_FAULT, 1);
	if (e && !(want & ~pte_prot(e))) {
		vm_count(s, C_SPURIOUS, 1);
		mmu_update(s, va, w.e);
		return 0;
	}
	look(r, e, &missed(va, want)->look);
	return -ERESTART;
}

/* => space locked; want has P_U */
static inline __attribute__((always_inline)) int resolve(struct space *s, va_t va, unsigned want)
{
	struct region *r = region_find(s, va);
	struct walk w;

	if (!r && (va < s->stack_lo || !(r = grow_stack(s, va))))
		return unmapped(va, want);
	if (want & P_RWX & ~r->prot)
		return ungranted(s, va, want);
	vm_count(s, C_FAULT, 1);
	w = pt_walk(s, va);
	if (w.level > 0)
		return own(s, r, va, want);
	if (!pte_valid(*w.e))
		return w.sole ? fill(s, r, va, want, w.e) : own(s, r, va, want);
	if (!(want & ~pte_prot(*w.e))) {
		vm_count(s, C_SPURIOUS, 1);
		mmu_update(s, va, w.e);
		return 0;
	}
	return w.sole ? present(s, r, va, want, w.e) : own(s, r, va, want);
}

int fault(struct space *s, va_t va, unsigned want)
{
	return resolve(s, va, want);
}

int vm_fault(struct space *s, va_t va, unsigned want)
{
	int rc;

	if (va >= USERTOP)
		return unmapped(va, want);
	lock(&s->lock);
	rc = resolve(s, va, want | P_U);
	unlock(&s->lock);
	return rc;
}
