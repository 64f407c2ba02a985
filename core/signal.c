/* SPDX-License-Identifier: MIT */
/*
 * signal.c: signals: kill, ctrl-C, and which of them a process hears of, as
 * UPCALL_SIGNAL.  docs/upcalls.md explains.
 *
 * Invariant: p->signal says that one is pending that p hears of and does not
 * hold; while it does and p runs, its CPU's resched is set, so that each way
 * out is by trap_leave.  Whoever sets it also wakes p.
 * Pending are only those that p hears of, or holds.  What p does not catch and
 * does not ignore ends it.
 * Lock: proc_lock for all of struct signals.
 */
#include "aim.h"

enum { SIGCHLD = 17, SIGCONT = 18, SIGURG = 23, SIGWINCH = 28 };
#define BIT(sig)	((uint32_t)1 << (sig))
#define ALL		(BIT(SIG_N) - 2)		/* there is no signal 0 */
#define HARMLESS	(BIT(SIGCHLD) | BIT(SIGCONT) | BIT(SIGURG) | BIT(SIGWINCH))	/* where nobody cares for them */

static uint32_t caught(const struct proc *p)
{
	return p->up.events >> UPCALL_SIGNAL & 1 ? p->sig.caught : 0;
}

/* What is due, if anything, and whether a call begins again after all of it: for a sleeper to see without a lock.  => proc_lock */
static void announce(struct proc *p, uint32_t due)
{
	__c11_atomic_store(&p->signal, !due ? 0 : due & ~p->sig.again ? 1 : 2, __ATOMIC_RELAXED);
}

/* After any change: what is pending and not held is heard of, or has its effect.  => proc_lock */
static void settle(struct proc *p)
{
	struct signals *s = &p->sig;
	uint32_t due = s->pending & ~s->held, idle = due & ~caught(p) & (s->ignored | HARMLESS);

	s->pending &= ~idle;
	due &= ~idle;
	if (due & ~caught(p))
		sched_kill_by(p, __builtin_ctz(due & ~caught(p)));
	announce(p, due);
	if (due)
		sched_interrupt(p);
}

void signal_changed(struct proc *p)
{
	if (p->sig.some)
		settle(p);
}

/* The masks of a slot are anything until its process says something. */
static struct signals *begun(struct proc *p)
{
	if (!p->sig.some)
		p->sig = (struct signals){ .some = true };
	return &p->sig;
}

void signal_post(struct proc *p, int sig)
{
	if (sig == SIGKILL) {
		sched_kill(p);
		return;
	}
	begun(p)->pending |= BIT(sig);
	settle(p);
}

void signal_inherit(struct proc *c, const struct proc *p)
{
	c->sig = p->sig;
	c->sig.pending = 0;
}

/* It runs in the same space, but has no upcall stack: what the others hear of is nothing to it. */
void signal_thread(struct proc *c, const struct proc *p)
{
	signal_inherit(c, p);
	c->sig.ignored |= p->sig.caught;
	c->sig.caught = 0;
}

void signal_exec(struct proc *p)
{
	p->sig.caught = 0;
	settle(p);
}

int signal_take(struct proc *p)
{
	uint32_t due;
	int sig = 0;

	lock(&proc_lock);
	due = p->sig.pending & ~p->sig.held & caught(p);
	if (due) {
		sig = __builtin_ctz(due);
		p->sig.pending &= ~BIT(sig);
	}
	announce(p, p->sig.pending & ~p->sig.held);
	unlock(&proc_lock);
	return sig;
}

int signal_interrupts(const struct proc *p)
{
	int signal = p->signal;

	if (!signal || p->deaf || p->group || upcall_on_stack(&p->up.aim, p->frame->r[FR_SP]))
		return 0;
	return signal == 1 ? -EINTR : -ERESTART;
}

/* ---- system calls ---- */

word sys_signals(word catch, word ignore, word hold, word again)
{
	struct proc *p = cur();
	struct signals *s;
	uint32_t pending;

	if ((catch | ignore | hold | again) & ~(word)ALL || (catch | ignore) & BIT(SIGKILL) || catch & ignore)
		return -EINVAL;
	lock(&proc_lock);
	s = begun(p);
	s->caught = catch;
	s->ignored = ignore;
	s->again = again;
	s->held = hold & ~BIT(SIGKILL);
	s->pending &= ~ignore;
	settle(p);
	pending = s->pending;
	unlock(&proc_lock);
	return pending;
}

word sys_pause(word hold)
{
	static struct waitq nobody;
	struct proc *p = cur();
	int err = 0;

	if (hold & ~(word)ALL)
		return -EINVAL;
	lock(&proc_lock);
	begun(p)->held = hold & ~BIT(SIGKILL);
	settle(p);
	while (!err)
		err = wait_on(&nobody, &proc_lock);
	unlock(&proc_lock);
	return -EINTR;
}

/* To one process; init, which nobody can end, only hears of what it catches.  => proc_lock */
static int send(struct proc *p, int sig)
{
	if (!sig)
		return 0;
	if (p->pid == 1 && !(caught(p) >> sig & 1))
		return -EPERM;
	signal_post(p, sig);
	return 0;
}

int signal_job(int job, int sig)
{
	int err = -ESRCH;

	for (struct proc *p = proc_next(NULL); p; p = proc_next(p))
		if (proc_alive(p) && p->job == job && send(p, sig) == 0)
			err = 0;
	return err;
}

word sys_kill(word pid, word sig)
{
	struct proc *p;
	int err, to = (int)pid;

	if (sig >= SIG_N)
		return -EINVAL;
	if (to == -1)
		return -EPERM;
	lock(&proc_lock);
	if (to <= 0) {
		err = signal_job(to ? (int)-(unsigned)to : cur()->job, (int)sig);	/* the least number is its own negative: no job's */
	} else {
		p = proc_find(to);
		err = !p ? -ESRCH : proc_alive(p) ? send(p, (int)sig) : 0;
	}
	unlock(&proc_lock);
	return err;
}

word sys_setjob(word pid, word job)
{
	struct proc *p;
	int err;

	if ((int)job < 0)
		return -EINVAL;
	lock(&proc_lock);
	p = proc_own(pid, &err);
	if (p)
		p->job = job ? (int)job : p->pid;
	unlock(&proc_lock);
	return err;
}

word sys_getjob(word pid)
{
	struct proc *p;
	int job;

	lock(&proc_lock);
	p = pid ? proc_find((int)pid) : cur();
	job = p ? p->job : -ESRCH;
	unlock(&proc_lock);
	return job;
}
