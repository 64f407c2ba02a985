/* SPDX-License-Identifier: MIT */
/* unit_user.c: memory that the program manages. */
#include "unit.h"
#include "region.h"

enum { RW = P_R | P_W, RX = P_R | P_X };

static unsigned holders(struct space *s, int page)
{
	struct vm_look l;

	vm_look(s, at(page), &l);
	return l.holders;
}

static unsigned have(struct space *s, int page)
{
	struct vm_look l;

	vm_look(s, at(page), &l);
	return l.have;
}

/* A managed space, loaded on CPU 0, with n pages that hold 1, 2, ... */
static struct space *managed(int n)
{
	struct space *s = new_space();

	on(0, s);
	assert(map(s, 0, 16, RW) == 0 && vm_manage(s, at(0), at(16)) == 0);
	for (int i = 0; i < n; i++)
		assert(vm_page_alloc(s, at(i), RW) == 0 && poke(at(i), (unsigned char)(i + 1)) == 0);
	return s;
}

static int page_map(struct space *from, int i, struct space *to, int j, unsigned rights)
{
	return vm_page_map(from, at(i), to, at(j), rights);
}

/* ---- faults ---- */

static bool missed(va_t va, unsigned want, unsigned have, unsigned region, unsigned holders)
{
	const struct vm_miss *t = &vm_miss[sim_self];

	return t->va == va && t->want == want && t->look.have == have && t->look.region == region && t->look.holders == holders;
}

static bool what_is_missing_is_told(void)
{
	struct space *s = managed(1);
	char buf[8];

	if (peek(at(1)) != -ERESTART || !missed(at(1), P_R, 0, RW | PAGE_USER, 0))
		return false;
	if (page_map(s, 0, s, 0, P_R | P_S1) < 0 || poke(at(0) + 5, 1) != -ERESTART
	    || !missed(at(0) + 5, P_W, P_R | P_S1 | PAGE_PRESENT, RW | PAGE_USER, 1))
		return false;
	if (vm_copyin(s, buf, at(1) - 4, 8) != -ERESTART || !missed(at(1), P_R, 0, RW | PAGE_USER, 0))
		return false;
	if (vm_copyout(s, at(0) + 9, buf, 1) != -ERESTART || vm_miss[0].va != at(0) + 9 || vm_miss[0].want != P_W)
		return false;
	return vm_page_unmap(s, at(0)) == 0 && vm_copystr(s, buf, at(0) + 7, 8) == -ERESTART && vm_miss[0].va == at(0) + 7
	    && s->count[C_COPY] == 0 && s->count[C_ZERO] == 1;
}

/* A page without rights stays, and is nobody's to touch. */
static bool no_right_keeps_the_page(void)
{
	struct space *s = managed(1);

	return page_map(s, 0, s, 0, 0) == 0 && peek(at(0)) == -ERESTART && have(s, 0) == PAGE_PRESENT
	    && page_map(s, 0, s, 0, P_R) == 0 && peek(at(0)) == 1;
}

/* Another CPU remembers that nothing was there: it finds the page, and no upcall comes. */
static bool what_another_cpu_missed_it_finds(void)
{
	struct space *s = managed(0);
	uint64_t spurious = s->count[C_SPURIOUS];

	on(1, s);
	if (peek(at(0)) != -ERESTART)
		return false;
	on(0, s);
	if (vm_page_alloc(s, at(0), RW) < 0)
		return false;
	on(1, s);
	return peek(at(0)) == 0 && s->count[C_SPURIOUS] == spurious + 1;
}

/* ---- who may write ---- */

/* H40, H16: a private page goes to another space while a CPU has it cached as writable. */
static bool a_private_page_is_shared_as_fork_does(void)
{
	struct space *b = managed(0), *a = new_space();

	on(1, a);
	if (map(a, 0, 2, RW) < 0 || poke(at(0), 7) < 0)
		return false;
	on(0, a);
	if (page_map(a, 0, b, 3, RW) != -EACCES || page_map(a, 0, b, 3, P_R | PAGE_MOVE) != -EINVAL || page_map(a, 0, b, 3, P_R) < 0)
		return false;
	on(1, a);
	if (poke(at(0), 8) < 0 || a->count[C_COPY] != 1)
		return false;
	on(0, b);
	if (peek(at(3)) != 7 || holders(b, 3) != 1 || page_map(b, 3, b, 3, RW) < 0 || poke(at(3), 9) < 0)
		return false;
	on(0, a);
	return peek(at(0)) == 8 && page_map(a, 1, b, 4, P_R) == 0 && holders(b, 4) == 2;	/* faulted in */
}

/* While a private mapping holds a page, no other gets W of it; and the private one copies. */
static bool w_only_of_a_page_that_is_ones_own(void)
{
	struct space *b = managed(1), *a = new_space();

	on(0, a);
	if (map(a, 0, 1, RW) < 0 || poke(at(0), 7) < 0 || page_map(a, 0, b, 3, P_R) < 0)
		return false;
	if (page_map(b, 3, b, 3, RW) != -EACCES || page_map(b, 3, b, 4, RW | PAGE_MOVE) != -EACCES || page_map(b, 0, b, 1, RW) < 0)
		return false;
	if (vm_unmap(a, at(0), at(1)) < 0 || page_map(b, 3, b, 4, RW) < 0 || page_map(b, 3, b, 3, RW) != -EACCES)
		return false;
	on(0, b);
	return poke(at(1), 40) == 0 && peek(at(0)) == 40 && poke(at(4), 41) == 0 && peek(at(3)) == 41;
}

/* Taking W away is seen by every CPU; giving it flushes nothing. */
static bool rights_shrink_everywhere(void)
{
	struct space *s = managed(1);
	uint64_t flushes;

	on(1, s);
	if (poke(at(0), 5) < 0)
		return false;
	on(0, s);
	if (page_map(s, 0, s, 0, P_R | P_S0) < 0 || holders(s, 0) != 1)
		return false;
	on(1, s);
	if (poke(at(0), 6) != -ERESTART || peek(at(0)) != 5)
		return false;
	flushes = s->count[C_INVAL];
	return page_map(s, 0, s, 0, RW) == 0 && poke(at(0), 6) == 0 && s->count[C_INVAL] == flushes && have(s, 0) == (RW | PAGE_PRESENT);
}

/* ---- counts ---- */

static bool pages_move_and_holders_are_counted(void)
{
	struct space *s = managed(2);

	if (page_map(s, 0, s, 2, P_R) < 0 || holders(s, 0) != 2 || page_map(s, 0, s, 2, RW | PAGE_MOVE) < 0)
		return false;
	if (have(s, 0) || holders(s, 2) != 1 || poke(at(2), 9) < 0 || page_map(s, 2, s, 2, P_R | PAGE_MOVE) < 0 || holders(s, 2) != 1)
		return false;
	if (page_map(s, 2, s, 1, P_R) < 0 || peek(at(1)) != 9 || holders(s, 1) != 2 || page_map(s, 0, s, 5, P_R) != -EFAULT)
		return false;
	return vm_page_unmap(s, at(1)) == 0 && vm_page_unmap(s, at(1)) == 0 && holders(s, 2) == 1
	    && vm_page_unmap(s, at(16)) == -EINVAL && vm_page_alloc(s, at(2), RW) == 0 && peek(at(2)) == 0;
}

/* Copy-on-write by the program: one call, one page, and the other holder keeps the old bytes. */
static bool a_copy_takes_the_place_of_its_source(void)
{
	struct space *s = managed(1), *b;

	if (page_map(s, 0, s, 0, P_R | P_S0) < 0 || !(b = fork_space(s, CUT_PAGE)) || holders(s, 0) != 2)
		return false;
	if (page_map(s, 0, s, 0, RW | PAGE_COPY) < 0 || s->count[C_COPY] != 1 || poke(at(0), 77) < 0 || holders(s, 0) != 1)
		return false;
	if (page_map(s, 0, s, 0, RW | PAGE_COPY | PAGE_MOVE) != -EINVAL || page_map(b, 0, s, 1, RW | PAGE_COPY) < 0 || peek(at(1)) != 1)
		return false;
	on(0, b);
	return peek(at(0)) == 1 && have(b, 0) == (P_R | P_S0 | PAGE_PRESENT);
}

/* ---- tables ---- */

/* The kernel's fork shares a managed page with the rights it has, in a table of the child's own, and sweeps beside it. */
static bool fork_sweeps_nothing_that_is_managed(void)
{
	for (int cut = CUT_EAGER; cut <= PT_CUTMAX; cut++) {
		struct space *s = new_space(), *b;

		on(0, s);
		if (map(s, -4, 8, RW) < 0 || vm_manage(s, at(0), at(2)) < 0 || vm_page_alloc(s, at(0), RW | P_S1) < 0)
			return false;
		if (poke(at(-1), 1) < 0 || poke(at(0), 2) < 0 || !(b = fork_space(s, cut)) || s->count[C_TABLE_SHARE])
			return false;
		on(1, b);
		if (poke(at(0), 3) < 0 || poke(at(-1), 4) < 0 || have(b, 0) != (RW | P_S1 | PAGE_PRESENT))
			return false;
		on(0, s);
		if (peek(at(0)) != 3 || peek(at(-1)) != 1)
			return false;
		end_space(b);
		end_space(s);
	}
	return true;
}

/* One region over all tables. */
static bool fork_shares_no_table_of_a_managed_space(void)
{
	for (int cut = CUT_PAGE; cut <= PT_CUTMAX; cut++) {
		struct space *s = new_space(), *b;

		on(0, s);
		if (vm_manage(s, 0, USERTOP) < 0 || vm_page_alloc(s, at(0), RW) < 0 || !(b = fork_space(s, cut)) || audit())
			return false;
		if (s->count[C_TABLE_SHARE] || poke(at(0), 3) < 0 || (on(1, b), peek(at(0))) != 3)
			return false;
		end_space(b);
		end_space(s);
	}
	return true;
}

/* What fork shared before is made one's own. */
static bool managing_owns_the_tables(void)
{
	for (int cut = CUT_PAGE; cut <= PT_CUTMAX; cut++) {
		struct space *s = new_space(), *b;

		on(0, s);
		if (map(s, 0, 4, RW) < 0 || poke(at(0), 1) < 0 || poke(at(3), 1) < 0 || !(b = fork_space(s, cut)))
			return false;
		if (vm_manage(b, at(0), at(1)) < 0 || audit() || vm_manage(b, at(1), at(2)) < 0 || vm_page_alloc(b, at(1), RW) < 0)
			return false;
		if (page_map(b, 0, b, 0, RW) != -EACCES || poke(at(0), 2) < 0 || page_map(b, 0, b, 0, RW) < 0)
			return false;
		on(0, b);
		if (peek(at(0)) != 1 || poke(at(0), 5) < 0 || b->nregions != 2 || audit())
			return false;
		end_space(b);
		end_space(s);
	}
	return true;
}

/* A table that fork once swept holds a writable page again. */
static bool a_swept_table_is_soiled(void)
{
	struct space *s = new_space(), *b;

	on(0, s);
	if (map(s, 0, 4, RW) < 0 || poke(at(0), 1) < 0 || !(b = fork_space(s, CUT_TABLE)))
		return false;
	end_space(b);
	if (vm_manage(s, at(1), at(4)) < 0 || vm_page_alloc(s, at(1), RW) < 0 || audit())
		return false;
	return page_map(s, 0, s, 2, P_R) == 0 && vm_unmap(s, at(0), at(1)) == 0 && page_map(s, 2, s, 2, RW) == 0 && audit() == 0;
}

/* ---- regions ---- */

static bool holes_become_regions(void)
{
	struct space *s = new_space();

	if (map(s, 2, 2, P_R) < 0 || map(s, 5, 1, RW) < 0 || vm_manage(s, at(0), at(8)) < 0 || s->nregions != 5)
		return false;
	if (region_prot(region_find(s, at(0))) != P_RWX || region_prot(region_find(s, at(3))) != P_R || vm_manage(s, at(1), at(9)) < 0)
		return false;
	if (s->nregions != 5 || vm_protect(s, at(0), at(9), RX) < 0 || s->nregions != 1 || vm_manage(s, 0, USERTOP) < 0)
		return false;
	return s->nregions == 3 && vm_page_alloc(s, 0, RW) == 0 && vm_page_alloc(s, USERTOP - PGSIZE, RW) == 0 && vm_manage(s, at(1), at(0)) == -EINVAL;
}

/* What was the region's object's stays, although nobody had touched it. */
static bool a_files_pages_are_brought_in(void)
{
	static const char image[3 * PGSIZE] = { [0] = 'a', [PGSIZE] = 'b', [2 * PGSIZE] = 'c' };
	struct object *o = obj_new(3, image, sizeof image);
	struct space *s = new_space();

	on(0, s);
	if (map_object(s, 0, 5, RW, false, o, 0) < 0 || poke(at(1), 'B') < 0 || vm_manage(s, at(0), at(5)) < 0)
		return false;
	obj_put(o);
	return peek(at(0)) == 'a' && peek(at(1)) == 'B' && peek(at(2)) == 'c' && peek(at(3)) == -ERESTART
	    && poke(at(0), 1) == -ERESTART && poke(at(1), 1) == 0 && holders(s, 0) == 1;
}

static bool an_exoforked_child_is_empty(void)
{
	struct space *s = managed(2), *b = new_space();
	struct object *o = obj_new(2, 0, 0);

	if (map(s, 20, 2, RX) < 0 || map(s, 24, 2, RW) < 0 || vm_inherit(s, at(24), at(26), INHERIT_NONE) < 0
	    || map_object(s, 30, 2, RW, true, o, 0) < 0 || poke(at(31), 5) < 0)
		return false;
	obj_put(o);
	on(1, b);
	if (vm_exofork(b, s) < 0 || b->nregions != 3 || peek(at(0)) != -ERESTART || peek(at(24)) != -EFAULT || peek(at(31)) != 5)
		return false;
	if (page_map(s, 0, b, 20, RX) < 0 || page_map(s, 24, b, 24, P_R) != -EINVAL || peek(at(20)) != 1)
		return false;
	return poke(at(31), 6) == 0 && (on(0, s), peek(at(31))) == 6;
}

/* Out of memory at any point: as before. */
static bool refused_as_a_whole(void)
{
	static const char image[2] = "x";
	struct object *o = obj_new(2, image, 2);
	struct space *s = new_space(), *b;
	unsigned n = 1;
	int rc;

	on(0, s);
	assert(map(s, 0, 4, RW) == 0 && poke(at(0), 1) == 0 && map_object(s, 6, 4, RW, false, o, 0) == 0 && (b = fork_space(s, PT_CUTMAX)));
	obj_put(o);
	do {
		pg_fail(n++);
		rc = vm_manage(b, at(1), at(12));
		if (rc < 0 && (b->nregions != 2 || region_find(b, at(6))->kind != R_OBJECT || audit()))
			return false;
	} while (rc == -ENOMEM);
	pg_fail(1);
	if (rc < 0 || n < 5 || vm_page_alloc(b, at(5), RW) != -ENOMEM || have(b, 5) || pg_fail(0))
		return false;
	pg_fail(1);
	rc = page_map(b, 6, b, 6, RW | PAGE_COPY);
	return rc == -ENOMEM && pg_fail(0) == 0 && holders(b, 6) == 2 && page_map(b, 0, b, 11, P_R) == 0;
}

/* ---- looking ---- */

static bool runs_are_as_long_as_they_can_be(void)
{
	struct space *s = managed(4);
	struct page_run r[8];

	if (page_map(s, 2, s, 2, P_R | P_S0) < 0 || vm_query(s, 0, USERTOP, r, 8) != 4 || vm_manage(s, 0, USERTOP) < 0)
		return false;
	if (r[0].lo != at(0) || r[0].hi != at(2) || r[0].have != (RW | PAGE_PRESENT) || r[0].region != (RW | PAGE_USER | INHERIT_COPY * PAGE_INHERIT))
		return false;
	if (r[1].have != (P_R | P_S0 | PAGE_PRESENT) || r[1].hi != at(3) || r[3].lo != at(4) || r[3].hi != at(16) || r[3].have)
		return false;
	return vm_query(s, 0, USERTOP, r, 8) == 6 && r[0].lo == 0 && r[0].hi == at(0) && r[5].lo == at(16) && r[5].hi == USERTOP
	    && vm_query(s, at(1), at(5), r, 2) == 2 && r[1].hi == at(3) && vm_query(s, at(0) + 1, at(5), r, 2) == -EINVAL;
}

/* ---- instruction fetch (H31) ---- */

/* Did a call that returned 0 make bytes visible to instruction fetch? */
#define SYNCS(call) __extension__ ({ unsigned before_ = sim_syncs; (call) < 0 ? -1 : (int)(sim_syncs - before_); })

static bool what_will_be_fetched_is_made_visible(void)
{
	struct space *s = managed(3), *b = new_space();

	if (map(s, 20, 4, RX) < 0 || map(b, 20, 4, RX) < 0 || vm_manage(s, at(20), at(24)) < 0 || vm_manage(b, at(20), at(24)) < 0)
		return false;
	if (SYNCS(page_map(s, 0, s, 20, RX)) != 1 || SYNCS(page_map(s, 20, b, 20, RX)) != 0 || SYNCS(page_map(s, 20, s, 21, RX | PAGE_COPY)) != 1)
		return false;
	if (SYNCS(page_map(s, 1, s, 2, P_R)) != 0 || SYNCS(page_map(s, 1, s, 22, P_RWX | PAGE_MOVE)) != 1
	    || SYNCS(page_map(s, 22, s, 23, RX)) != 1 || SYNCS(page_map(s, 22, s, 22, RX)) != 1)
		return false;
	if (SYNCS(page_map(s, 22, s, 22, RX)) != 0 || SYNCS(page_map(s, 21, s, 21, P_RWX)) != 0 || SYNCS(vm_copyout(s, at(21), "x", 1)) != 1)
		return false;
	return SYNCS(vm_page_alloc(s, at(5), RW)) == 0 && SYNCS(vm_copyout(s, at(5), "x", 1)) == 0 && SYNCS(vm_protect(s, at(20), at(24), RX)) == 4;
}

void test_user(void)
{
	test("what a managed region lacks is told", what_is_missing_is_told);
	test("a managed page without rights stays", no_right_keeps_the_page);
	test("another CPU finds a managed page that it missed", what_another_cpu_missed_it_finds);
	test("a private page is shared with a managed region as fork does", a_private_page_is_shared_as_fork_does);
	test("W is given only of a page that is one's own", w_only_of_a_page_that_is_ones_own);
	test("a managed page's rights shrink on every CPU", rights_shrink_everywhere);
	test("managed pages move, and holders are counted", pages_move_and_holders_are_counted);
	test("a copy takes the place of its source", a_copy_takes_the_place_of_its_source);
	test("fork sweeps nothing that is managed, at any cut", fork_sweeps_nothing_that_is_managed);
	test("fork shares no table that is managed all over", fork_shares_no_table_of_a_managed_space);
	test("managing owns the tables, at any cut", managing_owns_the_tables);
	test("a managed page soils a swept table", a_swept_table_is_soiled);
	test("managing makes regions of holes", holes_become_regions);
	test("managing brings a file's pages in", a_files_pages_are_brought_in);
	test("an exoforked child has regions and no page", an_exoforked_child_is_empty);
	test("managing is refused as a whole", refused_as_a_whole);
	test("vm_query's runs are as long as they can be", runs_are_as_long_as_they_can_be);
	test("managed pages to be executed are made visible to fetch", what_will_be_fetched_is_made_visible);
}
