/* SPDX-License-Identifier: MIT */
/*
 * fuzz.c: random operations on random spaces, on several CPUs, against the
 * model.
 *
 * usage: fuzz [OPERATIONS [SEED]]; the same seed makes the same run.  Built
 * with -DLIBFUZZER, bytes decide instead of a seed, and libFuzzer looks for
 * them.
 */
#include "fuzz.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t seed;
static const uint8_t *bytes, *bytes_end;
static bool from_bytes;
static unsigned long step;
static const char *doing = "nothing";
bool still, copying;

/* ---- chance ---- */

static unsigned from_input(unsigned n)
{
	unsigned v = 0;

	for (unsigned k = 1; k < n && bytes < bytes_end; k *= 256)
		v = v << 8 | *bytes++;
	return v % n;
}

/* Vigna's splitmix64: any seed will do. */
static uint64_t splitmix(void)
{
	uint64_t z = seed += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

unsigned rnd(unsigned n)
{
	return from_bytes ? from_input(n) : (unsigned)((splitmix() >> 32) * n >> 32);
}

/* The last operations, as a ring. */
enum { NOTES = 60, NOTE_LEN = 96 };
static char notes[NOTES][NOTE_LEN];
static unsigned nnotes;

void note(struct mspace *m, const char *fmt, ...)
{
	char *to = notes[nnotes++ % NOTES];
	int n = snprintf(to, NOTE_LEN, "%lu CPU %u space %d %s ", step, sim_self, (int)(m - spaces), doing);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(to + n, (size_t)(NOTE_LEN - n), fmt, ap);
	va_end(ap);
}

void fail(const char *fmt, ...)
{
	va_list ap;

	for (unsigned i = nnotes < NOTES ? 0 : nnotes - NOTES; i < nnotes; i++)
		fprintf(stderr, "%s\n", notes[i % NOTES]);
	fprintf(stderr, PTE_FORMAT ": operation %lu, %s, on CPU %u: ", step, doing, sim_self);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	abort();
}

static void panicked(const char *why)
{
	fail("panic: %s", why);
}

void audit_print(const char *fmt, ...)
{
	va_list ap;

	fputs("audit: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

/* ---- failing allocations ---- */

static uint64_t failures;		/* at the start of this operation */
static unsigned nth;			/* the allocation that fails, when every one in turn does; 0: none */

bool refused(void)
{
	return vm_past(C_ALLOC_FAIL) != failures || pinned() > 0;
}

static void arm(void)
{
	failures = vm_past(C_ALLOC_FAIL);
	nth = chance(12) ? 1 : 0;
	pg_fail(nth ? nth : chance(6) ? 1 + rnd(8) : 0);
}

/* All or nothing: what was refused has changed nothing. */
bool again(int rc)
{
	if (!nth || rc != -ENOMEM || pg_fail(0) > 0 || vm_past(C_ALLOC_FAIL) == failures)
		return false;		/* done; or memory is short in earnest */
	check_all();
	failures = vm_past(C_ALLOC_FAIL);
	pg_fail(++nth);
	return true;
}

/* ---- the other CPUs ---- */

/* Pages near one that changes now and then, more often than any: what goes wrong takes several steps. */
static int hot;

int pick_page(void)
{
	if (chance(100))
		hot = (int)rnd(NPAGE - 3);
	return chance(2) ? (int)rnd(NPAGE) : hot + (int)rnd(4);
}

struct mspace *pick_space(void)
{
	int i = (int)rnd(NSPACE);

	while (!spaces[i].live)
		i = (i + 1) % NSPACE;
	return &spaces[i];
}

/* User code of some other CPU gets a load or a store in, if it need not fault: the space may be locked. */
static void race_access(struct space *s, int i)
{
	struct cell *c = &model_of(s)->cell[i];
	int k = (int)rnd(PROBES);
	bool store = chance(2);
	unsigned char *p = sim_peek(page_va(i) + probe_at[k], store ? P_W : P_R);

	if (!p || !c->mapped)
		return;
	must(*p == cell_content(c)->val[k], "meanwhile CPU %u reads %#x at %#lx, not %#x",
	     sim_self, *p, (unsigned long)page_va(i), cell_content(c)->val[k]);
	if (!store || ((c->shared || c->kind == R_USER) && copying))
		return;
	if (!c->shared && !c->own) {			/* its store is due: the fault has just let go of the object */
		struct region *r = region_find(s, page_va(i));
		must(kpa(p - probe_at[k]) != check_slot(r->obj, (size_t)c->off),
		     "meanwhile CPU %u writes its object's page at %#lx", sim_self, (unsigned long)page_va(i));
		cell_detach(c);
	}
	*p = cell_content(c)->val[k] = (uint8_t)rnd(256);
}

/* Amid a flush of s.  Spaces that are not locked are free to fault. */
static void race(struct space *s, va_t lo, va_t hi)
{
	static bool nested;
	unsigned me = sim_self;
	int first = page_index(lo);

	must(lock_held(&s->lock), "a flush of a space that is not locked");
	for (int n = 0; n < 4 && !still; n++) {
		int i = first < 0 || hi - lo > PGSIZE ? pick_page() : first;
		struct space *other = sim_loaded(sim_self = rnd(NCPU));

		if (other && sim_self != me && !sim_asking[sim_self] && !lock_held(&other->lock) && !copying && !nested && chance(2)) {
			nested = true;
			op_store(model_of(other));
			nested = false;
		} else if (other && sim_self != me) {
			race_access(other, i);
		}
		sim_self = me;
	}
}

/* ---- operations ---- */

static const struct op { const char *name; void (*f)(struct mspace *); unsigned weight; } ops[] = {
	{ "load", op_load, 24 }, { "store", op_store, 30 }, { "copyin", op_copyin, 6 }, { "copyout", op_copyout, 8 },
	{ "copystr", op_copystr, 2 }, { "fault", op_fault, 4 }, { "map", op_map, 12 }, { "unmap", op_unmap, 6 },
	{ "protect", op_protect, 8 }, { "inherit", op_inherit, 3 }, { "resize", op_resize, 3 }, { "hole", op_hole, 1 },
	{ "map_below", op_map_below, 8 },
	{ "bad", op_bad, 1 }, { "discard", op_discard, 5 }, { "remap", op_remap, 6 }, { "fork", op_fork, 7 }, { "destroy", op_destroy, 4 }, { "switch", op_switch, 8 },
	{ "object", op_object, 4 }, { "objwrite", op_objwrite, 3 }, { "pin", op_pin, REF_MAX > 255 ? 0 : 4 },
	{ "hog", op_hog, 1 }, { "query", op_query, 3 }, { "look", op_look, 2 },
	{ "manage", op_manage, 3 }, { "page_alloc", op_page_alloc, 8 }, { "page_map", op_page_map, 16 },
	{ "page_unmap", op_page_unmap, 2 }, { "exofork", op_exofork, 1 },
};

enum { OPS = sizeof ops / sizeof *ops, MANAGED = 5 };	/* MANAGED: the last ones; every other run does without */
static bool managing;

static const struct op *pick_op(void)
{
	unsigned sum = 0, at;
	const struct op *o = ops;

	for (int i = 0; i < OPS - (managing ? 0 : MANAGED); i++)
		sum += ops[i].weight;
	for (at = rnd(sum); at >= o->weight; o++)
		at -= o->weight;
	return o;
}

static void one(void)
{
	const struct op *o = pick_op();

	sim_self = rnd(NCPU);
	if (!sim_loaded(sim_self))
		vm_load(&pick_space()->s);
	doing = o->name;
	arm();
	o->f(model_of(sim_loaded(sim_self)));
	pg_fail(0);
	step++;
	if (chance(8)) {
		failures = vm_past(C_ALLOC_FAIL);
		check_all();
	}
}

static void boot_once(void)
{
	static bool booted;

	if (booted)
		return;
	booted = true;
	for (unsigned i = 0; i < sizeof image; i++)
		image[i] = (unsigned char)(i * 7 + i / 251 + 1);
	sim_boot();
	sim_race = race;
	sim_panic = panicked;
}

#ifdef LIBFUZZER
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	boot_once();
	from_bytes = true;
	bytes = data;
	bytes_end = data + n;
	hot = 0;
	managing = chance(2);
	begin();
	while (bytes < bytes_end)
		one();
	end();
	return 0;
}
#else
int main(int argc, char **argv)
{
	unsigned long n = argc > 1 ? strtoul(argv[1], 0, 0) : 20000;

	seed = argc > 2 ? strtoul(argv[2], 0, 0) : 1;
	managing = seed % 2;
	boot_once();
	begin();
	while (step < n)
		one();
	end();
	printf(PTE_FORMAT ": %lu operations: %llu faults, %llu copied, %llu reused, %llu tables unshared, %llu refusals\n", n,
	       (unsigned long long)vm_past(C_FAULT), (unsigned long long)vm_past(C_COPY),
	       (unsigned long long)vm_past(C_REUSE), (unsigned long long)vm_past(C_TABLE_COPY),
	       (unsigned long long)vm_past(C_ALLOC_FAIL));
	return 0;
}
#endif
