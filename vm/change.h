/* SPDX-License-Identifier: MIT */
/* change.h: what changes of regions are made of; change.c.  => space locked, throughout */
#pragma once
#include "fault.h"

static inline bool range_ok(va_t lo, va_t hi)
{
	return lo < hi && hi <= USERTOP && !((lo | hi) & (PGSIZE - 1));
}

/* W and X imply R: no format here can do without. */
static inline unsigned with_read(unsigned prot)
{
	return prot & P_RWX ? prot | P_R : prot;
}

bool covered(struct space *, va_t lo, va_t hi);		/* is all of it regions? */
void region_scrap(struct region *);			/* free one that never was a holder of what it names */
int own_tables(struct space *, va_t lo, va_t hi, struct gather *);	/* each leaf table of it this space's own.  0 or -ENOMEM */

/*
 * Put a region like this in, or let what it continues go on.  spare: one for it, if the caller has one.  0, -EEXIST:
 * something is there, or -ENOMEM.  spare is used up, like's reference too on success.
 */
int region_put(struct space *, const struct region *like, struct region *spare);

/*
 * share.c: what is private in [lo, hi) turns into shared memory.  First *o, an object for all of it, or null if nothing
 * is private: 0 or -ENOMEM, and nobody sees a change.  Then each private region, within the range by now.
 */
int  share_reserve(struct space *, va_t lo, va_t hi, struct object **o, struct gather *);
void share_region(struct space *, struct region *, va_t lo, struct object *, struct gather *);

/* Regions that lie astride the ends of a range are cut there: spares for that. */
struct ends { struct region *spare[2]; };
int  ends_reserve(struct space *, va_t lo, va_t hi, struct ends *);	/* 0 or -ENOMEM */
void ends_release(struct ends *);
struct region *ends_split(struct space *, va_t lo, va_t hi, struct ends *);	/* the range's first region */
void ends_join(struct space *, va_t lo, va_t hi);	/* join what is alike where regions meet from lo to hi */
