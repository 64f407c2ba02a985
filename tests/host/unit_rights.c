/* SPDX-License-Identifier: MIT */
/* unit_rights.c: rights come back as they were, and faults that find nothing missing change nothing. */
#include "unit.h"
#include <string.h>

/* Where accessed and dirty are, if their absence makes this format's hardware fault. */
static pte_t accessed_dirty(void)
{
	return !strncmp(PTE_FORMAT, "sv", 2) ? 0xc0 : 0;	/* RISC-V Privileged 1.12, 4.3.1: A and D are bits 6 and 7 */
}

/* H25: made-up entries, as Svade hardware would fault on: the fault sets the bits and copies nothing. */
static bool clear_bits_are_set_and_nothing_copied(void)
{
	struct space *s = new_space();
	pte_t *e, full;
	uint64_t copies;

	on(0, s);
	if (map(s, 0, 1, P_R | P_W) < 0 || poke(at(0), 42) < 0)
		return false;
	full = *(e = leaf_of(s, at(0)));
	copies = s->count[C_COPY] + s->count[C_ZERO];
	for (unsigned want = P_R; want <= P_W; want++) {
		*e = full & ~accessed_dirty();
		if (vm_fault(s, at(0), want) < 0 || *e != full)
			return false;
	}
	return copies == s->count[C_COPY] + s->count[C_ZERO] && peek(at(0)) == 42;
}

/* The same on a page that is shared: the bits come back, W does not; and a store still copies. */
static bool clear_bits_of_a_shared_page(void)
{
	struct space *s = new_space(), *b;
	pte_t *e, ro;

	on(0, s);
	if (map(s, 0, 1, P_R | P_W) < 0 || poke(at(0), 42) < 0 || !(b = fork_space(s, CUT_PAGE)))
		return false;
	ro = *(e = leaf_of(s, at(0)));
	*e = ro & ~accessed_dirty();
	if (vm_fault(s, at(0), P_R) < 0 || *e != (pte_leaf(pte_pa(ro), pte_prot(ro))) || s->count[C_COPY] != 0)
		return false;
	*e = ro & ~accessed_dirty();
	return poke(at(0), 43) == 0 && s->count[C_COPY] == 1 && (on(0, b), peek(at(0))) == 42;
}

static bool spurious_faults_change_nothing(void)
{
	struct space *s = new_space();
	pte_t *e, before;

	on(0, s);
	if (map(s, 0, 1, P_R | P_W) < 0 || poke(at(0), 1) < 0)
		return false;
	before = *(e = leaf_of(s, at(0)));
	return vm_fault(s, at(0), P_R) == 0 && vm_fault(s, at(0), P_W) == 0 && *e == before
	    && s->count[C_SPURIOUS] == 2 && s->count[C_ZERO] == 1 && s->count[C_COPY] == 0 && s->count[C_REUSE] == 0;
}

/* H36 */
static bool none_keeps_the_page_and_lets_nobody_in(void)
{
	struct space *s = new_space();
	char c;

	on(0, s);
	if (map(s, 0, 1, P_R | P_W) < 0 || poke(at(0), 7) < 0 || vm_protect(s, at(0), at(1), 0) < 0)
		return false;
	if (peek(at(0)) != -EFAULT || vm_copyin(s, &c, at(0), 1) != -EFAULT || vm_copyout(s, at(0), &c, 1) != -EFAULT)
		return false;
	return vm_protect(s, at(0), at(1), P_R) == 0 && peek(at(0)) == 7 && s->count[C_ZERO] == 1;
}

/* H14: rights taken and given back between fork and store still copy. */
static bool rights_come_back_as_copies(void)
{
	struct space *a = new_space(), *b;

	on(0, a);
	if (map(a, 0, 2, P_R | P_W) < 0 || poke(at(0), 1) < 0 || !(b = fork_space(a, CUT_TABLE)))
		return false;
	if (vm_protect(a, at(0), at(2), P_R) < 0 || poke(at(0), 2) != -EFAULT || vm_protect(a, at(0), at(2), P_R | P_W) < 0)
		return false;
	return poke(at(0), 2) == 0 && peek(at(0)) == 2 && (on(0, b), peek(at(0))) == 1;
}

/* H37: the right to execute, given to a page that is there, ends the faults. */
static bool execution_can_be_added(void)
{
	struct space *s = new_space();
	int rc = 0;

	on(0, s);
	if (map(s, 0, 1, P_R | P_W) < 0 || poke(at(0), 7) < 0 || vm_protect(s, at(0), at(1), P_R | P_X) < 0)
		return false;
	return sim_touch(at(0), P_X, &rc) && rc == 0 && poke(at(0), 1) == -EFAULT && s->count[C_COPY] == 0;
}

/* H31: bytes that came by a store through a shared mapping are made visible to whoever maps them executable. */
static bool stored_code_is_in_step(void)
{
	struct space *s = new_space();
	struct object *o = obj_new(2, 0, 0);
	unsigned before;
	int rc = 0;
	bool good;

	on(0, s);
	good = map_object(s, 0, 2, P_R | P_X, false, o, 0) == 0 && sim_touch(at(0), P_X, &rc);
	before = sim_syncs;
	good = good && vm_unmap(s, at(0), at(2)) == 0 && map_object(s, 0, 2, P_R | P_X, false, o, 0) == 0 && sim_touch(at(0), P_X, &rc);
	good = good && sim_syncs == before;		/* nobody stores into it */
	good = good && map_object(s, 2, 2, P_R | P_W, true, o, 0) == 0 && poke(at(2), 7) == 0 && poke(at(3), 8) == 0 && sim_syncs == before;
	good = good && sim_touch(at(1), P_X, &rc) && sim_syncs == before + 1 && peek(at(1)) == 8;
	good = good && vm_manage(s, at(0), at(1)) == 0 && map_object(s, 5, 1, P_R | P_X, false, o, 1) == 0;
	before = sim_syncs;
	good = good && vm_manage(s, at(5), at(6)) == 0 && sim_syncs == before + 1;	/* brought in */
	obj_put(o);
	return good;
}

/* H29: the sole owner gained W on one CPU; another, that still has it read-only, is shown, not copied. */
static bool stale_read_only_is_refreshed(void)
{
	struct space *s = new_space(), *b;

	on(0, s);
	if (map(s, 0, 1, P_R | P_W) < 0 || poke(at(0), 7) < 0 || !(b = fork_space(s, CUT_PAGE)))
		return false;
	end_space(b);
	on(1, s);
	if (peek(at(0)) != 7 || (on(0, s), poke(at(0), 8)) < 0)
		return false;
	on(1, s);
	return poke(at(0), 9) == 0 && s->count[C_COPY] == 0 && s->count[C_REUSE] == 1 && s->count[C_SPURIOUS] == 1;
}

static bool torn;

/* CPU 1, in the child, writes its page as soon as it may; CPU 2, in the parent, still reads the old one. */
static void write_and_read(struct space *s, va_t lo, va_t hi)
{
	unsigned char *p;

	(void)s, (void)lo, (void)hi;
	sim_self = 1;
	poke(at(0), 9);
	sim_self = 2;
	p = sim_peek(at(0), P_R);
	torn = torn || (p && *p != 1);
}

/* H5: a page is let go of only when all have forgotten it. */
static bool a_broken_page_is_kept_while_it_is_read(void)
{
	struct space *a = new_space(), *b;

	torn = false;
	on(0, a);
	if (map(a, 0, 1, P_R | P_W) < 0 || poke(at(0), 1) < 0 || !(b = fork_space(a, CUT_PAGE)))
		return false;
	on(1, b);
	on(2, a);
	if (peek(at(0)) != 1)
		return false;
	sim_race = write_and_read;
	on(0, a);
	poke(at(0), 2);
	sim_race = 0;
	return !torn && peek(at(0)) == 2 && (on(1, b), peek(at(0))) == 9 && (on(2, a), peek(at(0))) == 2;
}

/* H26: more spaces than numbers, each on every CPU, round and round. */
static bool numbers_run_out(void)
{
	enum { N = 3 << (ASID_BITS ? ASID_BITS : 2) };
	struct space *s[N];
	bool good = true;

	for (int i = 0; i < N; i++) {
		on(0, s[i] = new_space());
		good = good && map(s[i], 0, 1, P_R | P_W) == 0 && poke(at(0), (unsigned char)(i + 1)) == 0;
	}
	for (int round = 0; round < 3 * N; round++) {
		int i = round * 7 % N;
		on((unsigned)round % NCPU, s[i]);
		good = good && peek(at(0)) == i + 1;
	}
	return good;
}

void test_rights(void)
{
	if (accessed_dirty()) {
		test("accessed and dirty clear: set, nothing copied", clear_bits_are_set_and_nothing_copied);
		test("accessed and dirty clear in a shared page: no W, a store copies", clear_bits_of_a_shared_page);
	}
	test("spurious faults change nothing", spurious_faults_change_nothing);
	test("PROT_NONE keeps the page, and the kernel out of it", none_keeps_the_page_and_lets_nobody_in);
	test("rights taken and given back do not undo copy-on-write", rights_come_back_as_copies);
	test("execution can be added to a page that is there", execution_can_be_added);
	test("code stored through a shared mapping is made visible to fetches", stored_code_is_in_step);
	test("a stale read-only entry on another CPU is refreshed", stale_read_only_is_refreshed);
	test("a broken page is kept while another CPU reads it", a_broken_page_is_kept_while_it_is_read);
	test("more spaces than address-space numbers", numbers_run_out);
}
