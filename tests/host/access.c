/* SPDX-License-Identifier: MIT */
/* access.c: the fuzzer's loads, stores, kernel copies and faults. */
#include "fuzz.h"

/* A page, mapped more often than not. */
static int likely_page(struct mspace *m)
{
	int i = pick_page();

	for (int tries = 0; tries < 3 && !m->cell[i].mapped; tries++)
		i = pick_page();
	return i;
}

struct cell *reached(struct mspace *m, int i)
{
	if (!m->cell[i].mapped)
		model_grow_stack(m, i);
	return &m->cell[i];
}

/* Hardware that always grants a right may grant it where the region does not, but never to PROT_NONE. */
static bool implied(const struct cell *c, unsigned want)
{
	return c->mapped && c->kind != R_USER && c->prot && !(want & P_RWX & ~(c->prot | (unsigned)PTE_IMPLIED));
}

/* Does what the program is told agree with what is there?  c: the cell of miss. */
static void told_rightly(const struct cell *c, va_t miss, unsigned want)
{
	const struct vm_miss *t = &vm_miss[sim_self];

	must(t->va == miss && t->want == want, "missed %#lx for %u, told %#lx for %u", (unsigned long)miss, want, (unsigned long)t->va, t->want);
	must(t->look.have == cell_have(c) && t->look.region == cell_region(c) && !t->look.holders == !c->present,
	     "missed %#lx: told %#x of %#x", (unsigned long)miss, t->look.have, t->look.region);
}

/* miss: the page, or a copy's byte, that could not be had for want; c: its cell. */
static void refused_rightly(int rc, int due, const struct cell *c, va_t miss, unsigned want)
{
	if (rc == -ENOMEM)
		must(refused(), "out of memory at %#lx, though nothing was refused", (unsigned long)miss);
	else
		must(rc < 0 && rc == due, "at %#lx: error %d, due %d", (unsigned long)miss, rc, due);
	if (rc == -ERESTART)
		told_rightly(c, miss, want);
}

/* The same of a fault at va, in page i, whose error tells what is there. */
static void fault_refused_rightly(struct mspace *m, int i, va_t va, int rc, int due, unsigned want)
{
	const struct vm_miss *t = &vm_miss[sim_self];
	const struct vm_look *l = &t->look;
	struct cell *c = &m->cell[i];

	refused_rightly(rc, due, c, va, want);
	if (rc == -EFAULT)
		must(t->va == va && t->want == want && l->region == (c->mapped ? cell_region(c) : 0)
		     && l->have == (c->mapped ? have_at(m, i) : 0) && !l->holders == !l->have,
		     "no access to %#lx for %u: told %#x of %#x at %#lx for %u", (unsigned long)va, want, l->have, l->region,
		     (unsigned long)t->va, t->want);
}

/* A fault that may not move a byte: everything was there, or is this space's alone. */
static bool needs_no_copy(struct mspace *m, const struct cell *c, va_t va)
{
	pte_t e = sim_entry(&m->s, va);

	return pte_valid(e) && (c->shared || (pte_prot(e) & P_W) || (c->own && check_sole(&m->s, va)));
}

/* Private, and its object's page still: a store copies it. */
static bool follows(const struct cell *c)
{
	return c->mapped && c->kind == R_OBJECT && !c->shared && !c->own;
}

/* By this CPU, through what it has cached.  Null: it faulted for good, and rightly. */
static unsigned char *touch(struct mspace *m, int i, unsigned offset, unsigned want)
{
	va_t va = page_va(i) + offset;
	struct cell *c = &m->cell[i];
	bool no_copy = needs_no_copy(m, c, va);
	uint64_t copies = counted(m, C_COPY);
	int rc = 0, due;
	unsigned char *p;

	note(m, "%#lx, wants %u", (unsigned long)va, want);
	copying = follows(c);
	p = sim_touch(va, want, &rc);
	copying = false;
	c = reached(m, i);
	due = cell_access(c, want);
	if (!p) {
		fault_refused_rightly(m, i, va, rc, due, want);
		return 0;
	}
	must(due == 0 || implied(c, want), "at %#lx: allowed %#x, which is not due", (unsigned long)va, want);
	must(*p == content_byte(cell_content(c), offset), "at %#lx: read %#x, not %#x",
	     (unsigned long)va, *p, content_byte(cell_content(c), offset));
	must(!no_copy || copies == counted(m, C_COPY), "at %#lx: copied without need", (unsigned long)va);
	if (chance(16))
		check_page(p - offset, cell_content(c), va - offset);
	return p;
}

void op_load(struct mspace *m)
{
	touch(m, likely_page(m), probe_at[rnd(PROBES)], chance(6) ? P_X : P_R);
}

void op_store(struct mspace *m)
{
	int i = likely_page(m), k = (int)rnd(PROBES);
	unsigned char *p = touch(m, i, probe_at[k], P_W);

	if (!p)
		return;
	cell_detach(&m->cell[i]);
	*p = cell_content(&m->cell[i])->val[k] = (uint8_t)rnd(256);
}

/* A fault out of the blue, on a space loaded here or not. */
void op_fault(struct mspace *m)
{
	int i = likely_page(m), rc;
	unsigned want = (unsigned[]){ P_R, P_W, P_X, P_R | P_W }[rnd(4)];
	va_t va = page_va(i) + rnd(PGSIZE);
	struct cell *c;

	if (chance(4))
		m = pick_space();
	note(m, "%#lx, wants %u", (unsigned long)va, want);
	copying = follows(&m->cell[i]);
	rc = vm_fault(&m->s, va, want);
	copying = false;
	c = reached(m, i);
	if (rc < 0) {
		fault_refused_rightly(m, i, va, rc, cell_access(c, want), want);
		return;
	}
	must(cell_access(c, want) == 0, "a fault at %#lx was resolved that is an error", (unsigned long)page_va(i));
	if (want & P_W)
		cell_detach(c);
}

/* ---- kernel copies ---- */

/* A range of bytes that begins in a page of the windows, often across a page's end. */
static struct piece { int page; unsigned offset; size_t n; } pick_bytes(struct mspace *m)
{
	struct piece b = { .page = likely_page(m) };

	b.offset = chance(2) ? probe_at[rnd(PROBES)] : rnd(PGSIZE);
	b.n = chance(2) ? 1 + rnd(4) : 1 + rnd(8) * 1000 + rnd(100);
	return b;
}

static size_t first_part(const struct piece *b)
{
	return b->n < PGSIZE - b->offset ? b->n : PGSIZE - b->offset;
}

/* The next page's part of the range.  False: there is none in the windows. */
static bool next_part(struct piece *b)
{
	va_t next = page_va(b->page) + PGSIZE;

	b->n -= first_part(b);
	b->offset = 0;
	b->page = page_index(next);
	return b->n > 0 && b->page >= 0;
}

/* What a copy that needs this right is due to return, how many bytes it gets through first, and where it stops. */
static int copy_due(struct mspace *m, struct piece b, unsigned want, size_t *through, struct piece *stop)
{
	*through = 0;
	*stop = b;
	if (page_va(b.page) + b.offset + b.n > USERTOP)
		return -EFAULT;			/* refused as a whole */
	do {
		int due = cell_access(reached(m, b.page), want);
		*stop = b;
		if (due < 0)
			return due;
		*through += first_part(&b);
	} while (next_part(&b));
	return b.n == 0 ? 0 : -EFAULT;
}

/* Is all of the range readable, if only because hardware always grants it? */
static bool all_implied(struct mspace *m, struct piece b)
{
	do {
		if (!implied(&m->cell[b.page], P_R))
			return false;
	} while (next_part(&b));
	return b.n == 0;
}

void op_copyin(struct mspace *m)
{
	static unsigned char buf[16384];
	struct piece b = pick_bytes(m), stop;
	size_t through, at = 0;
	int rc, due;

	if (chance(4))
		m = pick_space();
	note(m, "%#lx + %#x, %zu bytes", (unsigned long)page_va(b.page), b.offset, b.n);
	still = b.offset + b.n > PGSIZE;
	rc = vm_copyin(&m->s, buf, page_va(b.page) + b.offset, b.n);
	still = false;
	due = copy_due(m, b, P_R, &through, &stop);
	if (rc < 0) {
		refused_rightly(rc, due, &m->cell[stop.page], page_va(stop.page) + stop.offset, P_R);
		return;
	}
	must(due == 0 || all_implied(m, b), "copied in what may not be read at %#lx", (unsigned long)page_va(b.page));
	do {
		for (unsigned o = b.offset; o < b.offset + first_part(&b); o++, at++)
			must(buf[at] == content_byte(cell_content(&m->cell[b.page]), o), "copied in a wrong byte, %u of %#lx",
			     o, (unsigned long)page_va(b.page));
	} while (next_part(&b));
}

/* The bytes there, but for new values at the probes. */
static void compose(struct mspace *m, struct piece b, unsigned char *to, uint8_t val)
{
	do {
		struct cell *c = &m->cell[b.page];
		for (unsigned o = b.offset; o < b.offset + first_part(&b); o++)
			*to++ = probe_of(o) >= 0 ? val : c->mapped && !cell_absent(c) ? content_byte(cell_content(c), o) : 0;
	} while (next_part(&b));
}

/* The model of a copy out that got through so many bytes. */
static void model_copyout(struct mspace *m, struct piece b, size_t through, uint8_t val)
{
	for (; through > 0; next_part(&b)) {
		struct cell *c = &m->cell[b.page];
		size_t n = first_part(&b);

		cell_detach(c);
		for (int k = 0; k < PROBES; k++)
			if (probe_at[k] >= b.offset && probe_at[k] < b.offset + n)
				cell_content(c)->val[k] = val;
		through -= n;
	}
}

void op_copyout(struct mspace *m)
{
	static unsigned char buf[16384];
	struct piece b = pick_bytes(m), stop;
	uint8_t val = (uint8_t)rnd(256);
	size_t through;
	int rc, due;

	if (chance(4))
		m = pick_space();
	if (b.offset + b.n > PGSIZE && (pg_fail(0) || pg_nfree() < 1000 || pinned()))
		b.n = PGSIZE - b.offset;	/* out of memory half way: only the kernel would know where */
	note(m, "%#lx + %#x, %zu bytes", (unsigned long)page_va(b.page), b.offset, b.n);
	still = b.offset + b.n > PGSIZE;
	compose(m, b, buf, val);
	copying = follows(&m->cell[b.page]);
	rc = vm_copyout(&m->s, page_va(b.page) + b.offset, buf, b.n);
	still = copying = false;
	due = copy_due(m, b, P_W, &through, &stop);
	if (rc == -ENOMEM)
		through = 0;
	if (rc < 0)
		refused_rightly(rc, due, &m->cell[stop.page], page_va(stop.page) + stop.offset, P_W);
	else
		must(due == 0, "copied out where nobody may write, %#lx", (unsigned long)page_va(b.page));
	model_copyout(m, b, through, val);
}

void op_copystr(struct mspace *m)
{
	static char buf[PGSIZE * 2];
	struct piece b = pick_bytes(m), at;
	int rc, len = 0, due = -ENAMETOOLONG;

	if (b.n > sizeof buf)
		b.n = sizeof buf;
	note(m, "%#lx + %#x, %zu bytes", (unsigned long)page_va(b.page), b.offset, b.n);
	still = true;
	rc = vm_copystr(&m->s, buf, page_va(b.page) + b.offset, b.n);
	still = false;
	at = b;
	do {
		struct cell *c = reached(m, at.page);
		if (cell_access(c, P_R) < 0 && !(rc != -EFAULT && implied(c, P_R) && !cell_absent(c))) {
			due = cell_access(c, P_R);
			break;
		}
		for (unsigned o = at.offset; due == -ENAMETOOLONG && o < at.offset + first_part(&at); o++, len++)
			if (!content_byte(cell_content(c), o))
				due = len;
	} while (due == -ENAMETOOLONG && next_part(&at));
	if (due == -ENAMETOOLONG && at.n > 0)
		due = -EFAULT;
	must(rc == due || (rc == -ENOMEM && refused()), "copystr at %#lx gives %d, not %d",
	     (unsigned long)page_va(b.page), rc, due);
	must(rc < 0 || (buf[rc] == 0 && (rc == 0 || buf[rc - 1])), "copystr: not the string");
}
