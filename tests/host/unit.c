/* SPDX-License-Identifier: MIT */
/*
 * unit.c: directed tests of vm/, where chance is blunt: what must be counted,
 * what must not be copied, where a limit lies exactly, and that the audit
 * can find fault.
 */
#include "tap.h"
#include "unit.h"
#include <stdarg.h>
#include <stdlib.h>

enum { SPACES = 300 };
static struct space *all[SPACES];
static int broken_lines;

void audit_print(const char *fmt, ...)
{
	(void)fmt;
	broken_lines++;
}

int map(struct space *s, int page, int n, unsigned prot)
{
	struct region r = { .lo = at(page), .hi = at(page + n), .prot = (uint8_t)prot, .kind = R_ZERO, .inherit = INHERIT_COPY };

	return vm_map(s, &r);
}

int map_object(struct space *s, int page, int n, unsigned prot, bool shared, struct object *o, size_t off)
{
	struct region r = {
		.lo = at(page), .hi = at(page + n), .prot = (uint8_t)prot, .kind = R_OBJECT, .obj = o, .off = off,
		.shared = shared, .inherit = shared ? INHERIT_SHARE : INHERIT_COPY,
	};
	int rc;

	obj_get(o);
	if ((rc = vm_map(s, &r)) < 0)
		obj_put(o);
	return rc;
}

static struct space **slot_of(struct space *s)
{
	struct space **p = all;

	while (*p != s)
		p++;
	return p;
}

struct space *new_space(void)
{
	struct space *s = calloc(1, sizeof *s);

	assert(s && vm_init(s) == 0);
	*slot_of(0) = s;
	return s;
}

struct space *fork_space(struct space *from, int cut)
{
	struct space *s = calloc(1, sizeof *s);

	assert(s);
	if (vm_init(s) < 0) {
		free(s);
		return 0;
	}
	if (vm_fork(s, from, cut) < 0) {
		vm_destroy(s);
		free(s);
		return 0;
	}
	*slot_of(0) = s;
	return s;
}

void end_space(struct space *s)
{
	unsigned me = sim_self;

	for (sim_self = 0; sim_self < NCPU; sim_self++)
		if (sim_loaded(sim_self) == s)
			vm_load(0);
	sim_self = me;
	vm_destroy(s);
	*slot_of(s) = 0;
	free(s);
}

void on(unsigned cpu, struct space *s)
{
	sim_self = cpu;
	vm_load(s);
}

int poke(va_t va, unsigned char b)
{
	int rc = 0;
	unsigned char *p = sim_touch(va, P_W, &rc);

	if (p)
		*p = b;
	return rc;
}

int peek(va_t va)
{
	int rc = 0;
	unsigned char *p = sim_touch(va, P_R, &rc);

	return p ? *p : rc;
}

pte_t *leaf_of(struct space *s, va_t va)
{
	struct walk w = pt_walk(s, va);

	assert(w.level == 0);
	return w.e;
}

unsigned ref_at(struct space *s, va_t va, int level)
{
	pte_t *t = s->root;
	int l = PT_TOP;

	for (; l > level; l--)
		t = pt_table(t[pt_index(va, l)]);
	return pg_ref(pt_page(t[pt_index(va, l)]));
}

int audit(void)
{
	audit_begin();
	for (int i = 0; i < SPACES; i++)
		if (all[i])
			audit_space(all[i]);
	return audit_end();
}

void test(const char *name, bool (*f)(void))
{
	size_t before = pg_nfree() + pool_spare();
	bool pass = f(), clean;

	for (int i = 0; i < SPACES; i++)
		if (all[i])
			end_space(all[i]);
	clean = pg_nfree() + pool_spare() == before && audit() == 0;
	if (!clean)
		printf("# %zu frames were free, %zu are\n", before, pg_nfree() + pool_spare());
	ok(pass && clean, name);
}

int main(void)
{
	sim_boot();
	test_tables();
	test_regions();
	test_rights();
	test_copies();
	test_counts();
	test_audit();
	test_frames();
	test_scale();
	test_steps();
	test_user();
	return tap_end();
}
