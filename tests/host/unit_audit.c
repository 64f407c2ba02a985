/* SPDX-License-Identifier: MIT */
/* unit_audit.c: the audit finds each kind of damage that is planted, and nothing once it is mended. */
#include "unit.h"

static struct space *a, *b;

/* Two spaces that share pages 0 .. 3, and a has page 0 to itself. */
static bool scene(void)
{
	a = new_space();
	on(0, a);
	if (map(a, 0, 4, P_R | P_W) < 0)
		return false;
	for (int i = 0; i < 4; i++)
		if (poke(at(i), 1) < 0)
			return false;
	b = fork_space(a, CUT_PAGE);
	return poke(at(0), 2) == 0 && audit() == 0;
}

/* Does the audit see that a word was damaged, and that it was mended? */
#define PLANT(where, bad) __extension__ ({ \
	__typeof__(where) *at_ = &(where), good_ = *at_; \
	*at_ = (bad); \
	int found_ = audit(); \
	*at_ = good_; \
	found_ > 0 && audit() == 0; })

static bool counts_too_high_or_low(void)
{
	struct page *p;

	if (!scene())
		return false;
	p = pt_page(*leaf_of(a, at(1)));
	return PLANT(p->ref, (ref_t)3) && PLANT(p->ref, (ref_t)1) && PLANT(p->ref, (ref_t)0)
	    && PLANT(pt_page_of(leaf_of(a, at(1)))->ref, (ref_t)2);
}

static bool a_writable_shared_page(void)
{
	pte_t *e;

	if (!scene())
		return false;
	e = leaf_of(a, at(1));
	return PLANT(*e, pte_leaf(pte_pa(*e), P_R | P_W | P_U));
}

static bool an_entry_outside_all_regions(void)
{
	return scene() && PLANT(*leaf_of(a, at(4)), *leaf_of(a, at(1)));
}

static bool an_entry_that_allows_too_much(void)
{
	struct region *r;

	if (!scene())
		return false;
	r = region_find(a, at(0));
	return PLANT(r->prot, (uint8_t)P_R) && PLANT(r->prot, (uint8_t)0);
}

static bool regions_out_of_order(void)
{
	struct region *r;

	if (!scene())
		return false;
	r = region_find(a, at(0));
	return PLANT(a->nregions, 2u) && PLANT(r->hi, USERTOP + PGSIZE) && PLANT(r->kind, (uint8_t)R_OBJECT);
}

static bool a_table_marked_clean_that_is_not(void)
{
	uint8_t *use;

	if (!scene())
		return false;
	use = &pg_use[pg_frame(pt_page_of(leaf_of(a, at(0))))];
	return PLANT(*use, (uint8_t)(*use | PG_CLEAN)) && PLANT(*use, (uint8_t)PG_USER) && PLANT(*use, (uint8_t)(*use + 1));
}

static bool a_frame_lost_or_free_twice(void)
{
	struct page *p;
	uint8_t *use;

	if (!scene())
		return false;
	p = pt_page(*leaf_of(a, at(0)));
	use = &pg_use[pg_frame(p)];
	return PLANT(*use, (uint8_t)PG_FREE) && PLANT(*leaf_of(a, at(0)), (pte_t)0);
}

/* A frame that went back as zero and is not: the next table would start with rubbish. */
static bool a_dirty_frame_among_the_zero(void)
{
	struct page *p = pg_zalloc(PG_KERNEL);
	word *w = pg_kva(p);

	pg_unref(p);
	pg_zfree(p);
	return audit() == 0 && PLANT(w[100], (word)1);
}

void test_audit(void)
{
	test("audit finds counts that are wrong", counts_too_high_or_low);
	test("audit finds a shared page that is writable", a_writable_shared_page);
	test("audit finds an entry outside all regions", an_entry_outside_all_regions);
	test("audit finds an entry that allows more than its region", an_entry_that_allows_too_much);
	test("audit finds regions miscounted and out of bounds", regions_out_of_order);
	test("audit finds tables marked as what they are not", a_table_marked_clean_that_is_not);
	test("audit finds frames lost and frames free while in use", a_frame_lost_or_free_twice);
	test("audit finds a frame kept as zero that is not", a_dirty_frame_among_the_zero);
}
