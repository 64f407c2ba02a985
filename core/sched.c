/* SPDX-License-Identifier: MIT */
/*
 * sched.c: who runs, and how processes wait.
 *
 * Invariant: a process is READY exactly while it is in the run queue of its
 * home, RUNNING while it is that CPU's cur.  A sleeper leaves its wait queue
 * by itself if nobody has taken it out, so that who kills it need not reach
 * the queue.
 * Locks: a CPU's run queue, held across ctx_switch: what a process does to
 * fall asleep is seen only when it has left its stack.
 */
#include "proc.h"

struct cpu cpus[NCPU];
unsigned cpus_running = 1;

/* Append to the run queue.  => home's queue locked */
static void enqueue(struct proc *p)
{
	struct runq *q = &p->home->ready;

	p->state = PROC_READY;
	p->next = NULL;
	if (q->head)
		q->tail->next = p;
	else
		q->head = p;
	q->tail = p;
}

/* Let the next one run, or the idle loop.  => c's queue locked, and again when it is our turn */
static void run_next(struct cpu *c)
{
	struct proc *p = c->cur, *n = c->ready.head;

	if (n) {
		c->ready.head = n->next;
		n->state = PROC_RUNNING;
	}
	c->resched = n && n->killed;
	if (n == p)
		return;
	assert(!p || proc_stack_ok(p));
	c->cur = n;
	c->switches++;
	if (n)
		cpu_kstack((char *)n->kstack + KSTACK);
	vm_load(n ? n->space : NULL);
	ctx_switch(p ? &p->ctx : &c->idle, n ? &n->ctx : &c->idle);
}

void sched_ready(struct proc *p)
{
	struct lock *l = &p->home->ready.lock;

	lock(l);
	if (p->state == PROC_SLEEPING || p->state == PROC_FREE)
		enqueue(p);
	unlock(l);
}

void sched_kill(struct proc *p)
{
	struct cpu *c = p->home;

	p->killed = true;
	lock(&c->ready.lock);
	if (p->state == PROC_SLEEPING)
		enqueue(p);
	else if (c->cur == p)
		c->resched = true;
	unlock(&c->ready.lock);
}

void sched_leave(void)
{
	do {
		struct cpu *c = cpu_self();

		if (c->cur->killed)
			proc_exit(END_KILLED, SIGKILL, NULL);
		lock(&c->ready.lock);
		enqueue(c->cur);
		run_next(c);
		unlock(&cpu_self()->ready.lock);
	} while (sched_pending());
}

_Noreturn void sched_exit(void)
{
	struct cpu *c = cpu_self();

	lock(&c->ready.lock);
	unlock(&proc_lock);
	run_next(c);
	panic("a process that has ended runs again");
}

_Noreturn void sched_idle(void)
{
	struct cpu *c = cpu_self();

	for (;;) {
		lock(&c->ready.lock);
		if (c->ready.head)
			run_next(c);
		unlock(&c->ready.lock);
		cpu_idle();
	}
}

/* ---- wait queues ---- */

/* => q locked */
static void join(struct waitq *q, struct proc *p)
{
	p->waiting = q;
	p->wait_next = NULL;
	p->wait_prev = q->tail;
	if (q->tail)
		q->tail->wait_next = p;
	else
		q->head = p;
	q->tail = p;
}

/* => q locked */
static void leave(struct waitq *q, struct proc *p)
{
	p->waiting = NULL;
	if (p->wait_prev)
		p->wait_prev->wait_next = p->wait_next;
	else
		q->head = p->wait_next;
	if (p->wait_next)
		p->wait_next->wait_prev = p->wait_prev;
	else
		q->tail = p->wait_prev;
}

/* Sleep, in q by now.  => q and the run queue locked; both let go */
static void doze(struct cpu *c, struct waitq *q, struct lock *held)
{
	c->cur->state = PROC_SLEEPING;
	unlock(&q->lock);
	if (held)
		unlock(held);
	run_next(c);
	unlock(&cpu_self()->ready.lock);
	if (held)
		lock(held);
	lock(&q->lock);
}

int wait_on(struct waitq *q, struct lock *held)
{
	struct cpu *c = cpu_self();
	struct proc *p = c->cur;
	bool woken;

	lock(&q->lock);
	join(q, p);
	lock(&c->ready.lock);
	if (p->killed)
		unlock(&c->ready.lock);
	else
		doze(c, q, held);
	woken = !p->waiting;
	if (!woken)
		leave(q, p);
	unlock(&q->lock);
	if (!p->killed)
		return 0;
	if (woken)
		wake_one(q);		/* it was meant for one who goes on */
	return -EINTR;
}

/* Take the first out and let it run.  The lock keeps it from going on before that.  => q locked */
static void wake_first(struct waitq *q)
{
	struct proc *p = q->head;

	leave(q, p);
	sched_ready(p);
}

void wake_one(struct waitq *q)
{
	lock(&q->lock);
	if (q->head)
		wake_first(q);
	unlock(&q->lock);
}

void wake_all(struct waitq *q)
{
	lock(&q->lock);
	while (q->head)
		wake_first(q);
	unlock(&q->lock);
}
