/* SPDX-License-Identifier: MIT */
/* model.c: what spaces should hold, as flat arrays.  See model.h. */
#include "model.h"

enum { A = 48, B = 24, C = 24, D = NPAGE - A - B - C };

#define LEAF_SPAN	((va_t)1 << (PGSHIFT + SIM_BITS))

const unsigned probe_at[PROBES] = { 0, 1, 2050, PGSIZE - 1 };
unsigned char image[IMAGE_PAGES * PGSIZE];
struct mspace spaces[NSPACE];
struct mobj objs[NOBJ];
struct content upages[NUPAGE];

static const struct window { va_t lo; int first, n; } windows[] = {
	{ SIM_SPAN - A / 2 * PGSIZE, 0, A },
	{ (PT_LEVELS > 2 ? SIM_SPAN + LEAF_SPAN : 2 * SIM_SPAN) - B / 2 * PGSIZE, A, B },
	{ USERTOP - (C + GAP_PAGES) * (va_t)PGSIZE, A + B, D },
	{ USERTOP - C * PGSIZE, A + B + D, C },
};

va_t page_va(int i)
{
	const struct window *w = windows;

	while (i >= w->first + w->n)
		w++;
	return w->lo + (va_t)(i - w->first) * PGSIZE;
}

int page_index(va_t va)
{
	for (int i = 0; i < 4; i++) {
		const struct window *w = &windows[i];
		if (va >= w->lo && va - w->lo < (va_t)w->n * PGSIZE)
			return w->first + (int)((va - w->lo) >> PGSHIFT);
	}
	return -1;
}

struct mspace *model_of(struct space *s)
{
	return (struct mspace *)((char *)s - offsetof(struct mspace, s));
}

int probe_of(unsigned offset)
{
	for (int k = 0; k < PROBES; k++)
		if (probe_at[k] == offset)
			return k;
	return -1;
}

static uint8_t base_byte(const struct content *c, unsigned offset)
{
	return c->from + offset < c->len ? image[c->from + offset] : 0;
}

uint8_t content_byte(const struct content *c, unsigned offset)
{
	int k = probe_of(offset);

	return k < 0 ? base_byte(c, offset) : c->val[k];
}

/* An object's page before anybody stored into it. */
struct content fresh_content(const struct mobj *o, int page)
{
	struct content c = { .from = (uint32_t)page * PGSIZE };

	if (o->o && o->o->image)
		c.len = (uint32_t)o->o->image_len;
	for (int k = 0; k < PROBES; k++)
		c.val[k] = base_byte(&c, probe_at[k]);
	return c;
}

struct content *cell_content(struct cell *c)
{
	if (c->kind == R_USER)
		return c->page < 0 ? &objs[c->obj].page[c->off] : &upages[c->page];
	return c->kind == R_OBJECT && !c->own ? &objs[c->obj].page[c->off] : &c->c;
}

bool cell_absent(const struct cell *c)
{
	if (c->kind == R_USER)
		return !c->present;
	return c->kind == R_OBJECT && !c->own && c->off >= objs[c->obj].npages;
}

unsigned with_read(unsigned prot)
{
	return prot & P_RWX ? prot | P_R : prot;
}

unsigned cell_have(const struct cell *c)
{
	unsigned rights = c->have & P_RWX ? (c->have | PTE_IMPLIED) & P_RWX : 0;

	if ((PTE_IMPLIED & P_X) && !(c->prot & P_X))
		rights &= ~(unsigned)P_X;
	return c->present ? rights | (c->have & (P_S0 | P_S1)) | PAGE_PRESENT : 0;
}

unsigned cell_region(const struct cell *c)
{
	return c->prot | (c->kind == R_USER ? PAGE_USER : 0) | (c->shared ? PAGE_SHARED : 0);
}

int cell_access(const struct cell *c, unsigned want)
{
	if (c->mapped && c->kind == R_USER)
		return c->present && (c->have & P_RWX) && !(want & P_RWX & ~(c->have | (unsigned)PTE_IMPLIED)) ? 0 : -ERESTART;
	return c->mapped && !(want & P_RWX & ~(unsigned)c->prot) && !cell_absent(c) ? 0 : -EFAULT;
}

void cell_detach(struct cell *c)
{
	if (c->shared || c->own)
		return;
	c->c = *cell_content(c);
	c->own = true;
}

int model_free_space(void)
{
	for (int i = 0; i < NSPACE; i++)
		if (!spaces[i].live)
			return i;
	return -1;
}

static bool obj_used(int n)
{
	if (objs[n].o)
		return true;
	for (struct mspace *m = spaces; m < spaces + NSPACE; m++)
		for (struct cell *c = m->cell; m->live && c < m->cell + NPAGE; c++)
			if (c->mapped && c->obj == n && (c->kind == R_OBJECT || (c->kind == R_USER && c->present && c->page < 0)))
				return true;
	return false;
}

int model_new_page(struct content c)
{
	static bool used[NUPAGE];
	int i = 0;

	memset(used, 0, sizeof used);
	for (struct mspace *m = spaces; m < spaces + NSPACE; m++)
		for (struct cell *at = m->cell; m->live && at < m->cell + NPAGE; at++)
			if (at->mapped && at->kind == R_USER && at->present && at->page >= 0)
				used[at->page] = true;
	while (used[i])
		i++;
	upages[i] = c;
	return i;
}

int model_free_obj(void)
{
	for (int i = 0; i < NOBJ; i++)
		if (!obj_used(i))
			return i;
	return -1;
}

void model_grow_stack(struct mspace *m, int i)
{
	int up = i, down = i;

	while (up < NPAGE && !m->cell[up].mapped)
		up++;
	while (down >= 0 && !m->cell[down].mapped)
		down--;
	if (up == i || up == NPAGE || m->cell[up].kind != R_STACK || page_va(i) < m->s.stack_lo)
		return;
	if (down >= 0 && page_va(i) - page_va(down) - PGSIZE < (va_t)GAP_PAGES * PGSIZE)
		return;
	for (int k = i; k < up; k++) {
		m->cell[k] = m->cell[up];
		m->cell[k].own = true;
		m->cell[k].c = (struct content){ 0 };
	}
}
