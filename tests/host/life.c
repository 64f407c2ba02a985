/* SPDX-License-Identifier: MIT */
/* life.c: the fuzzer's forks and ends of spaces, its objects, and its shortages. */
#include "fuzz.h"
#include "pt.h"

/* ---- spaces ---- */

/* What fork gives the child of a cell. */
static struct cell inherited(struct cell *c)
{
	struct cell n = *c;

	if (n.inherit == INHERIT_NONE)
		n.mapped = false;
	if (n.inherit == INHERIT_ZERO) {
		n.kind = n.kind == R_OBJECT ? R_ZERO : n.kind;
		n.own = true;
		n.c = (struct content){ 0 };
		n.present = false;
	}
	return n;
}

/* An eager copy of a private page that was its object's still no longer follows the object. */
static void settle(struct mspace *m)
{
	for (int i = 0; i < NPAGE; i++) {
		struct cell *c = &m->cell[i];
		struct region *r = region_find(&m->s, page_va(i));
		pte_t e = sim_entry(&m->s, page_va(i));

		if (!c->mapped || c->kind != R_OBJECT || c->own || !e)
			continue;
		if (pte_pa(e) != check_slot(r->obj, (size_t)c->off))
			cell_detach(c);
	}
}

void op_fork(struct mspace *m)
{
	int j = model_free_space(), cut = (int)rnd(PT_LEVELS + 2) - 1, rc;
	uint64_t copies = counted(m, C_COPY), tables = counted(m, C_TABLE_SHARE);
	struct mspace *child = &spaces[j < 0 ? 0 : j];

	if (j < 0)
		return;
	note(m, "to %d, cut %d", j, cut);
	do {
		rc = vm_init(&child->s);
		if (rc == 0 && (rc = vm_fork(&child->s, &m->s, cut)) < 0)
			vm_destroy(&child->s);
	} while (again(rc));
	must(rc == 0 || (rc == -ENOMEM && refused()), "vm_fork gives %d", rc);
	if (rc < 0)
		return;
	must(cut < 0 || copies == counted(m, C_COPY), "fork copied pages, at cut %d", cut);
	must(cut > 0 || tables == counted(m, C_TABLE_SHARE), "fork shared tables, at cut %d", cut);
	child->live = true;
	for (int i = 0; i < NPAGE; i++)
		child->cell[i] = inherited(&m->cell[i]);
	settle(child);
}

void op_destroy(struct mspace *m)
{
	unsigned me = sim_self;
	int live = 0;

	for (int i = 0; i < NSPACE; i++)
		live += spaces[i].live;
	if (live == 1)
		return;
	for (sim_self = 0; sim_self < NCPU; sim_self++)
		if (sim_loaded(sim_self) == &m->s)
			vm_load(0);
	sim_self = me;
	note(m, "of %d", live);
	vm_destroy(&m->s);
	m->live = false;
}

void op_switch(struct mspace *m)
{
	struct space *other = sim_loaded(rnd(NCPU));	/* several CPUs in one space, as threads are */

	note(m, "to another");
	vm_load(other && chance(2) ? other : &pick_space()->s);
}

/* ---- objects ---- */

static void open_object(int i)
{
	struct mobj *o = &objs[i];
	bool has_image = chance(2);
	size_t len = rnd(IMAGE_PAGES * PGSIZE), npages = has_image ? PG_UP(len) / PGSIZE + rnd(3) : rnd(12);

	*o = (struct mobj){ .o = obj_new(npages, has_image ? image : 0, has_image ? len : 0), .npages = (int)npages };
	must(o->o || refused(), "no object, though nothing was refused");
	for (int k = 0; o->o && k < NPAGE; k++)
		o->page[k] = fresh_content(o, k);
}

static void grow_object(struct mobj *o)
{
	size_t to = rnd(20);

	must(obj_grow(o->o, to) == 0, "obj_grow refuses %zu pages", to);
	must(obj_grow(o->o, (size_t)OBJ_MAX_PAGES + 1) == -EFBIG, "obj_grow takes any size");
	if ((int)to > o->npages)
		o->npages = (int)to;
}

/* Open, grow or close a file, in effect. */
void op_object(struct mspace *m)
{
	int i = model_free_obj(), n = (int)rnd(NOBJ);

	(void)m;
	if (i >= 0 && chance(2)) {
		open_object(i);
	} else if (objs[n].o && chance(2)) {
		grow_object(&objs[n]);
	} else if (objs[n].o) {
		obj_put(objs[n].o);
		objs[n].o = 0;
	}
}

/* A file is written: every mapping that follows it sees that. */
void op_objwrite(struct mspace *m)
{
	struct mobj *o = &objs[rnd(NOBJ)];
	unsigned i = rnd(16), k = rnd(PROBES);
	struct page *p;

	note(m, "object %d page %u", (int)(o - objs), i);
	if (!o->o)
		return;
	p = obj_page(o->o, i);
	must(!p || (int)i < o->npages, "an object has a page beyond its end");
	must(p || (int)i >= o->npages || refused(), "an object lacks a page, though nothing was refused");
	if (!p)
		return;
	check_page(pg_kva(p), &o->page[i], 0);
	((unsigned char *)pg_kva(p))[probe_at[k]] = o->page[i].val[k] = (uint8_t)rnd(256);
}

/* ---- shortages ---- */

static void unpin(void)
{
	for (int f = 0; f < SIM_FRAMES; f++)
		for (; pins[f] > 0; pins[f]--)
			pt_put(pg_of(RAM_BASE + (pa_t)f * PGSIZE));
}

/* A page or table that is shared gets almost as many holders as a count can hold (H9). */
void op_pin(struct mspace *m)
{
	va_t va = page_va((int)rnd(NPAGE));
	pte_t *t = m->s.root, e = 0;
	int level = (int)rnd(PT_LEVELS);

	if (REF_MAX > 255 || chance(3)) {
		unpin();
		return;
	}
	for (int l = PT_TOP; l >= level; l--) {
		e = t[pt_index(va, l)];
		if (!e)
			return;
		t = pt_table(e);
	}
	if (pg_ref(pt_page(e)) < 2)
		return;
	for (unsigned room = rnd(3); pg_ref(pt_page(e)) + room < REF_MAX; pins[(pte_pa(e) - RAM_BASE) >> PGSHIFT]++)
		must(pg_get(pt_page(e)), "a count is full too early");
}

static struct page *hoard[SIM_FRAMES];
static size_t nhoard;

static void give_back(void)
{
	while (nhoard > 0) {
		struct page *p = hoard[--nhoard];
		must(pg_unref(p), "a hoarded frame has other holders");
		pg_free(p);
	}
}

/* Leave hardly any memory, or give it all back. */
void op_hog(struct mspace *m)
{
	size_t leave = rnd(12);
	struct page *p;

	note(m, "leaves %zu", leave);
	if (nhoard > 0) {
		give_back();
		return;
	}
	while (pg_nfree() > leave && (p = pg_alloc(PG_KERNEL)))
		hoard[nhoard++] = p;
}

/* ---- a run ---- */

static size_t free_at_start;

static size_t frames_free(void)
{
	return pg_nfree() + pool_spare();
}

void begin(void)
{
	free_at_start = frames_free();
	must(vm_init(&spaces[0].s) == 0, "no first space");
	spaces[0].live = true;
	spaces[0].s.stack_lo = page_va(NPAGE - 22);
	memset(spaces[0].cell, 0, sizeof spaces[0].cell);
	vm_load(&spaces[0].s);
}

void end(void)
{
	pg_fail(0);
	unpin();
	give_back();
	for (int c = 0; c < NCPU; c++) {
		sim_self = (unsigned)c;
		vm_load(0);
	}
	for (struct mspace *m = spaces; m < spaces + NSPACE; m++)
		if (m->live) {
			vm_destroy(&m->s);
			m->live = false;
		}
	for (struct mobj *o = objs; o < objs + NOBJ; o++)
		if (o->o) {
			obj_put(o->o);
			o->o = 0;
		}
	check_all();
	must(frames_free() == free_at_start, "%zu frames were free, %zu are", free_at_start, frames_free());
}
