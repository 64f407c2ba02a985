/* SPDX-License-Identifier: MIT */
/*
 * group.c: scheduler activations: the processes in which one program runs
 * its own threads.  docs/upcalls.md explains.
 *
 * One that falls asleep lets a parked one tell the program (UPCALL_BLOCK),
 * and run something else.  When its call is over, it does not go back: one
 * that runs takes its registers to the program (UPCALL_UNBLOCK), and it is
 * parked.  If none runs, it takes them itself.
 *
 * Invariants.  While somebody waits to be taken (DONE), somebody runs.  A
 * sleeper is not DONE before the program was told of its sleep; if its call
 * is over by then, who was to tell is parked again, and nobody ever knows.
 * The first member to end ends all, and its end is the program's.
 * Lock: the group's, for its members' states and lists; after a file's or
 * proc_lock, before the space's and the wait queues'.
 */
#include "aim.h"
#include "file.h"
#include "lib/string.h"

struct group {
	struct lock lock;
	struct proc *leader;		/* who made the first of the others: its parent hears of the end, and children are its; null: gone */
	struct proc *members;
	unsigned running;		/* those in the state RUNS */
	struct proc *parked;		/* linked by act.next, as those in done */
	struct proc *done, **done_tail;
	bool over;
	struct wait_info end;		/* how, if so */
	struct files files;		/* everybody's */
	struct inode *dir;		/* so is this working directory: tree_lock */
};

/*
 * RUNS: the program's code, or the kernel on its behalf.  SLEEPS: another one was woken to tell so.  QUIET: asleep,
 * and nobody can tell.  DONE: its call is over; whoever runs shall take its registers.  PARKED: has none.
 */
enum { RUNS, SLEEPS, QUIET, DONE, PARKED };

static struct pool groups = POOL(struct group);

/* ---- lists.  => g locked ---- */

static void park(struct group *g, struct proc *p)
{
	p->act.state = PARKED;
	p->act.next = g->parked;
	g->parked = p;
}

static struct proc *unpark(struct group *g)
{
	struct proc *p = g->parked;

	if (p)
		g->parked = p->act.next;
	return p;
}

static struct proc *take_done(struct group *g)
{
	struct proc *p = g->done;

	if (p && !(g->done = p->act.next))
		g->done_tail = &g->done;
	return p;
}

/* It is no longer RUNS.  If nobody is, the first that is DONE comes to life, and tells of itself. */
static void one_less(struct group *g)
{
	struct proc *p = --g->running ? NULL : take_done(g);

	if (!p)
		return;
	g->running++;
	p->act.state = RUNS;
	p->act.of = p;
	wake_one(&p->act.bell);
}

/* ---- asleep ---- */

static bool may_tell(const struct proc *p)
{
	return p->up.events >> UPCALL_BLOCK & 1 && !upcall_on_stack(&p->up.aim, p->frame->r[FR_SP]);
}

void group_sleep(struct proc *p)
{
	struct group *g = p->group;
	struct proc *q;

	if (p->act.state != RUNS)
		return;				/* it has been asleep in this call before, or here */
	lock(&g->lock);
	if (may_tell(p) && (q = unpark(g))) {
		q->act.state = RUNS;		/* in p's place */
		q->act.of = p;
		p->act.state = SLEEPS;
		p->act.of = q;
		wake_one(&q->act.bell);
	} else {
		p->act.state = QUIET;
		one_less(g);
	}
	unlock(&g->lock);
}

/* ---- the way out ---- */

static void give(struct group *g, struct proc *p, const struct news *n, va_t sp, const struct frame *regs)
{
	struct failure w;
	bool good = upcall_put(p->frame, n, sp, regs, &w);

	unlock(&g->lock);
	if (!good)
		upcall_fail(p->frame, n, &w);
}

/* Take what is DONE first: its registers go to p's stack, below those that it interrupts if p was running.  => g locked; unlocked */
static void take(struct group *g, struct proc *p, bool interrupts)
{
	struct proc *q = take_done(g);
	struct news own = { .event = UPCALL_UNBLOCK, .kind = p->pid, .look = &upcall_nothing };
	struct news n = { .event = UPCALL_UNBLOCK, .kind = q->pid, .look = &upcall_nothing };
	struct frame *f = p->frame;
	struct failure w;

	if (interrupts && !upcall_put(f, &own, f->r[FR_SP], f, &w)) {
		unlock(&g->lock);
		upcall_fail(f, &own, &w);
	}
	n.va = interrupts ? f->r[FR_SP] : 0;
	park(g, q);				/* asleep: its registers stay as they are till it is woken */
	give(g, p, &n, interrupts ? f->r[FR_SP] : p->up.aim.hi, q->frame);
}

/* Its call is over, and the program has been told that it slept: be taken.  If nobody runs, at once by itself.  => g locked */
static void finish(struct group *g, struct proc *p)
{
	struct proc *m;

	if (!g->running) {
		g->running++;
		p->act.state = RUNS;
		p->act.of = p;
		return;
	}
	p->act.state = DONE;
	p->act.next = NULL;
	*g->done_tail = p;
	g->done_tail = &p->act.next;
	for (m = g->members; m->act.state != RUNS; m = m->act.member)
		;
	sched_poke(m);
}

/* Until there is something to do.  => g locked */
static void rest(struct group *g, struct proc *p)
{
	while (p->act.state != RUNS)
		if (wait_on(&p->act.bell, &g->lock) < 0) {
			unlock(&g->lock);
			proc_exit(END_KILLED, p->killed, NULL);
		}
}

/* What p was woken for: to tell of another's sleep, or of its own end.  => g locked; unlocked */
static void tell(struct group *g, struct proc *p)
{
	struct proc *of = p->act.of;
	struct news n = { .event = of == p ? UPCALL_UNBLOCK : UPCALL_BLOCK, .kind = of->pid, .look = &upcall_nothing };

	p->act.of = NULL;
	if (of != p) {
		of->act.of = NULL;		/* from now on the program knows */
		fr_init(p->frame, 0, 0, 0);	/* it has no registers of its own */
	}
	give(g, p, &n, p->up.aim.hi, p->frame);
}

void group_leave(struct proc *p)
{
	struct group *g = p->group;

	lock(&g->lock);
	if (p->act.state == QUIET) {
		p->act.state = RUNS;
		g->running++;
	} else if (p->act.state == SLEEPS) {
		struct proc *q = p->act.of;

		if (q) {			/* not told yet: as if nothing had been */
			q->act.of = p->act.of = NULL;
			park(g, q);
			p->act.state = RUNS;
		} else {
			finish(g, p);
		}
	}
	rest(g, p);
	if (p->act.of)
		tell(g, p);
	else if (g->done && !upcall_on_stack(&p->up.aim, p->frame->r[FR_SP]))
		take(g, p, true);
	else
		unlock(&g->lock);
}

word sys_park(void)
{
	struct proc *p = cur();
	struct group *g = p->group;

	if (!g)
		return -EPERM;
	lock(&g->lock);
	if (g->done) {
		take(g, p, false);
	} else {
		park(g, p);
		one_less(g);
		unlock(&g->lock);
	}
	trap_exit(p->frame);
}

/* ---- beginning and end ---- */

/* => g locked */
static void join(struct group *g, struct proc *p)
{
	p->act.of = NULL;
	p->act.member = g->members;
	g->members = p;
	p->group = g;
	p->files = &g->files;
	files_quick(p);
}

/* The running process's group; one with it alone if there was none.  Null: no memory. */
static struct group *own_group(struct proc *p)
{
	struct group *g = p->group;

	if (g || !(g = pool_alloc(&groups)))
		return g;
	memset(g, 0, sizeof *g);
	lock_class(&g->lock, LOCK_PROC);
	g->done_tail = &g->done;
	g->leader = p;
	g->running = 1;
	g->files = p->own;
	memset(&p->own, 0, sizeof p->own);
	g->dir = p->dir;
	p->dir = NULL;
	p->act.state = RUNS;
	join(g, p);
	return g;
}

/* Its number.  It is init's child: nobody waits for it. */
word sys_activation(word lo, word hi)
{
	struct proc *p = cur(), *c;
	struct group *g = own_group(p);
	int err = g ? proc_new(&c) : -ENOMEM, pid;

	if (err)
		return err;
	share_space(c, p);
	memset(&c->own, 0, sizeof c->own);
	memcpy(c->name, p->name, NAME_LEN);
	c->strategy = p->strategy;
	c->up = p->up;
	c->up.aim = upcall_aim(p->up.aim.entry, lo, hi);
	fr_init(c->frame, 0, 0, 0);
	pid = c->pid;
	lock(&g->lock);
	join(g, c);
	park(g, c);
	c->killed = g->over ? SIGKILL : 0;
	unlock(&g->lock);
	proc_start(c, proc_find(1));
	return pid;
}

void group_end(struct proc *p)
{
	struct group *g = p->group;

	lock(&g->lock);
	if (!g->over) {
		g->over = true;
		g->end = p->end;
		for (struct proc *m = g->members; m; m = m->act.member)
			if (m != p)
				sched_kill(m);
	} else if (p == g->leader) {
		p->end = g->end;
		p->end.pid = p->pid;
	}
	unlock(&g->lock);
}

void group_leave_for_good(struct proc *p)
{
	struct group *g = p->group;
	struct proc **link = &g->members;
	bool last;

	lock(&g->lock);
	if (g->leader == p)
		g->leader = NULL;
	while (*link != p)
		link = &(*link)->act.member;
	*link = p->act.member;
	last = !g->members;
	unlock(&g->lock);
	p->group = NULL;
	p->files = &p->own;			/* which is empty */
	files_quick(p);
	if (!last)
		return;
	for (int i = 0; i < FD_N; i++)
		if (g->files.fd[i])
			file_put(g->files.fd[i]);
	inode_put(g->dir);
	pool_free(&groups, g);
}

bool group_slept(const struct proc *p)
{
	return p->act.state != RUNS;
}

/* Under proc_lock it is this till that is let go: a leader gives its children away after it has left. */
struct proc *group_parent(struct proc *p)
{
	struct proc *leader;

	lock(&p->group->lock);
	leader = p->group->leader;
	unlock(&p->group->lock);
	return leader ? leader : p;
}

struct lock *group_lock(const struct proc *p)
{
	return &p->group->lock;
}

struct inode **group_dir(const struct proc *p)
{
	return &p->group->dir;
}
