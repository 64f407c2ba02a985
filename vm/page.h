/* SPDX-License-Identifier: MIT */
/* page.h: what the audit may know of frames and objects. */
#pragma once
#include "vm.h"

extern size_t pg_first, pg_end;		/* frame numbers [first, end) that the arrays describe */
extern uint32_t *pg_seen;		/* the audit's recount, by frame number */
bool pg_zeros_ok(void);			/* does every frame of the zero stacks keep its promise? */
