/* SPDX-License-Identifier: MIT */
/* unit_regions.c: regions split and merge, stacks grow, holes are found. */
#include "unit.h"

static bool protect_splits_and_merges(void)
{
	struct space *s = new_space();
	bool good = map(s, 0, 10, P_R | P_W) == 0 && s->nregions == 1;

	good = good && vm_protect(s, at(3), at(5), P_R) == 0 && s->nregions == 3;
	good = good && vm_protect(s, at(5), at(7), P_R) == 0 && s->nregions == 3;
	good = good && vm_protect(s, at(0), at(3), P_R) == 0 && s->nregions == 2;
	good = good && vm_protect(s, at(9), at(10), 0) == 0 && s->nregions == 3;
	good = good && vm_protect(s, at(0), at(10), P_R | P_W) == 0 && s->nregions == 1;
	good = good && vm_protect(s, at(0), at(11), P_R) == -ENOMEM && s->nregions == 1;
	return good && region_find(s, at(0))->prot == (P_R | P_W);
}

static bool unmap_splits_and_map_merges(void)
{
	struct space *s = new_space();
	bool good = map(s, 0, 10, P_R | P_W) == 0;

	good = good && vm_unmap(s, at(4), at(6)) == 0 && s->nregions == 2;
	good = good && map(s, 4, 1, P_R | P_W) == 0 && s->nregions == 2;
	good = good && map(s, 5, 1, P_R | P_W) == 0 && s->nregions == 1;
	good = good && vm_unmap(s, at(0), at(1)) == 0 && vm_unmap(s, at(9), at(10)) == 0 && s->nregions == 1;
	good = good && map(s, 1, 1, P_R) == -EEXIST && map(s, 0, 20, P_R) == -EEXIST;
	return good && vm_unmap(s, at(-5), at(40)) == 0 && s->nregions == 0;
}

static bool objects_merge_where_they_go_on(void)
{
	struct space *s = new_space();
	struct object *o = obj_new(8, 0, 0), *p = obj_new(8, 0, 0);
	bool good = map_object(s, 0, 2, P_R, false, o, 0) == 0 && map_object(s, 2, 2, P_R, false, o, 2) == 0;

	good = good && s->nregions == 1 && o->ref == 2;
	good = good && map_object(s, 22, 2, P_R, false, o, 2) == 0 && map_object(s, 20, 2, P_R, false, o, 0) == 0;
	good = good && s->nregions == 2 && region_find(s, at(20))->off == 0 && vm_unmap(s, at(20), at(24)) == 0;
	good = good && map_object(s, 4, 2, P_R, false, o, 5) == 0 && s->nregions == 2;
	good = good && map_object(s, 6, 1, P_R, false, p, 7) == 0 && s->nregions == 3;
	good = good && map_object(s, 7, 1, P_R, true, p, 0) == 0 && s->nregions == 4;
	good = good && vm_protect(s, at(1), at(3), P_R | P_W) == 0 && s->nregions == 6 && o->ref == 5;
	good = good && region_find(s, at(3))->off == 3 && vm_unmap(s, at(0), at(8)) == 0 && o->ref == 1 && p->ref == 1;
	obj_put(o);
	obj_put(p);
	return good;
}

/* A file that is open for reading only, shared: W is refused as a whole, and by every road. */
static bool sealed_is_never_writable(void)
{
	struct space *s = new_space(), *b;
	struct object *o = obj_new(3, "image", 5);
	struct region r = {
		.lo = at(1), .hi = at(3), .prot = P_R, .kind = R_OBJECT, .obj = o, .shared = REGION_SEALED, .inherit = INHERIT_SHARE,
	};
	bool good = map(s, 0, 1, P_R) == 0 && (obj_get(o), vm_map(s, &r)) == 0;

	on(0, s);
	good = good && vm_protect(s, at(0), at(2), P_R | P_W) == -EACCES && region_find(s, at(0))->prot == P_R && poke(at(1), 1) == -EFAULT;
	good = good && vm_protect(s, at(1), at(2), 0) == 0 && vm_protect(s, at(1), at(2), P_W) == -EACCES && s->nregions == 3;
	good = good && vm_protect(s, at(1), at(2), P_R | P_X) == 0 && peek(at(1)) == 'i' && (b = fork_space(s, CUT_TABLE)) != 0;
	if (good) {
		on(1, b);
		good = vm_protect(b, at(2), at(3), P_RWX) == -EACCES && poke(at(1), 1) == -EFAULT && peek(at(1)) == 'i';
	}
	good = good && map_object(s, 3, 1, P_R, true, o, 2) == 0 && s->nregions == 4;	/* not the same one going on */
	good = good && vm_manage(s, at(2), at(3)) == 0 && vm_page_map(s, at(2), s, at(2), PROT_READ | PROT_WRITE) == -EACCES;
	obj_put(o);
	return good;
}

/* Pages of a shared table move across the border of two, with the rights they have and no copy. */
static bool moved_pages_are_the_same(void)
{
	struct space *s = new_space(), *b;
	bool good = map(s, 0, 10, P_R | P_W) == 0;
	pte_t page;

	on(0, s);
	for (int i = 0; i < 10; i++)
		good = good && poke(at(i), (unsigned char)(i + 1)) == 0;
	good = good && (b = fork_space(s, CUT_DIR)) != 0 && vm_protect(s, at(4), at(5), P_R) == 0;
	page = *leaf_of(s, at(3));
	good = good && vm_remap(s, at(2), at(6), at(20), at(25)) == 0 && s->nregions == 5;	/* [0,2) [6,10) and three */
	good = good && *leaf_of(s, at(21)) == page && s->count[C_COPY] == 0 && peek(at(3)) == -EFAULT && peek(at(6)) == 7;
	for (int i = 0; i < 4; i++)
		good = good && peek(at(20 + i)) == i + 3;
	good = good && peek(at(24)) == 0 && poke(at(22), 9) == -EFAULT && poke(at(21), 9) == 0 && s->count[C_COPY] == 1;
	good = good && vm_remap(s, at(20), at(25), at(2), at(7)) == -EEXIST && vm_remap(s, at(20), at(24), at(2), at(6)) == 0;
	if (!good)
		return false;
	on(1, b);
	return peek(at(3)) == 4 && poke(at(3), 1) == 0 && (on(0, s), peek(at(3))) == 9;
}

/* H1: fork need not look for writable pages where there are none, and one came. */
static bool a_page_moves_into_a_clean_table(void)
{
	enum { FAR = 5 * 1024 + 8 };
	struct space *s = new_space(), *b;
	bool good = map(s, 8, 1, P_R | P_W) == 0 && map(s, FAR, 1, P_R | P_W) == 0;

	on(0, s);
	good = good && poke(at(8), 1) == 0 && poke(at(FAR), 2) == 0 && (b = fork_space(s, CUT_TABLE)) != 0;
	if (!good)
		return false;
	end_space(b);
	good = poke(at(FAR), 2) == 0 && vm_remap(s, at(FAR), at(FAR + 1), at(9), at(10)) == 0 && (b = fork_space(s, CUT_TABLE)) != 0;
	good = good && poke(at(9), 3) == 0;
	on(1, b);
	return good && peek(at(9)) == 2 && peek(at(8)) == 1;
}

/* H35.  Here and there, tables that were made for nothing go again: new_space's end counts frames. */
static bool move_all_or_nothing(void)
{
	enum { THERE = 5 * 1024 + 5 };			/* across the border of two leaf tables, as at(0) .. at(9) are */

	for (unsigned n = 1, done = 0; !done; n++) {
		struct space *s = new_space(), *b;
		bool good = map(s, 0, 10, P_R | P_W) == 0;

		on(0, s);
		for (int i = 0; i < 10; i++)
			good = good && poke(at(i), (unsigned char)(i + 1)) == 0;
		if (!good || !(b = fork_space(s, CUT_DIR)))
			return false;
		pg_fail(n);
		done = vm_remap(s, at(0), at(10), at(THERE), at(THERE + 10)) == 0;
		pg_fail(0);
		for (int i = 0; i < 10; i++)
			good = good && peek(at(done ? i + THERE : i)) == i + 1 && peek(at(done ? i : i + THERE)) == -EFAULT;
		end_space(b);
		end_space(s);
		if (!good || n > 40 || (done && n < 4))
			return false;
	}
	return true;
}

static bool inherit_splits_and_merges(void)
{
	struct space *s = new_space();
	bool good = map(s, 0, 4, P_R) == 0 && vm_inherit(s, at(1), at(2), INHERIT_NONE) == 0 && s->nregions == 3;

	good = good && vm_inherit(s, at(0), at(5), INHERIT_ZERO) == -ENOMEM && s->nregions == 3;
	good = good && vm_inherit(s, at(0), at(4), INHERIT_ZERO) == 0 && s->nregions == 1;
	good = good && vm_inherit(s, at(1), at(3), INHERIT_SHARE) == 0 && s->nregions == 3 && vm_inherit(s, at(0), at(4), INHERIT_ZERO) == -EINVAL;
	return good && vm_inherit(s, at(0), at(4), INHERIT_SHARE) == 0 && s->nregions == 3;	/* over two objects */
}

static struct region stack_at(int page)
{
	return (struct region){ .lo = at(page), .hi = at(page + 1), .prot = P_R | P_W, .kind = R_STACK, .inherit = INHERIT_COPY };
}

static bool a_stack_keeps_its_gap(void)
{
	struct space *s = new_space();
	struct region stack = stack_at(600);
	bool good = vm_map(s, &stack) == 0 && map(s, 0, 1, P_R) == 0;

	s->stack_lo = at(100);
	on(0, s);
	good = good && poke(at(590) + 7, 1) == 0 && s->nregions == 2 && region_find(s, at(595)) == region_find(s, at(600));
	good = good && peek(at(256)) == -EFAULT && peek(at(257)) == 0 && peek(at(256)) == -EFAULT;
	good = good && vm_unmap(s, at(0), at(1)) == 0 && peek(at(100)) == 0 && peek(at(99)) == -EFAULT;
	return good && poke(at(101), 3) == 0 && peek(at(590) + 7) == 1 && s->nregions == 1;
}

/* H21: sbrk down, up over what was there, into another region, below its start. */
static bool resize_goes_to_its_limits(void)
{
	struct space *s = new_space();
	bool good = vm_resize(s, at(0), at(0), at(4)) == 0 && map(s, 6, 1, P_R) == 0;

	on(0, s);
	good = good && poke(at(3), 1) == 0 && vm_resize(s, at(0), at(4), at(2)) == 0 && peek(at(3)) == -EFAULT;
	good = good && vm_resize(s, at(0), at(2), at(6)) == 0 && peek(at(3)) == 0;
	good = good && vm_resize(s, at(0), at(6), at(7)) == -EEXIST && vm_resize(s, at(0), at(6), at(-1)) == -EINVAL;
	good = good && vm_resize(s, at(0), at(6), USERTOP + PGSIZE) == -EINVAL;
	return good && vm_resize(s, at(0), at(6), at(0)) == 0 && peek(at(0)) == -EFAULT;
}

static bool holes_are_the_highest(void)
{
	struct space *s = new_space();
	bool good = vm_hole(s, PGSIZE, USERTOP) == USERTOP - PGSIZE && vm_hole(s, USERTOP, USERTOP) == 0;

	good = good && map(s, 10, 1, P_R) == 0 && map(s, 5, 1, P_R) == 0;
	good = good && vm_hole(s, 4 * PGSIZE, at(11)) == at(6) && vm_hole(s, 4 * PGSIZE + 1, at(11)) == at(0);
	return good && vm_hole(s, at(5), at(11)) == 0 && vm_hole(s, ~(size_t)0, USERTOP) == 0;
}

/* Where a mapping of so many pages below page 60 comes to lie; it is unlike its neighbours. */
static int place(struct space *s, size_t n)
{
	static unsigned kind;
	struct region r = { .prot = ++kind % 2 ? P_R : P_RWX, .inherit = INHERIT_COPY };
	int rc = vm_map_below(s, &r, n * PGSIZE, at(60));

	return rc ? rc : (int)((intptr_t)(r.lo - at(0)) >> PGSHIFT);
}

/* What is remembered of where the last mapping lay is forgotten when something above it goes, shrinks or moves. */
static bool mappings_go_downwards(void)
{
	struct space *s = new_space();
	struct region r = { .inherit = INHERIT_COPY };
	bool good = place(s, 4) == 56 && place(s, 4) == 52 && place(s, 2) == 50 && place(s, 4) == 46;

	good = good && vm_unmap(s, at(58), at(59)) == 0 && place(s, 1) == 58 && place(s, 1) == 45;
	good = good && vm_unmap(s, at(50), at(52)) == 0 && place(s, 3) == 42 && place(s, 2) == 50 && place(s, 1) == 41;
	good = good && vm_remap(s, at(52), at(54), at(70), at(72)) == 0 && place(s, 1) == 53 && place(s, 1) == 52;
	good = good && place(s, 2) == 39 && vm_map_below(s, &r, PGSIZE, at(70)) == 0 && r.lo == at(69) && place(s, 2) == 37;
	good = good && vm_map_below(s, &r, 0, at(70)) == -EINVAL && vm_map_below(s, &r, PGSIZE + 1, at(70)) == -EINVAL;
	return good && vm_map_below(s, &r, PG_DOWN(USERTOP - 1), at(60)) == -ENOMEM && vm_map_below(s, &r, PGSIZE, 0) == -ENOMEM;
}

static bool the_last_page_is_usable(void)
{
	struct space *s = new_space();
	struct region r = { .lo = USERTOP - PGSIZE, .hi = USERTOP, .prot = P_R | P_W, .inherit = INHERIT_COPY };
	struct space *b;

	on(0, s);
	if (vm_map(s, &r) < 0 || poke(USERTOP - 1, 8) < 0 || !(b = fork_space(s, CUT_DIR)))
		return false;
	on(0, b);
	return peek(USERTOP - 1) == 8 && vm_unmap(b, 0, USERTOP) == 0 && b->nregions == 0 && (on(0, s), peek(USERTOP - 1)) == 8;
}

/*
 * H39: pages that are lazy, one's own, COW with a grandparent, a file's, and a file's not yet there turn into shared
 * ones; those who had them before keep theirs.
 */
static bool private_turns_into_shared(int cut)
{
	static const char image[PGSIZE + 1] = { [0] = 'i', [1] = 'm', [PGSIZE] = 'z' };
	struct space *old = new_space(), *s, *kid = 0;
	struct object *o = obj_new(2, image, sizeof image);
	bool good = map(old, 0, 4, P_R | P_W) == 0 && map_object(old, 4, 2, P_R | P_W, false, o, 0) == 0;

	on(0, old);
	good = good && poke(at(0), 1) == 0 && poke(at(1), 2) == 0 && peek(at(4)) == 'i' && (s = fork_space(old, cut)) != 0;
	if (!good)
		return false;
	on(0, s);
	good = poke(at(1), 3) == 0 && vm_protect(s, at(3), at(4), P_R) == 0 && vm_inherit(s, at(0), at(6), INHERIT_SHARE) == 0;
	good = good && (kid = fork_space(s, cut)) != 0 && peek(at(0)) == 1 && poke(at(0), 10) == 0 && poke(at(2), 12) == 0;
	good = good && poke(at(4), 14) == 0 && poke(at(5) + 1, 15) == 0 && peek(at(3)) == 0 && poke(at(3), 1) == -EFAULT;
	if (!kid)
		return false;
	on(1, kid);
	good = good && peek(at(0)) == 10 && peek(at(1)) == 3 && peek(at(2)) == 12 && peek(at(4)) == 14 && peek(at(4) + 1) == 'm';
	good = good && peek(at(5)) == 'z' && peek(at(5) + 1) == 15 && poke(at(1), 21) == 0 && (on(0, s), peek(at(1))) == 21;
	on(2, old);
	good = good && peek(at(0)) == 1 && peek(at(1)) == 2 && peek(at(2)) == 0 && peek(at(4)) == 'i' && peek(at(5) + 1) == 0;
	good = good && *(char *)pg_kva(obj_page(o, 0)) == 'i';
	obj_put(o);
	return good;
}

static bool private_turns_into_shared_by_each_cut(void)
{
	return private_turns_into_shared(CUT_EAGER) && private_turns_into_shared(CUT_PAGE) && private_turns_into_shared(CUT_TABLE)
	    && private_turns_into_shared(CUT_DIR);
}

void test_regions(void)
{
	test("mprotect splits regions and merges them again", protect_splits_and_merges);
	test("munmap splits regions, mmap merges them again", unmap_splits_and_map_merges);
	test("regions over an object merge only where it goes on", objects_merge_where_they_go_on);
	test("what is sealed never becomes writable", sealed_is_never_writable);
	test("mremap moves pages as they are", moved_pages_are_the_same);
	test("mremap into a table where nothing was writable", a_page_moves_into_a_clean_table);
	test("mremap: all or nothing, whichever allocation fails", move_all_or_nothing);
	test("minherit splits regions and merges them again", inherit_splits_and_merges);
	test("private memory turns into shared memory", private_turns_into_shared_by_each_cut);
	test("a stack grows down to its limit, and leaves a gap", a_stack_keeps_its_gap);
	test("sbrk shrinks, grows, and stops at its limits", resize_goes_to_its_limits);
	test("the highest hole that is long enough", holes_are_the_highest);
	test("mappings go downwards, and up again where one went", mappings_go_downwards);
	test("the last page below the top works, and goes with all", the_last_page_is_usable);
}
