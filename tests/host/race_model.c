/* SPDX-License-Identifier: MIT */
/*
 * race_model.c: what memory should hold, and loads and stores that are judged.
 *
 * Lock: a page's words, then a value; whoever spins serves (sim_spin).
 */
#include "race.h"

enum { UNNAMED = 128 };

static struct value objvalue[NOBJ][NPAGE][WORDS];
static page_words unnamed[UNNAMED][STRETCH];
static _Atomic bool taken[UNNAMED];

struct value *model_object(int obj, int i)
{
	return objvalue[obj][i];
}

static void take(_Atomic unsigned *l)
{
	while (__c11_atomic_exchange(l, 1, __ATOMIC_SEQ_CST))
		sim_spin();
}

static void set(struct value *v, unsigned known, unsigned most, bool exact)
{
	v->known = known;
	v->most = most;
	v->exact = exact;
}

void model_init(void)
{
	for (int k = 0; k < NOBJ; k++)
		for (int i = 0; i < NPAGE; i++)
			for (int w = 0; w < WORDS; w++)
				set(&objvalue[k][i][w], 0, 0, true);
}

void model_zero(struct cell *c)
{
	for (int w = 0; w < WORDS; w++)
		set(&c->own[w], 0, 0, true);
}

void model_blank(struct place *p)
{
	for (int i = 0; i < NPAGE; i++)
		p->cell[i].mapped = false;
}

static void set_all(struct value *to, const struct value *from)
{
	for (int w = 0; w < WORDS; w++)
		set(&to[w], from[w].known, from[w].most, from[w].exact);
}

void model_move(struct cell *to, struct cell *from)
{
	set_all(to->own, from->own);
	to->value = from->shared ? (struct value *)from->value : to->own;
	to->shared = (bool)from->shared;
	to->backed = (bool)from->backed;
	to->prot = (unsigned)from->prot;
	to->inherit = (unsigned)from->inherit;
	to->mapped = true;
	from->mapped = false;
}

/* ---- private memory that turns into shared memory ---- */

page_words *model_unnamed(void)
{
	for (int k = 0; k < UNNAMED; k++)
		if (!__c11_atomic_exchange(&taken[k], true, __ATOMIC_RELAXED))
			return unnamed[k];
	return 0;
}

void model_share(struct cell *c, page_words *words)
{
	set_all(*words, c->own);
	c->value = *words;
	c->shared = c->backed = true;
}

void model_sweep(void)
{
	for (int k = 0; k < UNNAMED; k++)
		taken[k] = false;
	for (struct place *p = places; p < places + NSPACE; p++)
		for (struct cell *c = p->cell; life_alive(p) && c < p->cell + NPAGE; c++) {
			size_t k = ((uintptr_t)c->value - (uintptr_t)unnamed) / sizeof *unnamed;

			if (c->mapped && k < UNNAMED)
				taken[k] = true;
		}
}

void model_claim(struct place *p, int i, int n)
{
	for (struct cell *c = &p->cell[i]; c < &p->cell[i + n]; c++) {
		for (int w = 0; w < WORDS; w++)
			take(&c->lock[w]);
		c->turn++;
	}
}

void model_release(struct place *p, int i, int n)
{
	for (struct cell *c = &p->cell[i]; c < &p->cell[i + n]; c++) {
		c->turn++;
		for (int w = 0; w < WORDS; w++)
			c->lock[w] = 0;
	}
}

/* ---- fork ---- */

unsigned model_fork_before(struct cell *to, const struct cell *from)
{
	unsigned turn = from->turn;

	to->mapped = from->mapped && from->inherit != INHERIT_NONE;
	to->shared = (bool)from->shared;
	to->backed = (bool)from->backed;
	to->prot = (unsigned)from->prot;
	to->inherit = (unsigned)from->inherit;
	to->value = from->shared ? (struct value *)from->value : to->own;
	for (int w = 0; w < WORDS; w++) {
		const struct value *v = &from->own[w];
		bool exact = v->exact;
		if (from->inherit == INHERIT_ZERO)
			set(&to->own[w], 0, 0, true);
		else
			set(&to->own[w], v->known, exact ? 0 : (unsigned)v->most, false);
	}
	return turn;
}

bool model_fork_after(struct cell *to, const struct cell *from, unsigned turn)
{
	for (int w = 0; w < WORDS; w++) {
		const struct value *v = &from->own[w];
		if (v->exact && !to->own[w].exact)
			to->own[w].most = v->known + 1;		/* a store may be under way */
	}
	return from->turn == turn && turn % 2 == 0;
}

/* ---- loads and stores ---- */

static unsigned word_at(int w)
{
	return w ? PGSIZE - 64 : 128;
}

int user(struct space *s, va_t va, bool store, unsigned *x)
{
	for (int tries = 0; tries < 1000; tries++) {
		unsigned want = store ? P_W : P_R;
		volatile unsigned *p;
		int rc;

		sim_poll();
		if ((p = (void *)sim_peek(va, want))) {
			sim_pause();
			must(pg_use[kpa((void *)p) >> PGSHIFT] == PG_USER, "an access to a page that was freed, at %#lx", (unsigned long)va);
			if (store)
				*p = *x;
			else
				*x = *p;
			return 0;
		}
		if ((rc = vm_fault(s, va, want)) < 0)
			return rc;
	}
	fail("faults for ever at %#lx", (unsigned long)va);
}

/* As a program that runs here, or as a kernel that copies. */
static int load(struct place *p, int i, int w, unsigned *x)
{
	va_t va = page_va(i) + word_at(w);

	if (sim_loaded(sim_self) == &p->s && rnd(8))
		return user(&p->s, va, false, x);
	return vm_copyin(&p->s, x, va, sizeof *x);
}

static int store(struct place *p, int i, int w, unsigned x)
{
	va_t va = page_va(i) + word_at(w);

	if (sim_loaded(sim_self) == &p->s && rnd(4))
		return user(&p->s, va, true, &x);
	return vm_copyout(&p->s, va, &x, sizeof x);
}

void model_load(struct place *p, int i, int w)
{
	struct cell *c = &p->cell[i];
	unsigned turn = c->turn, lo, hi, x;
	bool mapped = c->mapped && c->prot;
	struct value *v = (struct value *)c->value + w;
	int rc;

	if (turn % 2 || (mapped && !v->exact))
		return;
	lo = mapped ? v->known : 0;
	rc = load(p, i, w, &x);
	hi = mapped ? v->known + 1 : 0;		/* a store may be under way */
	if (c->turn != turn || rc == -ENOMEM)
		return;
	must(mapped == (rc == 0), "page %d of space %d: error %d, though %smapped", i, (int)(p - places), rc, mapped ? "" : "not ");
	must(!mapped || (lo <= x && x <= hi), "page %d of space %d: saw store %u, not one of %u..%u", i, (int)(p - places), x, lo, hi);
}

/* Nobody else stores to the word. */
static void count_up(struct place *p, int i, int w)
{
	struct cell *c = &p->cell[i];
	struct value *v = (struct value *)c->value + w;
	unsigned x;
	int rc = load(p, i, w, &x);

	if (rc == -ENOMEM)
		return;
	must((rc == 0) == (c->prot != 0), "page %d of space %d: error %d, rights %#x", i, (int)(p - places), rc, c->prot);
	if (rc < 0)
		return;
	must(v->exact ? x == v->known : v->known <= x && x <= v->most, "page %d of space %d: a store saw %u, not %u..%u",
	     i, (int)(p - places), x, v->known, v->exact ? v->known : v->most);
	v->known = x;
	v->exact = true;
	if (rnd(8) == 0)
		return;
	rc = store(p, i, w, x + !!(c->prot & P_W));
	must(rc == -ENOMEM || (rc == 0) == !!(c->prot & P_W), "page %d of space %d: store gives %d, rights %#x",
	     i, (int)(p - places), rc, c->prot);
	if (rc == 0)
		v->known = x + 1;
}

void model_store(struct place *p, int i, int w)
{
	struct cell *c = &p->cell[i];

	take(&c->lock[w]);
	if (c->mapped) {
		struct value *v = (struct value *)c->value + w;
		take(&v->lock);
		count_up(p, i, w);
		v->lock = 0;
	}
	c->lock[w] = 0;
}
