/* SPDX-License-Identifier: MIT */
/*
 * mmu.c: an MMU that forgets nothing it was not told to forget.
 *
 * Each CPU caches entries of every level, absent leaves too, by ASID, for
 * ever: a missing invalidation shows as wrong data, not as luck.  A leaf
 * comes with the buddy of its pair, as an R4000 loads it.
 *
 * Invariant: what a CPU has cached under the ASID in use allows no more, and
 * leads nowhere else, than the tables do whenever no space is locked.
 * Lock: none; a CPU's TLB is its own.  Tables are read as hardware does, without asking.
 */
#include "sim.h"

enum { SLOTS = SIM_SLOTS };

struct slot {
	va_t va;
	unsigned asid;
	uint8_t level;
	bool used;		/* the key is there; it stays for good */
	bool known;		/* the entry is cached; 0 for an absent one */
	pte_t e;
};

static struct mmu {
	struct space *space;	/* loaded; null: none */
	unsigned asid;
	struct slot slot[SLOTS];
} mmu[NCPU];

static unsigned shift(int l)
{
	return PGSHIFT + l * SIM_BITS;
}

static unsigned index_at(va_t va, int l)
{
	return va >> shift(l) & ((1u << SIM_BITS) - 1);
}

static struct slot *slot(struct mmu *m, va_t va, int l)
{
	va &= ~(va_t)0 << shift(l);
	for (unsigned i = (va >> PGSHIFT) * 37 + m->asid * 1031 + l * 509, n = 0; n < SLOTS; i++, n++) {
		struct slot *t = &m->slot[i % SLOTS];

		if (t->used && t->va == va && t->asid == m->asid && t->level == l)
			return t;
		if (!t->used) {
			*t = (struct slot){ .va = va, .asid = m->asid, .level = l, .used = true };
			return t;
		}
	}
	panic("the simulated TLB is full");
}

static pte_t know(struct slot *t, pte_t e)
{
	t->known = true;
	return t->e = pte_valid(e) ? e : 0;
}

/* An entry of a table of level l, as the hardware reads it: whatever leads there must be in use. */
static pte_t fetch(pte_t *t, va_t va, int l)
{
	pte_t e = *(volatile pte_t *)&t[index_at(va, l)];

	sim_pause();
	assert((pg_use[kpa(t) >> PGSHIFT] & ~PG_CLEAN) == PG_TABLE + l + 1);
	return e;
}

/* The leaf entry for va as this CPU sees it, walking on from the lowest level that it has cached. */
static pte_t walk(struct mmu *m, va_t va)
{
	struct slot *leaf = slot(m, va, 0);
	pte_t *t;
	int l = 1;

	if (leaf->known)
		return leaf->e;
	while (l < PT_LEVELS && !slot(m, va, l)->known)
		l++;
	t = l == PT_LEVELS ? m->space->root : kva(pte_pa(slot(m, va, l)->e));
	for (l--; l > 0; l--) {
		pte_t e = fetch(t, va, l);

		if (!pte_valid(e))
			return know(leaf, 0);
		know(slot(m, va, l), e);
		t = kva(pte_pa(e));
	}
	struct slot *buddy = slot(m, va ^ PGSIZE, 0);
	if (!buddy->known)
		know(buddy, fetch(t, va ^ PGSIZE, 0));
	return know(leaf, fetch(t, va, 0));
}

unsigned char *sim_peek(va_t va, unsigned want)
{
	pte_t e = walk(&mmu[sim_self], va);

	if (!pte_valid(e) || ((want | P_U) & ~pte_prot(e)))
		return 0;
	return (unsigned char *)kva(pte_pa(e)) + va % PGSIZE;
}

unsigned char *sim_touch(va_t va, unsigned want, int *rc)
{
	for (int tries = 0; tries < 4; tries++) {
		unsigned char *p = sim_peek(va, want);

		if (p)
			return p;
		*rc = vm_fault(mmu[sim_self].space, va, want);
		if (*rc < 0)
			return 0;
	}
	panic("CPU %u faults for ever at %lx", sim_self, (unsigned long)va);
}

struct space *sim_loaded(unsigned cpu)
{
	return mmu[cpu].space;
}

/* The entry of level l on the path to va, as the tables have it; 0 if the path ends above. */
static pte_t entry_at(struct space *s, va_t va, int l)
{
	pte_t *t = s->root;

	for (int i = PT_LEVELS - 1; i > l; i--) {
		pte_t e = t[index_at(va, i)];

		if (!pte_valid(e))
			return 0;
		t = kva(pte_pa(e));
	}
	return t[index_at(va, l)];
}

pte_t sim_entry(struct space *s, va_t va)
{
	return entry_at(s, va, 0);
}

static const char *stale(struct slot *t, struct space *s)
{
	pte_t now = entry_at(s, t->va, t->level);

	if (!pte_valid(now))
		return "an entry that is gone";
	if (pte_pa(now) != pte_pa(t->e))
		return t->level ? "a table that was replaced" : "a page that was replaced";
	if (t->level == 0 && (pte_prot(t->e) & ~pte_prot(now) & ~(unsigned)(P_S0 | P_S1)))	/* no hardware heeds soft bits */
		return "rights that were taken away";
	return 0;
}

const char *sim_stale(va_t *va)
{
	for (struct mmu *m = mmu; m < mmu + NCPU; m++)
		for (struct slot *t = m->slot; m->space && t < m->slot + SLOTS; t++) {
			const char *why = 0;

			if (t->known && t->e && t->asid == m->asid)
				why = stale(t, m->space);
			*va = t->va;
			if (why)
				return why;
		}
	return 0;
}

void mmu_init(void)
{
}

/* The kernel's part of a simulated root is empty: its mapping is the host's. */
void mmu_root(pte_t *root)
{
	(void)root;
}

void mmu_unroot(pte_t *root)
{
	(void)root;
}

SIM_LOCAL unsigned sim_syncs;

void mmu_icache(const void *p, size_t n)
{
	assert(n <= PGSIZE && kpa(p) >= RAM_BASE);
	sim_syncs++;
}

void mmu_flush(void)
{
	for (struct slot *t = mmu[sim_self].slot; t < mmu[sim_self].slot + SLOTS; t++)
		t->known = false;
}

void mmu_switch(struct space *s, uint64_t count)
{
	struct mmu *m = &mmu[sim_self];

	if (m->space == s && s && ASID_BITS == 0)
		return;
	m->space = s;
	if (ASID_BITS == 0)
		mmu_flush();
	if (!s)
		return;
	assert(s->cpus >> sim_self & 1);	/* vm_load saw to it */
	m->asid = count & ((1u << ASID_BITS) - 1);
	assert(m->asid < 1u << ASID_BITS);
}

void mmu_update(struct space *s, va_t va, const pte_t *e)
{
	struct mmu *m = &mmu[sim_self];

	assert(lock_held(&s->lock));
	assert(*e == entry_at(s, va, 0));
	if (m->space == s)
		know(slot(m, va, 0), *e);
	else
		asid_drop(s);
}

/* This CPU forgets a range, and nothing else. */
static void forget(struct mmu *m, va_t lo, va_t hi)
{
	for (struct slot *t = m->slot; t < m->slot + SLOTS; t++)
		if (t->asid == m->asid && t->va < hi && t->va + ((va_t)1 << shift(t->level)) > lo)
			t->known = false;
}

/* A long range costs less as a new ASID; a space that is not loaded has no other way. */
static void inval(struct space *s, va_t lo, va_t hi)
{
	struct mmu *m = &mmu[sim_self];

	if (m->space == s && (ASID_BITS == 0 || hi - lo <= 32 * PGSIZE)) {
		forget(m, lo, hi);
		return;
	}
	asid_drop(s);
	if (m->space == s)
		m->asid = asid_use(s);
	else
		s->cpus &= ~(1u << sim_self);
}

/* This CPU forgets; before and after, user code of the others runs. */
void mmu_inval(struct space *s, va_t lo, va_t hi)
{
	assert(lock_held(&s->lock) && lo < hi);
	sim_window(s, lo, hi);
	inval(s, lo, hi);
	sim_window(s, lo, hi);
}
