/* SPDX-License-Identifier: MIT */
/*
 * race.h: vm/ on CPUs that run at once, and what its spaces should hold.
 *
 * Spaces are few and small, and pauses long: large ones hide the bugs.  All
 * pages lie around one boundary of every level's tables.  Every word of
 * memory is only ever counted up, so that a load says which store it saw:
 * one that is too old, too new, or somebody else's is a finding.
 *
 * Only vm/, threads.c and race_life.c are compiled for ThreadSanitizer: it
 * sees what orders the kernel's accesses and what orders a scheduler's, and
 * nothing of this model's locks, which would hide the kernel's races.
 */
#pragma once
#include "sim.h"

enum { NSPACE = 6, NPAGE = 8, WORDS = 2, NOBJ = 2, STRETCH = 4 };	/* STRETCH: pages of an operation at most */

/* A word of memory. */
struct value {
	_Atomic unsigned lock;		/* held by who stores to it */
	_Atomic unsigned known;		/* the last store that is complete */
	_Atomic unsigned most;		/* not exact: somewhere from known to most, as a fork made it */
	_Atomic bool exact;
};

/* A page of a space. */
struct cell {
	_Atomic unsigned lock[WORDS];	/* one, by who stores to that word; all, by who changes the page */
	_Atomic unsigned turn;		/* odd while it changes */
	_Atomic bool mapped, shared, backed;	/* backed: by an object */
	_Atomic unsigned prot, inherit;
	struct value own[WORDS], *_Atomic value;	/* value: own, or its object's, which is shared */
};

struct place {
	struct space s;
	_Atomic unsigned state, users;
	struct cell cell[NPAGE];
};

extern struct place places[NSPACE];
extern struct object *objects[NOBJ];

_Noreturn void fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
#define must(ok, ...)	do { if (!(ok)) fail(__VA_ARGS__); } while (0)
static inline unsigned rnd(unsigned n) { return (sim_random() >> 3) % n; }
static inline va_t page_va(int i) { return SIM_SPAN + (va_t)i * PGSIZE - NPAGE / 2 * PGSIZE; }

/* ---- race_life.c: spaces come and go, as a scheduler has it ---- */

struct place *life_new(void);		/* one that nobody uses, to be made; null: all are in use */
void life_begin(struct place *);	/* it is made: others may enter */
void life_undo(struct place *);		/* it is not, and holds nothing */
bool life_enter(struct place *);	/* false: not alive */
void life_leave(struct place *);
bool life_end(struct place *);		/* by one who is in it, and now is not; false: it is the last alive, or dying */
bool life_alive(const struct place *);

/* ---- race_model.c: what memory should hold ---- */

void model_init(void);
void model_blank(struct place *);			/* nothing is mapped */
void model_zero(struct cell *);				/* its own words are zeros */
void model_move(struct cell *to, struct cell *from);	/* all of it; claimed, both */
void model_load(struct place *, int i, int w);		/* load a word, and judge what was seen */
void model_store(struct place *, int i, int w);		/* count a word up; or try to, and be refused */
void model_claim(struct place *, int i, int n);		/* pages [i, i + n) are about to change */
void model_release(struct place *, int i, int n);
/* Before and after the fork of a page.  False: it changed meanwhile, and nobody knows which state was inherited. */
unsigned model_fork_before(struct cell *to, const struct cell *from);
bool model_fork_after(struct cell *to, const struct cell *from, unsigned turn);
struct value *model_object(int obj, int i);		/* the words of an object's page */
/* The words of a new object, of STRETCH pages; null: there are too many.  What no page refers to any more is taken back by model_sweep. */
typedef struct value page_words[WORDS];
page_words *model_unnamed(void);
void model_share(struct cell *, page_words *);		/* its own words are these from now on, and shared */
void model_sweep(void);					/* => no other CPU runs */
/* A load or store of a word by this CPU's program.  0, -EFAULT, -ENOMEM. */
int  user(struct space *, va_t, bool store, unsigned *);

/* ---- one round, on every CPU: race_ops.c, race_order.c, race_enter.c ---- */

void ops_run(void);			/* random operations */
void order_run(void);
void enter_run(void);
void small_space(struct space *);	/* all of its pages mapped, private and writable */
