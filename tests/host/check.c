/* SPDX-License-Identifier: MIT */
/*
 * check.c: recount and recheck everything, in ignorance of vm/audit.c.
 *
 * Reads the tables through pte.h and the regions through region_above, and
 * nothing else of vm/.
 */
#include "check.h"
#include <stdlib.h>

enum { N = 1 << SIM_BITS, SLOTS = PGSIZE / sizeof(pa_t), MAXOBJ = 256 };

unsigned pins[SIM_FRAMES];
static unsigned holders[SIM_FRAMES];
static bool visited[SIM_FRAMES];	/* a table whose entries are counted */
static const struct object *seen_obj[MAXOBJ];
static int nseen_obj;

unsigned pinned(void)
{
	unsigned n = 0;

	for (int f = 0; f < SIM_FRAMES; f++)
		n += pins[f];
	return n;
}

static size_t frame(pa_t pa)
{
	must(pa >= RAM_BASE && pa < RAM_END && pa % PGSIZE == 0, "%#lx is no frame", (unsigned long)pa);
	return (pa - RAM_BASE) >> PGSHIFT;
}

/* ---- counts ---- */

/* A table of entries of level l. */
static void count_table(const pte_t *t, int l)
{
	if (visited[frame(kpa(t))])
		return;
	visited[frame(kpa(t))] = true;
	for (int i = 0; i < N; i++) {
		must(!t[i] || pte_valid(t[i]), "an entry is neither absent nor valid");
		if (!t[i])
			continue;
		holders[frame(pte_pa(t[i]))]++;
		if (l > 0)
			count_table(kva(pte_pa(t[i])), l - 1);
	}
}

/* A table that only a pin holds still holds what it refers to. */
static void count_pinned(void)
{
	for (int f = 0; f < SIM_FRAMES; f++) {
		unsigned use = pg_use[(RAM_BASE >> PGSHIFT) + (unsigned)f] & ~(unsigned)PG_CLEAN;
		if (pins[f] && use > PG_TABLE)
			count_table((pte_t *)(void *)sim_ram[f], (int)use - PG_TABLE - 1);
	}
}

pa_t check_slot(const struct object *o, size_t index)
{
	pa_t dir = o->dir ? o->dir[index / SLOTS] : 0;

	return dir ? ((pa_t *)kva(dir))[index % SLOTS] : 0;
}

static void count_object(const struct object *o)
{
	for (int i = 0; i < nseen_obj; i++)
		if (seen_obj[i] == o)
			return;
	must(nseen_obj < MAXOBJ, "too many objects");
	seen_obj[nseen_obj++] = o;
	for (size_t i = 0; i < o->npages && o->dir; i++)
		if (check_slot(o, i))
			holders[frame(check_slot(o, i))]++;
}

static void check_counts(void)
{
	memset(holders, 0, sizeof holders);
	memset(visited, 0, sizeof visited);
	nseen_obj = 0;
	for (struct mspace *m = spaces; m < spaces + NSPACE; m++) {
		if (!m->live)
			continue;
		holders[frame(kpa(m->s.root))]++;
		count_table(m->s.root, PT_LEVELS - 1);
		for (struct region *r = region_above(&m->s, 0); r; r = region_above(&m->s, r->hi))
			if (r->obj)
				count_object(r->obj);
	}
	for (struct mobj *o = objs; o < objs + NOBJ; o++)
		if (o->o)
			count_object(o->o);
	count_pinned();
	for (int f = 0; f < SIM_FRAMES; f++) {
		pa_t pa = RAM_BASE + (pa_t)f * PGSIZE;
		unsigned ref = pg_ref(pg_of(pa)), use = pg_use[pa >> PGSHIFT];

		must(ref <= REF_MAX, "frame %d counts %u holders, too many", f, ref);
		if (use == PG_KERNEL)
			must(holders[f] == 0, "frame %d of the kernel has %u holders", f, holders[f]);
		else
			must(ref == holders[f] + pins[f], "frame %d (use %#x) counts %u holders, has %u and %u made up",
			     f, use, ref, holders[f], pins[f]);
	}
}

/* ---- regions against cells ---- */

static void check_region(struct mspace *m, struct region *r, int *i)
{
	int mobj = -1;

	must(r->lo < r->hi && page_index(r->lo) >= 0, "a region at %#lx that nobody asked for", (unsigned long)r->lo);
	for (va_t va = r->lo; va < r->hi; va += PGSIZE, ++*i) {
		int at = page_index(va);
		struct cell *c = &m->cell[at];

		must(at >= *i, "region %#lx leaves the windows or overlaps", (unsigned long)r->lo);
		for (; *i < at; ++*i)
			must(!m->cell[*i].mapped, "no region at %#lx", (unsigned long)page_va(*i));
		must(c->mapped, "a region at %#lx, unmapped", (unsigned long)va);
		must(c->prot == (r->kind == R_USER ? r->prot >> 4 & P_RWX : r->prot) && c->kind == r->kind && c->shared == !!r->shared && c->sealed == (r->shared == REGION_SEALED) && c->inherit == r->inherit,
		     "at %#lx: region has prot %u kind %u shared %u inherit %u, not %u %u %u %u", (unsigned long)va,
		     r->prot, r->kind, r->shared, r->inherit, c->prot, c->kind, c->shared, c->inherit);
		must((r->kind == R_OBJECT) == (r->obj != 0), "at %#lx: kind and object disagree", (unsigned long)va);
		if (r->kind != R_OBJECT)
			continue;
		must(c->off == (int)(r->off + ((va - r->lo) >> PGSHIFT)), "at %#lx: wrong offset", (unsigned long)va);
		must(mobj < 0 || mobj == c->obj, "at %#lx: one region over two objects", (unsigned long)va);
		must(!objs[c->obj].o || objs[c->obj].o == r->obj, "at %#lx: wrong object", (unsigned long)va);
		mobj = c->obj;
	}
}

static void check_regions(struct mspace *m)
{
	unsigned n = 0;
	int i = 0;

	for (struct region *r = region_above(&m->s, 0); r; r = region_above(&m->s, r->hi), n++) {
		check_region(m, r, &i);
		must(region_find(&m->s, r->lo) == r && region_find(&m->s, r->hi - 1) == r, "region_find misses one");
	}
	for (; i < NPAGE; i++)
		must(!m->cell[i].mapped, "no region at %#lx", (unsigned long)page_va(i));
	must(n == m->s.nregions, "%u regions, counted %u", n, m->s.nregions);
}

/* ---- entries against cells ---- */

void check_page(const unsigned char *p, const struct content *c, va_t va)
{
	for (unsigned i = 0; i < PGSIZE; i++)
		must(p[i] == content_byte(c, i), "at %#lx: byte %u is %#x, not %#x",
		     (unsigned long)va, i, p[i], content_byte(c, i));
}

/* Not every byte of every page every time: the probes, and one stripe. */
static void check_content(const unsigned char *p, const struct content *c, va_t va)
{
	static unsigned turn;
	unsigned at = turn++ * 64 % PGSIZE;

	for (int k = 0; k < PROBES; k++)
		must(p[probe_at[k]] == c->val[k], "at %#lx: byte %u is %#x, not %#x",
		     (unsigned long)va, probe_at[k], p[probe_at[k]], c->val[k]);
	for (unsigned i = at; i < at + 64; i++)
		must(p[i] == content_byte(c, i), "at %#lx: byte %u is %#x, not %#x",
		     (unsigned long)va, i, p[i], content_byte(c, i));
}

static bool is_blank(const struct content *c)
{
	return c->len == 0 && !c->val[0] && !c->val[1] && !c->val[2] && !c->val[3];
}

/* Exactly what the program asked for, in a table that nobody else has. */
static void check_managed(struct cell *c, pte_t e, va_t va, bool sole)
{
	unsigned due = c->have & P_RWX ? c->have | P_R | P_U : c->have;

	must(c->present, "a page at %#lx, where the program has none", (unsigned long)va);
	must(pte_prot(e) == (due | PTE_IMPLIED), "at %#lx: managed, and allows %#x, not %#x", (unsigned long)va, pte_prot(e), due);
	must(sole, "at %#lx: managed, in a table with another holder", (unsigned long)va);
	check_content(kva(pte_pa(e)), cell_content(c), va);
}

static void check_leaf(struct mspace *m, pte_t e, va_t va, bool sole)
{
	int i = page_index(va);
	struct cell *c = &m->cell[i < 0 ? 0 : i];
	unsigned prot = pte_prot(e), ref = pg_ref(pg_of(pte_pa(e)));

	must(i >= 0 && c->mapped, "a page at %#lx, where nothing is mapped", (unsigned long)va);
	if (c->kind == R_USER) {
		check_managed(c, e, va, sole);
		return;
	}
	must(!(prot & P_RWX & ~(c->prot | (unsigned)PTE_IMPLIED)), "at %#lx: entry allows %#x, region %#x",
	     (unsigned long)va, prot, c->prot);
	must(c->prot || !(prot & P_U), "at %#lx: PROT_NONE, yet user mode may", (unsigned long)va);
	must(!cell_absent(c), "a page at %#lx, beyond its object's end", (unsigned long)va);
	check_content(kva(pte_pa(e)), cell_content(c), va);
	if (prot & P_W)
		must(sole && (c->shared || ref == 1), "at %#lx: writable, its path is not sole", (unsigned long)va);
	if (c->kind == R_OBJECT && !c->own && objs[c->obj].o)
		must(pte_pa(e) == check_slot(objs[c->obj].o, (size_t)c->off), "at %#lx: not its object's page", (unsigned long)va);
}

/* How many pages are mapped below this table. */
static unsigned check_table(struct mspace *m, const pte_t *t, int l, va_t va, bool sole)
{
	unsigned n = 0;

	for (int i = 0; i < N; i++, va += (va_t)1 << (PGSHIFT + l * SIM_BITS)) {
		if (!t[i])
			continue;
		if (l == 0)
			check_leaf(m, t[i], va, sole), n++;
		else
			n += check_table(m, kva(pte_pa(t[i])), l - 1, va, sole && pg_ref(pg_of(pte_pa(t[i]))) == 1);
	}
	return n;
}

static void check_entries(struct mspace *m)
{
	struct vm_usage u;
	unsigned n = check_table(m, m->s.root, PT_LEVELS - 1, 0, true);

	for (int i = 0; i < NPAGE; i++) {
		struct cell *c = &m->cell[i];
		if (c->mapped && c->kind == R_USER)
			must(c->present == !!sim_entry(&m->s, page_va(i)), "the program's page at %#lx is lost", (unsigned long)page_va(i));
		else if (c->mapped && c->own && !sim_entry(&m->s, page_va(i)))
			must(c->kind != R_OBJECT && is_blank(&c->c), "the page at %#lx is lost", (unsigned long)page_va(i));
	}
	vm_usage(&m->s, &u);
	must(u.resident == n && u.shared <= n && u.tables >= 1, "vm_usage finds %zu pages, not %u", u.resident, n);
}

bool check_sole(struct space *s, va_t va)
{
	pte_t *t = s->root;

	for (int l = PT_LEVELS - 1; l >= 0; l--) {
		pte_t e = t[va >> (PGSHIFT + l * SIM_BITS) & (N - 1)];
		if (!pte_valid(e) || pg_ref(pg_of(pte_pa(e))) != 1)
			return false;
		t = kva(pte_pa(e));
	}
	return true;
}

/* ---- objects, TLBs, and what the kernel thinks of itself ---- */

static void check_objects(void)
{
	for (struct mobj *o = objs; o < objs + NOBJ; o++)
		for (int i = 0; o->o && i < o->npages; i++)
			if (check_slot(o->o, (size_t)i))
				check_content(kva(check_slot(o->o, (size_t)i)), &o->page[i], 0);
}

static void check_audit(void)
{
	audit_begin();
	for (struct mspace *m = spaces; m < spaces + NSPACE; m++)
		if (m->live)
			audit_space(&m->s);
	must(audit_end() == 0, "the kernel's audit finds fault where this one does not");
}

void check_all(void)
{
	const char *why;
	va_t va;

	check_counts();
	check_objects();
	for (struct mspace *m = spaces; m < spaces + NSPACE; m++)
		if (m->live) {
			check_regions(m);
			check_entries(m);
		}
	if ((why = sim_stale(&va)))
		fail("a CPU still holds, for %#lx, %s", (unsigned long)va, why);
	if (!pinned())
		check_audit();
}
