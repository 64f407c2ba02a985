/* SPDX-License-Identifier: MIT */
/* page.h: what files of vm/ may know of frames and objects. */
#pragma once
#include "vm.h"

struct link { struct link *next; };	/* a free frame's first word */
/* Give back n linked frames that have no reference; their use is PG_FREE already. */
void pg_free_run(struct link *first, struct link *last, size_t n);

extern size_t pg_first, pg_end;		/* frame numbers [first, end) that the arrays describe */
extern uint32_t *pg_seen;		/* the audit's recount, by frame number */
bool pg_zeros_ok(void);			/* does every frame of the zero stacks keep its promise? */
