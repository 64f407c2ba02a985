/* SPDX-License-Identifier: MIT */
/*
 * model.h: what spaces should hold, as flat arrays that know of no tables,
 * frames or counts.
 *
 * Addresses come from four windows: astride a boundary of the root's
 * entries, astride one of leaf tables only, below USERTOP where stacks
 * grow, and a stack's gap further down.  A page's bytes are its image, or
 * zero, but for PROBES of them, which tests store into.
 */
#pragma once
#include "sim.h"

enum { NSPACE = 6, NPAGE = 112, NOBJ = 48, PROBES = 4, IMAGE_PAGES = 8, GAP_PAGES = 256 };
extern const unsigned probe_at[PROBES];		/* ascending; the first two and the last with the first are neighbours */
extern unsigned char image[IMAGE_PAGES * PGSIZE];

/* A page's bytes: image[from..] as far as len, zero beyond, but for the probes. */
struct content { uint8_t val[PROBES]; uint32_t from, len; };

struct cell {
	bool mapped, shared, sealed;	/* sealed: W is never given */
	uint8_t prot, kind, inherit;
	bool own;			/* private, and no longer what its object holds; R_USER: always */
	int obj, off;			/* R_OBJECT; R_USER with page < 0 */
	struct content c;		/* if own */
	bool present;			/* R_USER: a page is there, */
	uint8_t have;			/* with these rights, soft bits too, */
	int page;			/* and its bytes are upages[page], or < 0: an object's page */
};

/* Pages that managed regions refer to.  One is in use while some cell does. */
enum { NUPAGE = NSPACE * NPAGE + 1 };
extern struct content upages[NUPAGE];

/* An object.  o: null if only the kernel knows it (vm_inherit made it). */
struct mobj { bool used; struct object *o; int npages; struct content page[NPAGE]; };

struct mspace { bool live; struct space s; struct cell cell[NPAGE]; };

extern struct mspace spaces[NSPACE];
extern struct mobj objs[NOBJ];

va_t page_va(int i);			/* the address of the i-th page of the windows */
int page_index(va_t);			/* the other way; -1: in no window */
struct mspace *model_of(struct space *);

uint8_t content_byte(const struct content *, unsigned offset);
struct content fresh_content(const struct mobj *, int page);
int probe_of(unsigned offset);		/* -1: none there */
struct content *cell_content(struct cell *);	/* what a load sees */
bool cell_absent(const struct cell *);	/* mapped, but beyond its object's end */
int cell_access(const struct cell *, unsigned want);	/* 0, -EFAULT, or -ERESTART */
unsigned cell_have(const struct cell *);	/* R_USER: what vm_look and vm_query say of its page */
unsigned cell_region(const struct cell *);	/* what vm_look says of its region */
unsigned with_read(unsigned prot);	/* no format can do without R */
void cell_detach(struct cell *);	/* a store is due: a private page leaves its object */

int model_free_space(void);		/* a space not live; -1: none */
int model_new_page(struct content);	/* a page of upages with these bytes */
int model_free_obj(void);		/* an object that nothing uses; -1: none */
/* A fault at page i grows a stack down to it, if it can. */
void model_grow_stack(struct mspace *, int i);
