/* SPDX-License-Identifier: MIT */
/* region.h: the tree of regions, for the files of vm/ only.  => space locked, throughout */
#pragma once
#include "vm.h"

/*
 * A managed region's prot grants nothing, so that whatever asks what a fault may give, what fork must sweep or
 * eager fork copy, needs no case of its own.  What the program says of it lies above.
 */
enum { R_SAID = 4, R_MANAGED = 0x80 };
static inline uint8_t region_said(unsigned prot) { return (uint8_t)(R_MANAGED | (prot & P_RWX) << R_SAID); }
static inline unsigned region_prot(const struct region *r)
{
	return (r->kind == R_USER ? r->prot >> R_SAID : r->prot) & P_RWX;
}
/* An entry's rights as programs see them: PROT_* and soft bits.  X that the hardware cannot refuse is the region's. */
static inline unsigned region_have(const struct region *r, pte_t e)
{
	unsigned have = pte_prot(e);

	if (!(have & P_U))
		have &= ~(unsigned)P_RWX;
	if ((PTE_IMPLIED & P_X) && !(region_prot(r) & P_X))
		have &= ~(unsigned)P_X;
	return have & (P_RWX | P_S0 | P_S1);
}

struct region *region_new(const struct region *like);	/* a copy, not in any tree; takes over obj's reference */
void region_free(struct region *);			/* not in a tree; lets go of obj */
void region_insert(struct space *, struct region *);	/* its range is free */
void region_remove(struct space *, struct region *);
static inline void region_grown(struct space *s) { s->hole_hi = s->hole_lo; }	/* one reaches where none was */
struct region *region_below(struct space *, va_t);	/* the last with lo < va, or null */
/* Cut the region that lies astride va in two; *spare, from region_new, is used up for it and becomes null. */
void region_split(struct space *, va_t, struct region **spare);
/* Join the regions that meet at va, if they are alike. */
void region_join(struct space *, va_t);
/* Would a region of these attributes be the same one going on at its end? */
bool region_continues(const struct region *, const struct region *next);

struct region *region_next(struct space *, const struct region *);	/* the one above it, or null */

/* A place within the regions: r is the first that ends above va, and va lies in it; r null: past the last. */
struct cursor { struct space *s; struct region *r; va_t va; };

static inline void cursor_to(struct cursor *c, va_t va)
{
	while (c->r && c->r->hi <= va)
		c->r = region_next(c->s, c->r);
	c->va = c->r && c->r->lo > va ? c->r->lo : va;
}

static inline struct cursor cursor_at(struct space *s, va_t va)
{
	struct cursor c = { s, region_above(s, va), va };

	cursor_to(&c, va);
	return c;
}

/* Where the cursor's region, or the stretch up to last, ends. */
static inline va_t cursor_stop(const struct cursor *c, va_t last)
{
	return c->r->hi - 1 < last ? c->r->hi : last + 1;
}
