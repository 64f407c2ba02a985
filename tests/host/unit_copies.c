/* SPDX-License-Identifier: MIT */
/* unit_copies.c: the kernel's copies, objects, and failing half way. */
#include "unit.h"
#include <string.h>

/* H3: the kernel writes into a page that is COW, across into one not yet there, and stops at one that is not. */
static bool copyout_goes_as_far_as_it_may(void)
{
	struct space *a = new_space(), *b;
	char buf[PGSIZE * 2], back[8];

	memset(buf, 'x', sizeof buf);
	on(0, a);
	if (map(a, 0, 2, P_R | P_W) < 0 || poke(at(1) - 1, 'o') < 0 || !(b = fork_space(a, CUT_TABLE)))
		return false;
	if (vm_copyout(a, at(1) - 4, buf, 8) < 0 || vm_copyin(a, back, at(1) - 4, 8) < 0 || memcmp(back, "xxxxxxxx", 8))
		return false;
	if (vm_copyout(a, at(2) - 2, buf, 4) != -EFAULT || peek(at(2) - 1) != 'x')
		return false;
	on(0, b);
	return peek(at(1) - 1) == 'o' && peek(at(1)) == 0;
}

/* A CPU that ran the space before, and may do so again, has its old page cached: under another space, or in this one. */
/* H36: refused as a whole, before its first bytes move. */
static bool a_range_that_wraps(void)
{
	struct space *s = new_space();
	char buf[8] = "kernel.";
	size_t n = (size_t)0 - at(1) + 16;		/* so that at(1) - 8 + n is 8 */

	on(0, s);
	if (map(s, 0, 1, P_R | P_W) < 0 || poke(at(1) - 8, 'p') < 0)
		return false;
	return vm_copyin(s, buf, at(1) - 8, n) == -EFAULT && !strcmp(buf, "kernel.")
	    && vm_copyout(s, at(1) - 8, buf, n) == -EFAULT && peek(at(1) - 8) == 'p';
}

static bool copyout_to_a_space_elsewhere(void)
{
	struct space *a = new_space(), *other = new_space();

	on(0, a);
	if (map(a, 0, 2, P_R | P_W) < 0 || poke(at(0), 1) < 0 || poke(at(1), 1) < 0 || !fork_space(a, CUT_PAGE))
		return false;
	if (peek(at(0)) != 1 || peek(at(1)) != 1)
		return false;
	on(0, other);
	if (vm_copyout(a, at(0), "x", 1) < 0 || (on(0, a), peek(at(0))) != 'x')
		return false;
	on(1, other);
	return vm_copyout(a, at(1), "y", 1) == 0 && (on(0, a), peek(at(1))) == 'y' && a->count[C_COPY] == 2;
}

/* Out of memory on the second page: the first is copied. */
static bool copyout_short_of_memory(void)
{
	struct space *s = new_space();
	char buf[4] = "xxx";

	on(0, s);
	if (map(s, 0, 2, P_R | P_W) < 0 || poke(at(0), 1) < 0)
		return false;
	pg_fail(1);
	return vm_copyout(s, at(1) - 2, buf, 4) == -ENOMEM && pg_fail(0) == 0 && peek(at(1) - 1) == 'x' && peek(at(1)) == 0;
}

static bool strings_end_where_they_must(void)
{
	struct space *s = new_space();
	char buf[16];

	if (map(s, 0, 2, P_R | P_W) < 0 || vm_copyout(s, at(1) - 3, "abcdef", 7) < 0)
		return false;
	return vm_copystr(s, buf, at(1) - 3, sizeof buf) == 6 && !strcmp(buf, "abcdef")
	    && vm_copystr(s, buf, at(1) - 3, 7) == 6 && vm_copystr(s, buf, at(1) - 3, 6) == -ENAMETOOLONG
	    && vm_copyout(s, at(2) - 2, "zz", 2) == 0 && vm_copystr(s, buf, at(2) - 2, 16) == -EFAULT
	    && vm_copystr(s, buf, at(2) - 2, 2) == -ENAMETOOLONG && vm_copystr(s, buf, at(1), 0) == -ENAMETOOLONG;
}

/* A store to a private mapping never reaches the file; a shared one does (H17, H18). */
/* What vm_pass did at these places of b, if it says so, or left alone; "few" lies at page 0 of a. */
static bool passes(struct space *a, va_t at_a, struct space *b, va_t at_b, bool should)
{
	char before[4], after[4];

	if (vm_copyin(b, before, at_b, sizeof before) < 0)
		return false;
	region_find(b, at_b);			/* it looks no further than that */
	if (vm_pass(a, at_a, b, at_b, 4) != should || vm_copyin(b, after, at_b, sizeof after) < 0)
		return false;
	return !memcmp(after, should ? "few." : before, sizeof after);
}

static bool a_few_bytes_between_spaces(void)
{
	struct space *a = new_space(), *b = new_space();
	va_t far = at(1) - 4;
	bool good;

	on(0, b);
	good = map(b, 0, 2, P_R | P_W) == 0 && map(b, 2, 1, P_R | P_W | P_X) == 0 && map(b, 3, 1, P_R) == 0
	    && poke(at(0), 1) == 0 && poke(at(1), 1) == 0 && poke(at(2), 1) == 0 && peek(at(3)) == 0;
	on(0, a);
	good = good && map(a, 0, 3, P_R | P_W) == 0 && vm_copyout(a, at(0), "few.", 4) == 0 && vm_copyout(a, far, "few.", 4) == 0
	    && map(a, 3, 1, P_R | P_W) == 0 && poke(at(3), 1) == 0 && vm_protect(a, at(3), at(4), 0) == 0;
	good = good && passes(a, at(0), b, at(1) + 8, true) && passes(a, far, b, at(2) - 4, true);
	good = good && !vm_pass(a, at(0), b, at(1) - 2, 4) && !vm_pass(a, at(1) - 2, b, at(0), 4);	/* two pages */
	good = good && passes(a, at(3), b, at(0), false);			/* not to be read */
	good = good && passes(a, at(1), b, at(0), false) && passes(a, at(0), b, at(3), false);	/* not there; not to be written */
	good = good && passes(a, at(0), b, at(2), false);			/* instructions */
	good = good && !vm_pass(a, at(0), b, USERTOP - 2, 4) && !vm_pass(a, USERTOP, b, at(0), 4) && !vm_pass(a, at(4), b, at(0), 4)
	    && !vm_pass(a, at(0), b, at(4), 4) && !vm_pass(a, at(0), a, at(0) + 8, 4) && !vm_pass(a, at(0), b, at(0), 0)
	    && !vm_pass(a, ~(va_t)0, b, at(0), 4);
	lock(&b->lock);
	good = good && !vm_pass(a, at(0), b, at(1), 4) && !vm_pass(b, at(1), a, at(0), 4);
	unlock(&b->lock);
	on(0, b);
	good = good && peek(at(1) + 8) == 'f' && fork_space(b, CUT_PAGE) && passes(a, at(0), b, at(1), false);	/* COW */
	good = good && vm_manage(b, at(0), at(1)) == 0 && vm_page_alloc(b, at(0), P_R | P_W) == 0 && passes(a, at(0), b, at(0), false);
	return good && !lock_held(&a->lock) && !lock_held(&b->lock);
}

static bool private_and_shared_mappings(void)
{
	struct space *a = new_space(), *b;
	struct object *o = obj_new(3, "image", 5);
	bool good;

	on(0, a);
	good = map_object(a, 0, 3, P_R | P_W, false, o, 0) == 0 && map_object(a, 3, 3, P_R | P_W, true, o, 0) == 0;
	good = good && peek(at(0)) == 'i' && poke(at(0), 'p') == 0 && peek(at(3)) == 'i' && poke(at(3), 's') == 0;
	good = good && peek(at(0)) == 'p' && *(char *)pg_kva(obj_page(o, 0)) == 's' && peek(at(0) + 5) == 0;
	b = fork_space(a, CUT_TABLE);
	good = good && poke(at(4), 'c') == 0 && poke(at(0), 'q') == 0;
	on(0, b);
	good = good && peek(at(4)) == 'c' && peek(at(1)) == 'c' && peek(at(0)) == 'p' && poke(at(5), 'd') == 0;
	on(0, a);
	good = good && peek(at(5)) == 'd' && a->count[C_COPY] + b->count[C_COPY] == 2;
	end_space(a);
	end_space(b);
	obj_put(o);
	return good;
}

static bool beyond_the_end_of_an_object(void)
{
	struct space *s = new_space();
	struct object *o = obj_new(1, 0, 0);
	bool good;

	on(0, s);
	good = map_object(s, 0, 3, P_R | P_W, true, o, 0) == 0 && peek(at(1)) == -EFAULT && poke(at(1), 1) == -EFAULT;
	good = good && obj_grow(o, 2) == 0 && poke(at(1), 1) == 0 && peek(at(2)) == -EFAULT;
	good = good && obj_grow(o, 1) == 0 && peek(at(1)) == 1 && obj_grow(o, (size_t)OBJ_MAX_PAGES + 1) == -EFBIG;
	obj_put(o);
	return good;
}

/* H13: pages come zero, whoever had them before. */
static bool fresh_pages_are_zero(void)
{
	static const char zero[PGSIZE];
	static char ff[PGSIZE * 64], got[PGSIZE];
	struct space *s;
	bool good = true;

	memset(ff, 0xff, sizeof ff);
	for (int round = 0; round < 3; round++) {
		s = new_space();
		good = good && map(s, 0, 64, P_R | P_W) == 0;
		for (int i = 0; i < 64; i++)
			good = good && vm_copyin(s, got, at(i), PGSIZE) == 0 && !memcmp(got, zero, PGSIZE);
		good = good && vm_copyout(s, at(0), ff, sizeof ff) == 0;
		end_space(s);
	}
	return good;
}

/* H10, H35: each allocation of an operation fails in turn; before the one that succeeds, all is as it was. */
static bool each_failure(int (*f)(struct space *), unsigned least)
{
	struct space *a = new_space(), *b;
	unsigned n, regions;
	int rc;

	on(0, a);
	if (map(a, 0, 8 + 4 * PT_N, P_R | P_W) < 0 || poke(at(8 + 2 * PT_N + 5), 1) < 0)
		return false;
	for (int i = 0; i < 16; i++)
		if (poke(at(i), (unsigned char)(i + 1)) < 0)
			return false;
	b = fork_space(a, CUT_DIR);
	regions = a->nregions;
	for (n = 1; pg_fail(n), (rc = f(a)) == -ENOMEM; n++) {
		if (pg_fail(0) || a->nregions != regions || audit() || b->nregions != regions)
			return false;
		for (int i = 0; i < 16; i++)
			if (peek(at(i)) != i + 1)
				return false;
	}
	return rc == 0 && pg_fail(0) > 0 && n > least;
}

static int unmap_middle(struct space *s)
{
	return vm_unmap(s, at(2), at(14));
}

/* From one leaf table to the next but one, where only the middle has pages: the tables above are shared. */
static int unmap_three_tables(struct space *s)
{
	return vm_unmap(s, at(8 + PT_N + PT_N / 2), at(8 + 3 * PT_N + PT_N / 2));
}

static int replace_middle(struct space *s)
{
	struct region r = { .lo = at(2), .hi = at(14), .prot = P_R, .kind = R_ZERO, .inherit = INHERIT_COPY };

	return vm_replace(s, &r);
}

static int protect_middle(struct space *s)
{
	return vm_protect(s, at(2), at(14), 0);
}

static int fork_and_end(struct space *s)
{
	struct space *b = fork_space(s, CUT_PAGE);

	if (b)
		end_space(b);
	return b ? 0 : -ENOMEM;
}

static bool unmap_all_or_nothing(void)
{
	return each_failure(unmap_middle, 3);
}

static bool replace_all_or_nothing(void)
{
	return each_failure(replace_middle, 4);
}

static bool unmap_below_a_shared_directory(void)
{
	return each_failure(unmap_three_tables, 1);
}

/* More pages than a gather holds, and none of them a table's last. */
static bool unmap_many_pages(void)
{
	enum { MANY = 3 * GATHER_N };
	struct space *s = new_space();

	on(0, s);
	if (map(s, 0, MANY + 16, P_R | P_W) < 0)
		return false;
	for (int i = 0; i < MANY + 16; i++)
		if (poke(at(i), (unsigned char)i) < 0)
			return false;
	return vm_unmap(s, at(1), at(MANY + 1)) == 0 && audit() == 0 && peek(at(1)) == -EFAULT && peek(at(0)) == 0
	    && peek(at(MANY)) == -EFAULT && peek(at(MANY + 1)) == (unsigned char)(MANY + 1);
}

/* More pages than a gather holds, each replaced by the copy that from here on is shared; the child keeps its own. */
static bool share_many_pages(void)
{
	enum { MANY = 3 * GATHER_N };
	struct space *s = new_space(), *child;
	bool good = true;

	on(0, s);
	if (map(s, 0, MANY, P_R | P_W) < 0)
		return false;
	for (int i = 0; i < MANY; i++)
		if (poke(at(i), (unsigned char)i) < 0)
			return false;
	if (!(child = fork_space(s, CUT_PAGE)) || vm_inherit(s, at(0), at(MANY), INHERIT_SHARE) < 0 || audit() < 0)
		return false;
	for (int i = 0; i < MANY; i++)
		good = good && peek(at(i)) == (unsigned char)i && poke(at(i), 0xee) == 0;
	on(0, child);
	for (int i = 0; i < MANY; i++)
		good = good && peek(at(i)) == (unsigned char)i;
	return good && audit() == 0;
}

static bool protect_all_or_nothing(void)
{
	return each_failure(protect_middle, 3);
}

static bool fork_all_or_nothing(void)
{
	return each_failure(fork_and_end, 4);
}

/* H41: a file that is mapped shared and cut: what is left is shared still, touched before or not. */
static bool a_cut_object_stays_shared(void)
{
	struct space *s = new_space();
	struct object *o = obj_new(4, "image", 5), *cut = 0;
	bool good = map_object(s, 0, 4, P_R | P_W, true, o, 0) == 0;
	unsigned refused = 0;

	on(0, s);
	good = good && poke(at(2) + 9, 1) == 0 && poke(at(2) + 10, 2) == 0 && poke(at(3), 3) == 0;
	while (good && !cut && refused < 50) {		/* whichever allocation fails: nothing is cut */
		pg_fail(++refused);
		cut = obj_cut(o, 2 * PGSIZE + 10);
		good = cut || peek(at(2) + 10) == 2;
	}
	pg_fail(0);
	if (!cut || refused < 4)
		return obj_put(o), false;
	for (int i = 0; i < 3; i++)
		good = good && poke(at(i), (unsigned char)(10 + i)) == 0 && *(unsigned char *)pg_kva(obj_page(cut, (size_t)i)) == 10 + i;
	good = good && peek(at(0) + 1) == 'm' && peek(at(2) + 9) == 1 && peek(at(2) + 10) == 0 && peek(at(3)) == 3 && obj_stored(cut);
	obj_put(cut);
	obj_put(o);
	return good;
}

void test_copies(void)
{
	test("the kernel's copy breaks COW, fills, and stops where it may not", copyout_goes_as_far_as_it_may);
	test("the kernel's copy of a range that wraps moves nothing", a_range_that_wraps);
	test("the kernel's copy into a space that is not loaded, or elsewhere", copyout_to_a_space_elsewhere);
	test("a copy that runs out of memory keeps what it had done", copyout_short_of_memory);
	test("a few bytes go from one space to another where nothing else is to be done", a_few_bytes_between_spaces);
	test("strings end at their end, at the limit, or in a fault", strings_end_where_they_must);
	test("private mappings keep their stores, shared ones share them", private_and_shared_mappings);
	test("beyond an object's end there is nothing, until it grows", beyond_the_end_of_an_object);
	test("a cut object stays shared with who maps it", a_cut_object_stays_shared);
	test("fresh pages are zero", fresh_pages_are_zero);
	test("munmap: all or nothing, whichever allocation fails", unmap_all_or_nothing);
	test("replace: all or nothing, whichever allocation fails", replace_all_or_nothing);
	test("munmap: the same across leaf tables below shared ones", unmap_below_a_shared_directory);
	test("munmap of more pages than are dropped at once", unmap_many_pages);
	test("minherit SHARE of more pages than are dropped at once", share_many_pages);
	test("mprotect: all or nothing, whichever allocation fails", protect_all_or_nothing);
	test("fork: all or nothing, whichever allocation fails", fork_all_or_nothing);
}
