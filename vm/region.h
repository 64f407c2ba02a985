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

static const va_t REGION_UNKNOWN = ~(va_t)0;		/* a room that is not known: more than any that is */
/* The most room in its gap and its subtrees; not known if one of those is not. */
static inline va_t region_most(const struct region *r)
{
	va_t most = r->gap;

	if (r->left && r->left->room > most)
		most = r->left->room;
	if (r->right && r->right->room > most)
		most = r->right->room;
	return most;
}

/* All but what makes it a node of a tree. */
static inline void region_like(struct region *r, const struct region *like)
{
	__builtin_memcpy(r, like, offsetof(struct region, height));
}

struct region *region_blank(void);			/* to be made like some other; null: no memory */
struct region *region_new(const struct region *like);	/* a copy, not in any tree; takes over obj's reference */
void region_free(struct region *);			/* not in a tree; lets go of obj */
/*
 * Where a region at va is or goes: the pointers that lead there, and the one to it; its neighbours among those above
 * it in the tree, which where none is are its neighbours.  Of those no room is known from here on.
 */
enum { REGION_DEPTH = 48 };				/* of a tree of 2^32 regions, and some */
struct way { struct region **path[REGION_DEPTH], ***end, *before, *after; };	/* the last of path is at end */
void region_way(struct space *, va_t, struct way *);
void region_enter(struct space *, struct region *, struct way *);	/* where the way ends, and none is */
void region_insert(struct space *, struct region *);	/* its range is free */
/* r, on a way that was gone, has come nearer to the one before it, or that one to r, if there is r. */
void region_gap(struct space *, struct region *r, const struct region *before);
void region_remove(struct space *, struct region *);
static inline void region_grown(struct space *s) { s->hole_hi = s->hole_lo; }	/* one reaches where none was */
static inline void region_shrunk(struct space *s) { s->full_limit = 0; }		/* none is where one was */
struct region *region_below(struct space *, va_t);	/* the last with lo < va, or null */
struct region *region_around(struct space *, va_t, struct region **after);	/* the same, and the region after that */
/*
 * The child's regions, one like each; their objects have a holder more.  *modes: a bit for each INHERIT_* among them.
 * 0 or -ENOMEM: end it by region_free_all.
 */
int region_copy_all(struct space *to, const struct space *from, unsigned *modes);
/* Its bounds become these, which nothing else is between; what it shows of its object stays where it is. */
void region_bounds(struct space *, struct region *, va_t lo, va_t hi);
void region_free_all(struct space *);
/* hole.c: vm_hole's; len is not 0, limit page aligned. */
va_t region_hole(struct space *, size_t len, va_t limit);
/* The same, and the way there.  Once a region is there, or another goes on to there: region_placed. */
va_t region_place(struct space *, size_t len, va_t limit, struct way *);
void region_placed(struct space *, size_t len, va_t limit, va_t at);
/* Cut r in two at va, within it; *spare, from region_new, is used up and becomes null.  The upper part. */
struct region *region_cut(struct space *, struct region *, va_t va, struct region **spare);
/* Cut the region that lies astride va in two; *spare, from region_new, is used up for it and becomes null. */
void region_split(struct space *, va_t, struct region **spare);
/* Join n to r, which lies just before it, if they are alike.  Were they? */
bool region_absorb(struct space *, struct region *r, struct region *n);
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
