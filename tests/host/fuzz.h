/* SPDX-License-Identifier: MIT */
/* fuzz.h: what the fuzzer's files share. */
#pragma once
#include "check.h"

unsigned rnd(unsigned n);		/* 0 .. n - 1, from the seed or the fuzzer's bytes */
static inline bool chance(unsigned n) { return rnd(n) == 0; }

/* May an operation that is under way have run out of memory, or of a count? */
bool refused(void);
/* After an operation: shall it be tried once more, with a later allocation failing? */
bool again(int rc);
/* The cell of page i, at which the kernel may have faulted: a stack may have grown. */
struct cell *reached(struct mspace *, int i);
/* Pages i .. j, [lo, hi): near each other, now and then with all between the windows; or within one window. */
struct span { int i, j; va_t lo, hi; };
struct span pick_span(void), pick_run(void);
unsigned have_at(struct mspace *, int i);	/* what is said of page i's entry, managed or not */
bool refusal(int rc);			/* is it out of memory?  And not without reason. */
/*
 * Keep user code of the other CPUs still: the model of several pages that are being copied is not exact.
 * Or, if one private page is, keep only the object still that it is copied from.
 */
extern bool still, copying;

/* Remember what is being done, for when it fails. */
void note(struct mspace *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int pick_page(void);
struct mspace *pick_space(void);	/* any live one */
static inline uint64_t counted(struct mspace *m, enum counter c) { return m->s.count[c]; }

/* One operation on the space that this CPU has loaded. */
void op_load(struct mspace *), op_store(struct mspace *), op_copyin(struct mspace *), op_copyout(struct mspace *),
     op_copystr(struct mspace *), op_fault(struct mspace *);
void op_map(struct mspace *), op_unmap(struct mspace *), op_protect(struct mspace *), op_inherit(struct mspace *),
     op_resize(struct mspace *), op_hole(struct mspace *), op_map_below(struct mspace *), op_bad(struct mspace *), op_discard(struct mspace *), op_remap(struct mspace *);
void op_fork(struct mspace *), op_destroy(struct mspace *), op_switch(struct mspace *);
void op_manage(struct mspace *), op_page_alloc(struct mspace *), op_page_map(struct mspace *), op_page_unmap(struct mspace *),
     op_query(struct mspace *), op_look(struct mspace *), op_exofork(struct mspace *);
void op_object(struct mspace *), op_objwrite(struct mspace *), op_pin(struct mspace *), op_hog(struct mspace *);

void begin(void);			/* from nothing to one empty space */
void end(void);				/* to nothing, and not a frame lost */
