/* SPDX-License-Identifier: MIT */
/*
 * space.c: a space's beginning and end.
 *
 * The end needs no memory and no flush: the space is loaded nowhere, and its
 * ASID is never used again before a generation ends.
 *
 * Lock: none needed at the end; nobody else reaches the space any more.
 */
#include "pt.h"
#include "region.h"

int vm_init(struct space *s)
{
	struct page *p;

	memset(s, 0, sizeof *s);
	lock_class(&s->lock, LOCK_SPACE);
	lock_class(&s->place, LOCK_PLACE);
	if (!(p = pg_zalloc(PG_TABLE + PT_LEVELS)))
		return -ENOMEM;
	s->root = pg_kva(p);
	mmu_root(s->root);
	vm_count(s, C_TABLE_NEW, 1);
	return 0;
}

/* This CPU may hold its entries from now on. */
static inline void enter(struct space *s)
{
	uint32_t me = (uint32_t)1 << cpu_id();

	if (__c11_atomic_load(&s->cpus, __ATOMIC_RELAXED) & me)	/* nobody else sets our bit */
		return;
	if (NCPU > 1)
		__c11_atomic_fetch_or(&s->cpus, me, __ATOMIC_SEQ_CST);	/* a full fence before the first walk */
	else
		__c11_atomic_store(&s->cpus, me, __ATOMIC_RELAXED);
}

/* A last call, so that the common case keeps nothing for after one. */
static __attribute__((noinline)) void load_anew(struct space *s)
{
	enter(s);
	mmu_switch(s, asid_use(s));
}

void vm_load(struct space *s)
{
	uint64_t count = 0;

	if (s && ASID_BITS == 0)
		enter(s);
	if (s && ASID_BITS && !asid_current(s, &count))
		load_anew(s);
	else
		mmu_switch(s, count);
}

void vm_destroy(struct space *s)
{
	struct cursor c = cursor_at(s, 0);
	struct page *root = pg_of(kpa(s->root));

	pt_empty(&c, s->root, PT_TOP, USERTOP - 1);
	mmu_unroot(s->root);
	pg_unref(root);
	pg_zfree(root);
	s->root = 0;
	region_free_all(s);
	vm_count_fold(s);
}

/* Add up what hangs in a table of entries of level l.  own: reached by sole references only. */
static void usage(pte_t *t, int l, bool own, int n, struct vm_usage *u)
{
	for (int i = 0; i < n; i++) {
		bool mine;

		if (!t[i])
			continue;
		mine = own && pg_ref(pt_page(t[i])) == 1;
		if (l > 0) {
			u->tables++;
			usage(pt_table(t[i]), l - 1, mine, PT_N, u);
		} else {
			u->resident++;
			u->shared += !mine;
		}
	}
}

void vm_usage(struct space *s, struct vm_usage *u)
{
	*u = (struct vm_usage){ .tables = 1 };
	lock(&s->lock);
	usage(s->root, PT_TOP, true, pt_index(USERTOP - 1, PT_TOP) + 1, u);
	unlock(&s->lock);
}
