/* SPDX-License-Identifier: MIT */
/* unit_tables.c: forks, and who holds which table afterwards. */
#include "unit.h"

/* A space with n pages from at(0), each with its number in it. */
static struct space *filled(int n)
{
	struct space *s = new_space();

	assert(map(s, 0, n, P_R | P_W) == 0);
	on(0, s);
	for (int i = 0; i < n; i++)
		assert(poke(at(i), (unsigned char)i) == 0);
	return s;
}

static bool leaf_tables_are_shared(void)
{
	struct space *a = filled(16), *b = fork_space(a, CUT_TABLE), *c = fork_space(a, CUT_TABLE);
	bool good = ref_at(a, at(0), 1) == 3 && ref_at(a, at(8), 1) == 3 && ref_at(a, at(0), 0) == 1;

	on(0, b);
	good = good && poke(at(0), 99) == 0 && ref_at(a, at(0), 1) == 2 && ref_at(b, at(0), 1) == 1;
	good = good && ref_at(a, at(1), 0) == 2 && ref_at(b, at(0), 0) == 1 && ref_at(a, at(8), 1) == 3;
	end_space(c);
	good = good && ref_at(a, at(0), 1) == 1 && ref_at(a, at(8), 1) == 2 && audit() == 0;
	end_space(a);
	return good && peek(at(0)) == 99 && peek(at(1)) == 1 && peek(at(15)) == 15 && ref_at(b, at(8), 1) == 1;
}

static bool directories_are_shared(void)
{
	struct space *a = filled(16), *b = fork_space(a, CUT_DIR);
	bool good = ref_at(a, at(0), 2) == 2 && ref_at(a, at(0), 1) == 1 && b->count[C_TABLE_SHARE] + a->count[C_TABLE_SHARE] == 2;

	on(1, b);
	return good && poke(at(0), 99) == 0 && ref_at(a, at(0), 2) == 1 && ref_at(a, at(8), 2) == 2
	    && ref_at(a, at(0), 1) == 1 && (on(0, a), peek(at(0))) == 0;
}

static bool cut_stops_where_the_format_must(void)
{
	struct space *a = filled(16), *b = fork_space(a, PT_LEVELS + 5);

	return b && ref_at(a, at(0), PT_CUTMAX) == 2 && (PT_CUTMAX == PT_TOP || ref_at(a, at(0), PT_CUTMAX + 1) == 1);
}

static bool page_fork_shares_no_table(void)
{
	struct space *a = filled(16), *b = fork_space(a, CUT_PAGE);

	return ref_at(a, at(0), 1) == 1 && ref_at(b, at(0), 1) == 1 && ref_at(a, at(0), 0) == 2;
}

static bool eager_fork_shares_nothing(void)
{
	struct space *a = filled(16), *b = fork_space(a, CUT_EAGER);
	uint64_t copies = a->count[C_COPY] + b->count[C_COPY];

	on(0, b);
	return copies == 16 && ref_at(a, at(3), 0) == 1 && poke(at(3), 50) == 0 && b->count[C_COPY] + a->count[C_COPY] == copies;
}

/* The second fork finds its tables swept: it writes an entry a table, not one a page. */
static bool second_fork_costs_no_sweep(void)
{
	struct space *a = filled(16);
	uint64_t before;

	fork_space(a, CUT_TABLE);
	before = a->count[C_ENTRY];
	fork_space(a, CUT_TABLE);
	return a->count[C_ENTRY] - before <= 2 && a->count[C_COPY] == 0;
}

/* Swept, then written by the sole owner, then forked again: the sweep must not be left out. */
static bool a_soiled_table_is_swept_again(void)
{
	struct space *a = filled(4), *b = fork_space(a, CUT_TABLE), *c;

	end_space(b);
	on(0, a);
	if (poke(at(1), 71) < 0)
		return false;
	c = fork_space(a, CUT_TABLE);
	if (poke(at(1), 72) < 0)
		return false;
	on(0, c);
	return peek(at(1)) == 71;
}

/* H38: what the child does not inherit lies in the same leaf table as what it does. */
static bool child_sees_only_its_inheritance(void)
{
	bool good = true;

	for (int cut = CUT_EAGER; cut <= CUT_DIR; cut++) {
		struct space *a = filled(6), *b;
		good = good && vm_inherit(a, at(1), at(2), INHERIT_NONE) == 0 && vm_inherit(a, at(3), at(4), INHERIT_ZERO) == 0;
		b = fork_space(a, cut);
		on(0, b);
		good = good && peek(at(1)) == -EFAULT && peek(at(3)) == 0 && peek(at(2)) == 2 && peek(at(4)) == 4;
		on(0, a);
		good = good && peek(at(1)) == 1 && peek(at(3)) == 3 && audit() == 0;
		end_space(b);
		end_space(a);
	}
	return good;
}

/* H1: a page that is COW already is forked, thrice, and the last child writes. */
static bool chain_of_forks(void)
{
	bool good = true;

	for (int cut = CUT_EAGER; cut <= CUT_DIR; cut++) {
		struct space *a = filled(3), *b = fork_space(a, cut), *c = fork_space(b, cut), *d = fork_space(c, cut);
		on(0, d);
		good = good && poke(at(2), 77) == 0 && peek(at(2)) == 77;
		for (int i = 0; i < 3; i++)
			good = good && (on(0, (struct space *[]){ a, b, c }[i]), peek(at(2))) == 2;
		end_space(b);
		end_space(c);
		good = good && (on(0, a), poke(at(1), 9)) == 0 && (on(0, d), peek(at(1))) == 1;
		end_space(a);
		end_space(d);
	}
	return good;
}

/* H9: one holder more than the count can hold is refused; nothing is lost by it. */
static bool full_counts_refuse(void)
{
	struct space *a = filled(2), *last = 0;
	int n;

	for (n = 1; (last = fork_space(a, CUT_PAGE)); n++)
		;
	on(0, a);
	if (n != REF_MAX || audit() != 0 || peek(at(1)) != 1 || poke(at(1), 5) != 0)
		return false;
	return !fork_space(a, CUT_PAGE) && peek(at(1)) == 5;
}

/* The same for a table: the count of a leaf table runs full. */
static bool full_tables_refuse(void)
{
	struct space *a = filled(2);
	int n;

	for (n = 1; fork_space(a, CUT_TABLE); n++)
		;
	return n == REF_MAX && audit() == 0 && (on(0, a), peek(at(1))) == 1;
}

/* More mappings of a file's page than its count holds. */
static bool full_slots_refuse(void)
{
	struct space *s = new_space();
	struct object *o = obj_new(1, 0, 0);
	int n = 0;

	on(0, s);
	for (; n <= REF_MAX && map_object(s, n, 1, P_R, true, o, 0) == 0 && peek(at(n)) == 0; n++)
		;
	obj_put(o);
	return n == REF_MAX - 1 && peek(at(n)) == -ENOMEM && audit() == 0;
}

void test_tables(void)
{
	test("fork at cut 1 shares leaf tables; a store unshares one", leaf_tables_are_shared);
	if (PT_CUTMAX >= 2)
		test("fork at cut 2 shares directories", directories_are_shared);
	test("a cut beyond the format's stops at its highest", cut_stops_where_the_format_must);
	test("fork at cut 0 shares pages and no table", page_fork_shares_no_table);
	test("eager fork shares nothing that can be written", eager_fork_shares_nothing);
	test("a second fork of untouched tables sweeps nothing", second_fork_costs_no_sweep);
	test("a table written since the last fork is swept again", a_soiled_table_is_swept_again);
	test("the child gets nothing of a neighbour it does not inherit", child_sees_only_its_inheritance);
	test("three forks in a row, every cut", chain_of_forks);
	if (REF_MAX < 256) {
		test("a page's full count refuses fork", full_counts_refuse);
		test("a table's full count refuses fork", full_tables_refuse);
		test("a file page's full count refuses one more mapping", full_slots_refuse);
	}
}
