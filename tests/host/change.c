/* SPDX-License-Identifier: MIT */
/* change.c: the fuzzer's changes of regions, and what they ought to do to the model. */
#include "fuzz.h"

static struct span span_of(int i, int j)
{
	return (struct span){ i, j, page_va(i), page_va(j) + PGSIZE };
}

struct span pick_span(void)
{
	int i = pick_page(), j = i + (int)rnd(12);

	if (chance(10))
		j = i + (int)rnd(NPAGE);
	return span_of(i, j < NPAGE ? j : NPAGE - 1);
}

struct span pick_run(void)
{
	struct span s = pick_span();

	while (s.hi - s.lo != (va_t)(s.j - s.i + 1) * PGSIZE)
		s = span_of(s.i, s.j - 1);
	return s;
}

static bool all_mapped(struct mspace *m, struct span s)
{
	bool all = s.hi - s.lo == (va_t)(s.j - s.i + 1) * PGSIZE;

	for (int k = s.i; k <= s.j; k++)
		all = all && m->cell[k].mapped;
	return all;
}

static bool none_mapped(struct mspace *m, struct span s)
{
	for (int k = s.i; k <= s.j; k++)
		if (m->cell[k].mapped)
			return false;
	return true;
}

static unsigned pick_prot(void)
{
	return (unsigned[]){ 0, P_R, P_R | P_X, P_RWX, P_W, P_X, P_R | P_W, P_R | P_W, P_R | P_W, P_R | P_W }[rnd(10)];
}

/* Out of memory only if there was some refusal, and then not half done: check_all will see. */
bool refusal(int rc)
{
	must(rc != -ENOMEM || refused(), "out of memory, though nothing was refused");
	return rc == -ENOMEM;
}

static struct region pick_region(struct span s, int *obj)
{
	struct region r = { .lo = s.lo, .hi = s.hi, .prot = (uint8_t)pick_prot(), .inherit = INHERIT_COPY };
	unsigned what = rnd(10);

	*obj = (int)rnd(NOBJ);
	if (what == 0) {
		r.kind = R_STACK;
	} else if (what < 6 && objs[*obj].o) {
		r.kind = R_OBJECT;
		r.obj = objs[*obj].o;
		r.off = rnd((unsigned)objs[*obj].npages + 2);
		r.shared = what < 3;
		r.inherit = r.shared ? INHERIT_SHARE : INHERIT_COPY;
		if (r.shared && chance(3)) {
			r.shared = REGION_SEALED;
			r.prot &= (uint8_t)~P_W;
		}
	}
	if (chance(8))
		r.inherit = INHERIT_NONE;
	else if (chance(8) && !r.shared)
		r.inherit = INHERIT_ZERO;
	return r;
}

static void now_mapped(struct mspace *m, struct span s, const struct region *r, int obj)
{
	for (int k = s.i; k <= s.j; k++)
		m->cell[k] = (struct cell){
			.mapped = true, .shared = r->shared, .sealed = r->shared == REGION_SEALED, .prot = (uint8_t)with_read(r->prot), .kind = r->kind, .inherit = r->inherit,
			.own = r->kind != R_OBJECT, .obj = obj, .off = (int)r->off + k - s.i,
		};
}

void op_map(struct mspace *m)
{
	struct span s = pick_run();
	int obj, rc;
	struct region r = pick_region(s, &obj);
	bool over = chance(2);			/* in place of what is there */

	if (r.obj && r.off + (size_t)(s.j - s.i) >= NPAGE)
		return;
	note(m, "%#lx..%#lx%s prot %u kind %u shared %u object %d + %zu", (unsigned long)s.lo, (unsigned long)s.hi,
	     over ? " over" : "", r.prot, r.kind, r.shared, obj, r.off);
	do {
		if (r.obj)
			obj_get(r.obj);
		rc = over ? vm_replace(&m->s, &r) : vm_map(&m->s, &r);
		if (rc < 0 && r.obj)
			obj_put(r.obj);
	} while (again(rc));
	if (refusal(rc))
		return;
	must(rc == (over || none_mapped(m, s) ? 0 : -EEXIST), "vm_%s gives %d", over ? "replace" : "map", rc);
	if (rc == 0)
		now_mapped(m, s, &r, obj);
}

void op_unmap(struct mspace *m)
{
	struct span s = pick_span();
	int rc;

	note(m, "%#lx..%#lx", (unsigned long)s.lo, (unsigned long)s.hi);
	do {
		rc = vm_unmap(&m->s, s.lo, s.hi);
	} while (again(rc));
	if (refusal(rc))
		return;
	must(rc == 0, "vm_unmap gives %d", rc);
	for (int k = s.i; k <= s.j; k++)
		m->cell[k].mapped = false;
}

/* Given up: zeros again, or what the object holds; where the program manages, no page. */
static void discard_cell(struct cell *c)
{
	c->own = c->kind != R_OBJECT;
	c->c = (struct content){ 0 };
	c->present = false;
}

void op_discard(struct mspace *m)
{
	struct span s = pick_span();
	int rc;

	note(m, "%#lx..%#lx", (unsigned long)s.lo, (unsigned long)s.hi);
	do {
		rc = vm_discard(&m->s, s.lo, s.hi);
	} while (again(rc));
	must(vm_covered(&m->s, s.lo, s.hi) == all_mapped(m, s), "vm_covered is wrong");
	if (!all_mapped(m, s)) {
		must(rc == -ENOMEM, "vm_discard of no region gives %d", rc);
		return;
	}
	if (refusal(rc))
		return;
	must(rc == 0, "vm_discard gives %d", rc);
	for (int k = s.i; k <= s.j; k++)
		discard_cell(&m->cell[k]);
}

/* Where the program manages, what the page has is lowered, and never raised. */
static void restrict_cell(struct cell *c, unsigned prot)
{
	c->prot = (uint8_t)prot;
	if (c->kind == R_USER)
		c->have &= (uint8_t)(prot | P_S0 | P_S1 | (prot ? (unsigned)PTE_IMPLIED : 0));
}

static bool sealed_against(struct mspace *m, struct span s, unsigned prot)
{
	for (int k = s.i; k <= s.j && (prot & P_W); k++)
		if (m->cell[k].mapped && m->cell[k].sealed && m->cell[k].kind != R_USER)
			return true;
	return false;
}

void op_protect(struct mspace *m)
{
	struct span s = pick_span();
	unsigned prot = pick_prot();
	int rc;

	note(m, "%#lx..%#lx %u", (unsigned long)s.lo, (unsigned long)s.hi, prot);
	do {
		rc = vm_protect(&m->s, s.lo, s.hi, prot);
	} while (again(rc));
	if (!all_mapped(m, s) || sealed_against(m, s, prot)) {
		must((rc == -ENOMEM && !all_mapped(m, s)) || (rc == -EACCES && sealed_against(m, s, prot)), "vm_protect where it may not gives %d", rc);
		return;
	}
	if (refusal(rc))
		return;
	must(rc == 0, "vm_protect gives %d", rc);
	for (int k = s.i; k <= s.j; k++)
		restrict_cell(&m->cell[k], with_read(prot));
}

static bool may_move(struct mspace *m, struct span s)
{
	bool may = true;

	for (int k = s.i; k <= s.j; k++)
		may = may && m->cell[k].mapped && m->cell[k].kind != R_STACK && m->cell[k].kind != R_USER;
	return may;
}

/* The cells of from to begin with page i, and the last one to go on up to page j. */
static void model_move(struct mspace *m, struct span from, int i, int j)
{
	struct cell old[NPAGE], more = m->cell[from.j];
	int n = from.j - from.i + 1;

	more.own = more.kind != R_OBJECT;
	more.c = (struct content){ 0 };
	memcpy(old, &m->cell[from.i], (size_t)n * sizeof *old);
	for (int k = from.i; k <= from.j; k++)
		m->cell[k].mapped = false;
	for (int k = i; k <= j; k++) {
		more.off += k - i >= n;
		m->cell[k] = k - i < n ? old[k - i] : more;
	}
}

void op_remap(struct mspace *m)
{
	struct span s = pick_run(), t = pick_run();
	int rc, free_from;

	if (chance(4))				/* in place */
		t = span_of(s.i, t.j - t.i + s.i < NPAGE ? t.j - t.i + s.i : NPAGE - 1);
	if (t.j - t.i < s.j - s.i)
		s = span_of(s.i, s.i + t.j - t.i);
	free_from = s.i == t.i ? s.j + 1 : t.i;
	if (t.hi - t.lo != (va_t)(t.j - t.i + 1) * PGSIZE || (m->cell[s.j].mapped && m->cell[s.j].off + t.j - t.i >= NPAGE))
		return;
	note(m, "%#lx..%#lx to %#lx..%#lx", (unsigned long)s.lo, (unsigned long)s.hi, (unsigned long)t.lo, (unsigned long)t.hi);
	do {
		rc = vm_remap(&m->s, s.lo, s.hi, t.lo, t.hi);
	} while (again(rc));
	if (refusal(rc))
		return;
	if (!may_move(m, s)) {
		must(rc == -EFAULT || rc == -EINVAL, "vm_remap of what may not move gives %d", rc);
		return;
	}
	if (free_from <= t.j && !none_mapped(m, span_of(free_from, t.j))) {
		must(rc == -EEXIST, "vm_remap to where something is gives %d", rc);
		return;
	}
	must(rc == 0, "vm_remap gives %d", rc);
	model_move(m, s, t.i, t.j);
}

static bool may_inherit(const struct cell *c, unsigned inherit)
{
	if (!c->mapped || inherit == INHERIT_NONE)
		return true;
	if (inherit == INHERIT_SHARE)
		return c->shared || c->kind == R_ZERO || c->kind == R_OBJECT;
	return !c->shared;
}

/* Private cells turn into pages of an object that only the kernel knows; what lay past an object's end is zero. */
static void model_share(struct mspace *m, struct span s, int obj)
{
	objs[obj] = (struct mobj){ .npages = s.j - s.i + 1 };
	for (int k = s.i; k <= s.j; k++) {
		struct cell *c = &m->cell[k];

		if (c->shared)
			continue;
		objs[obj].page[k - s.i] = cell_absent(c) ? (struct content){ 0 } : *cell_content(c);
		c->kind = R_OBJECT;
		c->shared = true;
		c->own = false;
		c->obj = obj;
		c->off = k - s.i;
	}
}

void op_inherit(struct mspace *m)
{
	struct span s = pick_span();
	unsigned inherit = rnd(4);
	int rc, obj = model_free_obj();
	bool may = true;

	if (inherit == INHERIT_SHARE && obj < 0)
		return;
	note(m, "%#lx..%#lx %u", (unsigned long)s.lo, (unsigned long)s.hi, inherit);
	for (int k = s.i; k <= s.j; k++)
		may = may && may_inherit(&m->cell[k], inherit);
	do {
		rc = vm_inherit(&m->s, s.lo, s.hi, inherit);
	} while (again(rc));
	if (!may || !all_mapped(m, s)) {
		must(rc == (may ? -ENOMEM : -EINVAL), "vm_inherit where it may not gives %d", rc);
		return;
	}
	if (refusal(rc))
		return;
	must(rc == 0, "vm_inherit gives %d", rc);
	if (inherit == INHERIT_SHARE)
		model_share(m, s, obj);
	for (int k = s.i; k <= s.j; k++)
		m->cell[k].inherit = (uint8_t)inherit;
}

/* sbrk: from the i-th page on, however far the plain memory goes. */
void op_resize(struct mspace *m)
{
	struct span s = pick_run();
	int end = s.i, to = s.i + (int)rnd((unsigned)(s.j - s.i) + 2), rc;
	va_t hi, new_hi;

	while (end <= s.j && m->cell[end].mapped && m->cell[end].kind == R_ZERO)
		end++;
	hi = s.lo + (va_t)(end - s.i) * PGSIZE;
	new_hi = s.lo + (va_t)(to - s.i) * PGSIZE;
	note(m, "%#lx: %#lx to %#lx", (unsigned long)s.lo, (unsigned long)hi, (unsigned long)new_hi);
	do {
		rc = vm_resize(&m->s, s.lo, hi, new_hi);
	} while (again(rc));
	if (refusal(rc))
		return;
	if (to > end && !none_mapped(m, span_of(end, to - 1))) {
		must(rc == -EEXIST, "vm_resize over another region gives %d", rc);
		return;
	}
	must(rc == 0, "vm_resize gives %d", rc);
	for (int k = to; k < end; k++)
		m->cell[k].mapped = false;
	for (int k = end; k < to; k++)
		m->cell[k] = (struct cell){
			.mapped = true, .prot = P_R | P_W, .kind = R_ZERO, .inherit = INHERIT_COPY, .own = true,
		};
}

static va_t model_hole(struct mspace *m, size_t len, va_t hi)
{
	for (int i = NPAGE - 1; i >= 0; i--) {
		va_t va = page_va(i);

		if (!m->cell[i].mapped || va >= hi)
			continue;
		if (hi - va - PGSIZE >= len)
			return hi - len;
		hi = va;
	}
	return hi > len ? hi - len : 0;
}

void op_hole(struct mspace *m)
{
	size_t len = (1 + rnd(20)) * PGSIZE - rnd(2);
	va_t limit = chance(2) ? USERTOP : page_va((int)rnd(NPAGE)) + rnd(2);
	va_t got = vm_hole(&m->s, len, limit), due = model_hole(m, PG_UP(len), PG_DOWN(limit));

	must(got == due, "vm_hole gives %#lx, not %#lx", (unsigned long)got, (unsigned long)due);
	must(vm_hole(&m->s, 0, limit) == 0, "vm_hole finds room for nothing");
}

/* Often below the limit of last time, so that where the last one lay is remembered. */
void op_map_below(struct mspace *m)
{
	static va_t limit = USERTOP;
	size_t pages = 1 + rnd(chance(3) ? 8 : 2), len = pages * PGSIZE;
	struct region r;
	int obj, rc, i;
	va_t due;

	if (chance(6) || limit <= len)
		limit = page_va(1 + (int)rnd(NPAGE - 1));
	due = model_hole(m, len, limit);
	r = pick_region((struct span){ 0 }, &obj);
	i = page_index(due);
	if ((r.obj && r.off + pages > NPAGE) || (due && (i < 0 || page_index(due + len - PGSIZE) != i + (int)pages - 1)))
		return;			/* of other pages the model knows nothing */
	note(m, "%zu pages below %#lx prot %u kind %u shared %u object %d + %zu", pages, (unsigned long)limit, r.prot, r.kind, r.shared, obj, r.off);
	do {
		if (r.obj)
			obj_get(r.obj);
		rc = vm_map_below(&m->s, &r, len, limit);
		if (rc < 0 && r.obj)
			obj_put(r.obj);
	} while (again(rc));
	if (due == 0)
		must(rc == -ENOMEM, "vm_map_below gives %d where there is no room", rc);
	if (due == 0 || refusal(rc))
		return;
	must(rc == 0 && r.lo == due && r.hi == due + len, "vm_map_below gives %d, %#lx, not %#lx", rc, (unsigned long)r.lo, (unsigned long)due);
	now_mapped(m, (struct span){ i, i + (int)pages - 1, r.lo, r.hi }, &r, obj);
}

/* Whatever a program may pass: an error, and nothing has changed. */
void op_bad(struct mspace *m)
{
	static const struct { va_t lo, hi; } ranges[] = {
		{ 0x1001, 0x3000 }, { 0x1000, 0x3001 }, { 0x3000, 0x1000 }, { 0x1000, 0x1000 },
		{ USERTOP - PGSIZE, USERTOP + PGSIZE }, { USERTOP, USERTOP + PGSIZE }, { 0x1000, ~(va_t)0 - PGSIZE + 1 },
		{ ~(va_t)0 - PGSIZE + 1, 0 }, { 0, ~(va_t)0 },
	};
	unsigned n = rnd(sizeof ranges / sizeof *ranges);
	va_t lo = ranges[n].lo, hi = ranges[n].hi;
	struct region r = { .lo = lo, .hi = hi, .prot = P_R, .kind = R_ZERO, .inherit = INHERIT_COPY };
	char c[2] = { 1, 1 };
	bool over = hi > USERTOP && lo < hi;
	va_t alias = page_va(pick_page()) | ~(va_t)0 << (PGSHIFT + PT_LEVELS * SIM_BITS);
	static char kept[PGSIZE];

	must(vm_copyin(&m->s, kept, alias, PGSIZE - alias) == -EFAULT && !kept[0] && !memcmp(kept, kept + 1, PGSIZE - 1),
	     "vm_copyin follows an address that wraps");
	must(vm_map(&m->s, &r) == -EINVAL, "vm_map takes a bad range");
	must(vm_unmap(&m->s, lo, hi) == -EINVAL, "vm_unmap takes a bad range");
	must(vm_discard(&m->s, lo, hi) == -EINVAL && !vm_covered(&m->s, lo, hi), "vm_discard takes a bad range");
	must(vm_protect(&m->s, lo, hi, P_R) == -EINVAL, "vm_protect takes a bad range");
	must(vm_protect(&m->s, 0x1000, 0x2000, ~0u) == -EINVAL, "vm_protect takes bad rights");
	must(vm_remap(&m->s, lo, hi, 0x1000, 0x2000) == -EINVAL && vm_remap(&m->s, 0x1000, 0x2000, lo, hi) == -EINVAL,
	     "vm_remap takes a bad range");
	must(vm_remap(&m->s, 0x1000, 0x3000, 0x1000, 0x2000) == -EINVAL, "vm_remap shrinks");
	must(vm_inherit(&m->s, lo, hi, INHERIT_NONE) == -EINVAL, "vm_inherit takes a bad range");
	must(vm_inherit(&m->s, 0x1000, 0x2000, 4) == -EINVAL, "vm_inherit takes a bad mode");
	must(vm_resize(&m->s, 0x3000, 0x3000, 0x1000) == -EINVAL, "vm_resize goes below its start");
	must(vm_fault(&m->s, USERTOP + lo % USERTOP, P_R) == -EFAULT, "a fault in kernel addresses is resolved");
	must(vm_fault(&m->s, ~(va_t)0 - n, P_W) == -EFAULT, "a fault at the very top is resolved");
	if (!over)
		return;
	must(vm_copyin(&m->s, c, lo, hi - lo) == -EFAULT, "vm_copyin takes a bad range");
	must(vm_copyout(&m->s, lo, c, hi - lo) == -EFAULT, "vm_copyout takes a bad range");
	must(vm_copystr(&m->s, c, USERTOP + n, 2) == -EFAULT, "vm_copystr takes a bad address");
	must(vm_copyin(&m->s, c, ~(va_t)0, 2) == -EFAULT, "vm_copyin takes a range that wraps");
}
