/* SPDX-License-Identifier: MIT */
/* unit_counts.c: the counters count what they say. */
#include "unit.h"

/* The counters' values less those before. */
static struct counts since(struct space *s, const struct counts *before)
{
	struct counts c;

	for (int i = 0; i < C_SPACE_N; i++)
		c.n[i] = s->count[i] - (before ? before->n[i] : 0);
	return c;
}

static bool faults_are_counted_by_kind(void)
{
	struct space *s = new_space(), *b;
	struct counts c;

	on(0, s);
	if (map(s, 0, 4, P_R | P_W) < 0 || peek(at(0)) < 0 || poke(at(1), 1) < 0)
		return false;
	c = since(s, 0);
	if (c.n[C_FAULT] != 2 || c.n[C_ZERO] != 2 || c.n[C_COPY] || c.n[C_INVAL] || c.n[C_TABLE_NEW] != PT_LEVELS)
		return false;
	b = fork_space(s, CUT_PAGE);
	c = since(s, &c);
	if (c.n[C_SHARE] + b->count[C_SHARE] != 2 || c.n[C_INVAL] != 1 || c.n[C_COPY])
		return false;
	c = since(s, 0);
	if (poke(at(0), 1) < 0)
		return false;
	c = since(s, &c);
	if (c.n[C_FAULT] != 1 || c.n[C_COPY] != 1 || c.n[C_INVAL] != 1 || c.n[C_INVAL_PAGE] != 1 || c.n[C_REUSE])
		return false;
	on(0, b);
	c = since(b, 0);
	if (poke(at(0), 1) < 0)
		return false;
	c = since(b, &c);
	return c.n[C_FAULT] == 1 && c.n[C_REUSE] == 1 && c.n[C_COPY] == 0 && c.n[C_INVAL] == 0;
}

static bool invalidations_are_counted_in_pages(void)
{
	struct space *s = new_space();
	struct counts c;

	on(0, s);
	if (map(s, 0, 6, P_R | P_W) < 0)
		return false;
	for (int i = 0; i < 6; i++)
		if (poke(at(i), 1) < 0)
			return false;
	c = since(s, 0);
	if (vm_unmap(s, at(1), at(4)) < 0)
		return false;
	c = since(s, &c);
	return c.n[C_INVAL] == 1 && c.n[C_INVAL_PAGE] == 3 && c.n[C_IPI] == 0;
}

static bool a_refusal_is_counted(void)
{
	struct space *s = new_space();
	uint64_t before = vm_past(C_ALLOC_FAIL);
	bool good;

	on(0, s);
	if (map(s, 0, 1, P_R | P_W) < 0)
		return false;
	pg_fail(1);
	good = poke(at(0), 1) == -ENOMEM && pg_fail(0) == 0 && vm_past(C_ALLOC_FAIL) == before + 1;
	pg_fail(100);
	return good && poke(at(0), 1) == 0 && pg_fail(0) < 100;
}

static bool the_dead_are_remembered(void)
{
	struct space *s = new_space();
	uint64_t zeroed = vm_past(C_ZERO);

	on(0, s);
	if (map(s, 0, 1, P_R | P_W) < 0 || poke(at(0), 1) < 0)
		return false;
	end_space(s);
	return vm_past(C_ZERO) == zeroed + 1;
}

static bool usage_is_what_is_there(void)
{
	struct space *a = new_space(), *b;
	struct vm_usage u, v;

	on(0, a);
	if (map(a, 0, 8, P_R | P_W) < 0 || poke(at(0), 1) < 0 || poke(at(7), 1) < 0 || !(b = fork_space(a, CUT_PAGE)))
		return false;
	if (poke(at(7), 2) < 0)
		return false;
	vm_usage(a, &u);
	vm_usage(b, &v);
	return u.resident == 2 && u.shared == 1 && u.tables == PT_LEVELS && v.resident == 2 && v.shared == 1;
}

void test_counts(void)
{
	test("faults are counted by kind", faults_are_counted_by_kind);
	test("invalidations are counted in pages", invalidations_are_counted_in_pages);
	test("a refused allocation is counted", a_refusal_is_counted);
	test("the counts of dead spaces are kept", the_dead_are_remembered);
	test("resident, shared and table pages", usage_is_what_is_there);
}
