/* SPDX-License-Identifier: MIT */
/*
 * unit_steps.c: with 10,000 regions no operation looks at many of them.  While
 * one runs, the frames of small objects are out of the host's reach; each that
 * it looks into comes back by a signal, and is counted.  Regions lie scattered
 * in those frames, so that who goes from one to the next looks into all.
 */
#include "unit.h"
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>

enum { MANY = 10000, PRIME = 7919, MIDDLE = MANY / 2, ROOM = 4, FAR = MANY + 4, MOST = 32 };

static unsigned looked;

static void on_look(int sig, siginfo_t *info, void *context)
{
	uintptr_t at = (uintptr_t)info->si_addr - (uintptr_t)sim_ram;

	(void)context;
	if (at < sizeof sim_ram && mprotect(sim_ram[at / PGSIZE], PGSIZE, PROT_READ | PROT_WRITE) == 0)
		looked++;
	else
		signal(sig, SIG_DFL);		/* not ours: again, and to its end */
}

static unsigned reach(int prot)
{
	unsigned n = 0;

	for (int f = 0; f < SIM_FRAMES; f++)
		if (pg_use[(RAM_BASE >> PGSHIFT) + f] == PG_KERNEL) {
			assert(mprotect(sim_ram[f], PGSIZE, prot) == 0);
			n++;
		}
	return n;
}

/* Regions of one page, none like its neighbour, from page 0 to MANY, but for some room in the middle. */
static bool make(struct space *s)
{
	for (int i = 0; i < MANY; i++) {
		int page = (int)((long)i * PRIME % MANY);

		if ((page < MIDDLE || page >= MIDDLE + ROOM) && map(s, page, 1, page % 2 ? P_R : P_R | P_W) < 0)
			return false;
	}
	return s->nregions == MANY - ROOM && vm_hole(s, PGSIZE, at(MANY)) == at(MIDDLE + ROOM - 1);
}

/* In this order: what one leaves the next finds.  Even pages can be written, odd ones read; 200 and 201 are there. */
static int map_where_room_is(struct space *s)
{
	struct region r = { .prot = P_RWX, .inherit = INHERIT_COPY };

	return vm_map_below(s, &r, ROOM * PGSIZE, at(MANY)) == 0 && r.lo == at(MIDDLE) ? 0 : -1;
}
static int unmap_that(struct space *s) { return vm_unmap(s, at(MIDDLE), at(MIDDLE + ROOM)); }
static int find_room(struct space *s) { return vm_hole(s, PGSIZE, at(MANY)) == at(MIDDLE + ROOM - 1) ? 0 : -1; }
static int find_none(struct space *s) { return vm_hole(s, USERTOP, at(MANY)) == 0 ? 0 : -1; }
static int map_here(struct space *s) { return map(s, MIDDLE, 1, P_RWX); }
static int map_over(struct space *s)
{
	struct region r = { .lo = at(1000), .hi = at(1001), .prot = P_R | P_W, .inherit = INHERIT_COPY };

	return vm_replace(s, &r);
}
static int grow_heap(struct space *s) { return vm_resize(s, at(MIDDLE + 2), at(MIDDLE + 2), at(MIDDLE + 3)); }
static int shrink_heap(struct space *s) { return vm_resize(s, at(MIDDLE + 2), at(MIDDLE + 3), at(MIDDLE + 2)); }
static int fault(struct space *s) { return vm_fault(s, at(1000), P_W); }
static int fault_where_none_is(struct space *s) { return vm_fault(s, at(MIDDLE + 1), P_R) == -EFAULT ? 0 : -1; }
static int copy_in(struct space *s) { char c[2]; return vm_copyin(s, c, at(4001) - 1, 2); }
static int copy_out(struct space *s) { return vm_copyout(s, at(3001) - 1, "", 1); }
static int copy_string(struct space *s) { char c[2]; return vm_copystr(s, c, at(1001), 2) == 0 ? 0 : -1; }
static int protect(struct space *s) { return vm_protect(s, at(1001), at(1002), 0); }
static int protect_back(struct space *s) { return vm_protect(s, at(1000), at(1002), P_R); }
static int discard(struct space *s) { return vm_discard(s, at(200), at(201)); }
static int covered(struct space *s) { return vm_covered(s, at(6000), at(6003)) && !vm_covered(s, at(MIDDLE), at(MIDDLE + 2)) ? 0 : -1; }
static int inherit(struct space *s) { return vm_inherit(s, at(7000), at(7001), INHERIT_NONE); }
static int inherit_shared(struct space *s) { return vm_inherit(s, at(200), at(202), INHERIT_SHARE); }
static int move(struct space *s) { return vm_remap(s, at(200), at(202), at(FAR), at(FAR + 3)); }
static int move_on(struct space *s) { return vm_remap(s, at(MIDDLE - 1), at(MIDDLE), at(MIDDLE - 1), at(MIDDLE)); }
static int manage(struct space *s) { return vm_manage(s, at(8000), at(8002)); }
static int look(struct space *s) { struct vm_area a; return vm_show(s, at(9000), &a) && a.lo == at(9000) ? 0 : -1; }
static int query(struct space *s) { struct page_run r[1]; return vm_query(s, at(9000), at(9001), r, 1) < 0; }

static const struct { const char *name; int (*run)(struct space *); } ops[] = {
	{ "mmap", map_where_room_is }, { "munmap", unmap_that }, { "a hole", find_room }, { "no hole", find_none },
	{ "mmap at its place", map_here }, { "MAP_FIXED over another", map_over }, { "sbrk up", grow_heap }, { "sbrk down", shrink_heap },
	{ "a fault", fault }, { "a fault where nothing is", fault_where_none_is }, { "copyin", copy_in }, { "copyout", copy_out },
	{ "copystr", copy_string }, { "mprotect", protect }, { "mprotect that merges", protect_back }, { "madvise", discard },
	{ "msync", covered }, { "minherit", inherit }, { "minherit(SHARE)", inherit_shared }, { "mremap", move },
	{ "mremap on the spot", move_on }, { "manage", manage }, { "the region at an address", look }, { "query", query },
};

static bool each_looks_at_few(void)
{
	struct sigaction old, now = { .sa_sigaction = on_look, .sa_flags = SA_SIGINFO };
	struct space *s = new_space();
	bool good = make(s) && vm_fault(s, at(200), P_W) == 0 && vm_fault(s, at(201), P_R) == 0;

	sigaction(SIGSEGV, &now, &old);
	for (size_t k = 0; good && k < sizeof ops / sizeof *ops; k++) {
		unsigned all = reach(PROT_NONE);
		int rc;

		looked = 0;
		rc = ops[k].run(s);
		reach(PROT_READ | PROT_WRITE);
		good = rc == 0 && looked < MOST && all > 5 * MOST;
		if (!good)
			printf("# %s: %d, looks into %u of %u frames\n", ops[k].name, rc, looked, all);
	}
	sigaction(SIGSEGV, &old, 0);
	return good;
}

void test_steps(void)
{
	test("with 10,000 regions no operation looks at many", each_looks_at_few);
}
