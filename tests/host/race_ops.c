/* SPDX-License-Identifier: MIT */
/* race_ops.c: random operations on random spaces, by CPUs that run at once. */
#include "race.h"

enum { STEPS = 100, EXTRA = 4, MARK = 0x600d };

struct object *objects[NOBJ];

struct stretch { int i, n; va_t lo, hi; };

static struct stretch stretch(void)
{
	struct stretch t = { .i = (int)rnd(NPAGE) };

	t.n = 1 + (int)rnd((unsigned)(NPAGE - t.i < STRETCH ? NPAGE - t.i : STRETCH));
	t.lo = page_va(t.i);
	t.hi = page_va(t.i + t.n);
	return t;
}

/* ---- regions ---- */

static void was_mapped(struct place *p, struct stretch t, const struct region *r, int obj)
{
	for (int i = t.i; i < t.i + t.n; i++) {
		struct cell *c = &p->cell[i];

		model_zero(c);
		c->value = obj < 0 ? c->own : model_object(obj, i);
		c->shared = obj >= 0;
		c->backed = r->obj != 0;
		c->prot = r->prot;
		c->inherit = r->inherit;
		c->mapped = true;
	}
}

/* The objects of shared memory outlive all; a private mapping has one of its own, which dies with its last page. */
static void map(struct place *p)
{
	struct stretch t = stretch();
	struct region r = { .lo = t.lo, .hi = t.hi, .kind = R_ZERO, .inherit = INHERIT_COPY };
	int obj = rnd(4) ? -1 : (int)rnd(NOBJ);

	if (rnd(8) == 0)
		r.inherit = rnd(2) ? INHERIT_NONE : INHERIT_ZERO;
	r.prot = rnd(5) ? P_R | P_W : P_R;
	r.off = (size_t)t.i;
	if (obj >= 0) {
		obj_get(r.obj = objects[obj]);
		r.shared = true;
		r.inherit = INHERIT_SHARE;
	} else if (rnd(4) == 0) {
		r.obj = obj_new(NPAGE, 0, 0);
	}
	if (r.obj)
		r.kind = R_OBJECT;
	model_claim(p, t.i, t.n);
	if (vm_map(&p->s, &r) == 0)
		was_mapped(p, t, &r, obj);
	else if (r.obj)
		obj_put(r.obj);
	model_release(p, t.i, t.n);
}

static void unmap(struct place *p)
{
	struct stretch t = stretch();

	model_claim(p, t.i, t.n);
	while (vm_unmap(&p->s, t.lo, t.hi) < 0)
		;
	for (int i = t.i; i < t.i + t.n; i++)
		p->cell[i].mapped = false;
	model_release(p, t.i, t.n);
}

/* Back to zeros, of its own object's or of none; shared memory keeps its words. */
static void discard(struct place *p)
{
	struct stretch t = stretch();

	model_claim(p, t.i, t.n);
	if (vm_discard(&p->s, t.lo, t.hi) == 0)
		for (struct cell *c = &p->cell[t.i]; c < &p->cell[t.i + t.n]; c++)
			if (!c->shared)
				model_zero(c);
	model_release(p, t.i, t.n);
}

static void protect(struct place *p)
{
	struct stretch t = stretch();
	unsigned prot = rnd(6) == 0 ? 0 : rnd(2) ? P_R : P_R | P_W;

	model_claim(p, t.i, t.n);
	if (vm_protect(&p->s, t.lo, t.hi, prot) == 0)
		for (int i = t.i; i < t.i + t.n; i++) {
			must(p->cell[i].mapped, "page %d of space %d is protected, though not mapped", i, (int)(p - places));
			p->cell[i].prot = prot;
		}
	model_release(p, t.i, t.n);
}

static int may_remap(const struct place *p, struct stretch from, struct stretch to)
{
	for (int i = from.i; i < from.i + from.n; i++)
		if (!p->cell[i].mapped)
			return -EFAULT;
	for (int i = to.i == from.i ? from.i + from.n : to.i; i < to.i + to.n; i++)
		if (p->cell[i].mapped)
			return -EEXIST;
	return 0;
}

/* Elsewhere or on the spot; zeros that were never touched may go on. */
static void was_remapped(struct place *p, struct stretch from, struct stretch to)
{
	for (int k = 0; k < from.n && to.i != from.i; k++)
		model_move(&p->cell[to.i + k], &p->cell[from.i + k]);
	for (struct cell *c = &p->cell[to.i + from.n]; c < &p->cell[to.i + to.n]; c++) {
		model_move(c, &c[-1]);
		c[-1].mapped = true;
		model_zero(c);
	}
}

static void remap(struct place *p)
{
	struct stretch from = stretch(), to = stretch();
	int lo, n, want, rc;

	if (rnd(4) == 0)
		to.i = from.i;
	if (to.n < from.n)
		to.n = from.n;
	if (to.i + to.n > NPAGE)
		return;
	lo = from.i < to.i ? from.i : to.i;
	n = (from.i + from.n > to.i + to.n ? from.i + from.n : to.i + to.n) - lo;
	model_claim(p, lo, n);
	if (p->cell[from.i + from.n - 1].backed)
		to.n = from.n;
	to.lo = page_va(to.i);
	to.hi = page_va(to.i + to.n);
	want = may_remap(p, from, to);
	rc = vm_remap(&p->s, from.lo, from.hi, to.lo, to.hi);
	must(rc == want || (rc == -ENOMEM && want == 0), "vm_remap in space %d of pages %d..%d to %d..%d gives %d, not %d",
	     (int)(p - places), from.i, from.i + from.n, to.i, to.i + to.n, rc, want);
	if (rc == 0)
		was_remapped(p, from, to);
	model_release(p, lo, n);
}

static int may_inherit(const struct place *p, struct stretch t, unsigned inherit)
{
	for (const struct cell *c = &p->cell[t.i]; c < &p->cell[t.i + t.n]; c++)
		if (c->mapped && c->shared && inherit != INHERIT_SHARE && inherit != INHERIT_NONE)
			return -EINVAL;
	for (int i = t.i; i < t.i + t.n; i++)
		if (!p->cell[i].mapped)
			return -ENOMEM;
	return 0;
}

static void inherit(struct place *p)
{
	static const unsigned kinds[] = { INHERIT_COPY, INHERIT_NONE, INHERIT_ZERO, INHERIT_SHARE, INHERIT_SHARE, INHERIT_SHARE };
	unsigned kind = kinds[rnd(sizeof kinds / sizeof *kinds)];
	page_words *words = kind == INHERIT_SHARE ? model_unnamed() : 0;
	struct stretch t = stretch();
	int rc, want;

	if (kind == INHERIT_SHARE && !words)
		return;
	model_claim(p, t.i, t.n);
	want = may_inherit(p, t, kind);
	rc = vm_inherit(&p->s, t.lo, t.hi, kind);
	must(rc == want || (rc == -ENOMEM && want == 0), "vm_inherit of pages %d..%d of space %d gives %d, not %d",
	     t.i, t.i + t.n, (int)(p - places), rc, want);
	for (int k = 0; k < t.n && rc == 0; k++) {
		struct cell *c = &p->cell[t.i + k];

		if (kind == INHERIT_SHARE && !c->shared)
			model_share(c, &words[k]);
		c->inherit = kind;
	}
	model_release(p, t.i, t.n);
}

/*
 * Memory that the program manages, where the model sees none: pages [NPAGE, NPAGE + EXTRA), of any space from and to
 * any other, each CPU in its own order.  What they hold is nobody's claim but this: a word is some page's number.
 */
static va_t extra(void)
{
	return page_va(NPAGE) + (va_t)rnd(EXTRA) * PGSIZE;
}

static void managed_access(struct place *p)
{
	va_t va = extra();
	unsigned x = MARK;
	int rc = rnd(2) && sim_loaded(sim_self) == &p->s ? user(&p->s, va, rnd(2), &x)
		: rnd(2) ? vm_copyin(&p->s, &x, va, sizeof x) : vm_copyout(&p->s, va, &x, sizeof x);

	must(rc == 0 || rc == -ERESTART || rc == -EFAULT || rc == -ENOMEM, "an access to managed memory gives %d", rc);
	must(rc < 0 || x == 0 || x == MARK, "managed memory holds %#x, which nobody stored there", x);
}

static void managed(struct place *p)
{
	static const unsigned rights[] = { 0, P_R, P_R | P_W, P_R | P_W | P_S0, P_R | P_W | PAGE_MOVE, P_R | PAGE_MOVE, P_R | P_W | PAGE_COPY };
	struct place *other = &places[rnd(NSPACE)];
	struct page_run run[4];
	struct vm_look l;

	switch (rnd(8)) {
	case 0:
		vm_manage(&p->s, page_va(NPAGE), page_va(NPAGE + EXTRA));
		break;
	case 1:
		vm_page_alloc(&p->s, extra(), P_R | P_W);
		break;
	case 2:
		vm_page_unmap(&p->s, extra());
		break;
	case 3:
		vm_look(&p->s, extra(), &l);
		must(vm_query(&p->s, 0, USERTOP, run, 4) >= 0, "vm_query fails");
		break;
	case 4:
		if (rnd(8) == 0)
			vm_unmap(&p->s, page_va(NPAGE), page_va(NPAGE + EXTRA));
		break;
	case 5:
		managed_access(p);
		break;
	default:
		if (other != p && !life_enter(other))
			break;
		vm_page_map(&p->s, extra(), &other->s, extra(), rights[rnd(sizeof rights / sizeof *rights)]);
		if (other != p)
			life_leave(other);
	}
}

/* ---- whole spaces ---- */

/* A page that changed while it was forked may be there or not: it shall not. */
static void settle(struct place *child, int i)
{
	while (vm_unmap(&child->s, page_va(i), page_va(i + 1)) < 0)
		;
	child->cell[i].mapped = false;
}

static void fork(struct place *p)
{
	struct place *child = life_new();
	unsigned turn[NPAGE];

	if (!child)
		return;
	if (vm_init(&child->s) < 0) {
		life_undo(child);
		return;
	}
	child->s.users = NCPU;
	for (int i = 0; i < NPAGE; i++)
		turn[i] = model_fork_before(&child->cell[i], &p->cell[i]);
	if (vm_fork(&child->s, &p->s, (int)rnd(4) - 1) < 0) {
		vm_destroy(&child->s);
		life_undo(child);
		return;
	}
	for (int i = 0; i < NPAGE; i++)
		if (!model_fork_after(&child->cell[i], &p->cell[i], turn[i]))
			settle(child, i);
	life_begin(child);
}

/* What looks and changes nothing. */
static void look(struct place *p)
{
	struct vm_usage u;

	vm_usage(&p->s, &u);
	must(u.resident <= NPAGE + EXTRA && u.shared <= u.resident, "%zu pages are resident, %zu shared", u.resident, u.shared);
	must(obj_cached() == 0, "an object without an image is a cache");
	must(pg_nfree() <= pg_total(), "more frames are free than there are");
}

static void use(struct place *p)
{
	int i = (int)rnd(NPAGE), w = (int)rnd(WORDS), n = 1 + (int)rnd(8);
	unsigned op = rnd(130);

	if (op < 40)
		while (n-- > 0)
			model_load(p, i, w);
	else if (op < 70)
		while (n-- > 0)
			model_store(p, i, w);
	else if (op < 78)
		vm_fault(&p->s, page_va(i), rnd(2) ? P_R : P_W);
	else if (op < 83)
		map(p);
	else if (op < 85)
		unmap(p);
	else if (op < 86)
		discard(p);
	else if (op < 90)
		protect(p);
	else if (op < 96)
		remap(p);
	else if (op < 100)
		inherit(p);
	else if (op < 107)
		fork(p);
	else if (op < 108)
		look(p);
	else if (op < 128)
		managed(p);
	else
		pg_fail(1 + rnd(8));
}

static void step(void)
{
	struct place *p = &places[rnd(NSPACE)];

	sim_poll();
	if (!life_enter(p)) {
		sim_spin();
		return;
	}
	if (rnd(4))
		vm_load(&p->s);
	for (int n = (int)rnd(6); n >= 0; n--)
		use(p);
	vm_load(0);
	if (rnd(8) || !life_end(p))
		life_leave(p);
}

void ops_run(void)
{
	for (int n = 0; n < STEPS; n++)
		step();
	sim_barrier();
	if (sim_self == 0)
		pg_fail(0);
}
