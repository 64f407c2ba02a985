/* SPDX-License-Identifier: MIT */
/*
 * sleep.c: how processes wait.
 *
 * Invariant: a sleeper leaves its wait queue by itself if nobody has taken
 * it out, so that who kills it need not reach the queue.
 * Locks: what it waits for, its wait queue's, its CPU's run queue's, in this
 * order; the last is held till it has left its stack.
 */
#include "run.h"

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

/* Killed, or there is a signal for it, of which it hears on the way out.  It is asked something. */
static __attribute__((noinline)) int interrupted(struct proc *p)
{
	vm_miss[cpu_id()].want = 0;		/* if its call begins again, it is not for memory: upcall_restart */
	return GET(p->killed) ? -EINTR : signal_interrupts(p);
}

/* Shall it not sleep, or sleep no longer?  0, -EINTR, -ERESTART */
static inline int roused(struct proc *p)
{
	return __builtin_expect(GET(p->asked), 0) ? interrupted(p) : 0;
}

/* Sleep, in inner's queue by now.  => both (outer: or null) and the run queue locked; none any more */
static inline void doze(struct cpu *c, struct proc *p, struct lock *inner, struct lock *outer)
{
	SET(p->state, PROC_SLEEPING);
	unlock(inner);
	if (outer)
		unlock(outer);
	run_other(c, p);
	unlock(&cpu_self()->ready.lock);
}

int sched_sleep(struct lock *inner, struct lock *outer)
{
	struct cpu *c = cpu_self();
	struct proc *p = c->cur;

	if (p->group)
		group_sleep(p);
	lock(&c->ready.lock);
	if (roused(p)) {
		unlock(&c->ready.lock);
	} else {
		doze(c, p, inner, outer);
		if (outer)
			lock(outer);
		lock(inner);
	}
	if (p->group)
		cpu_self()->resched = true;
	return roused(p);
}

static __attribute__((noinline)) void sleep_late(struct lock *held)
{
	sched_sleep(held, NULL);
	unlock(held);
}

/* Into its callers, as sched_hand_over; and nothing is kept across a call. */
__attribute__((always_inline)) void sched_sleep_once(struct lock *held)
{
	struct cpu *c = cpu_self();
	struct proc *p = c->cur, *n;

	if (p->group || !lock_try(&c->ready.lock))
		return sleep_late(held);
	if (!c->ready.head || GET(p->asked)) {
		unlock(&c->ready.lock);
		return sleep_late(held);
	}
	SET(p->state, PROC_SLEEPING);
	unlock(held);
	assert(proc_stack_ok(p));
	vm_load(c->ready.head->space);
	p = c->cur;
	n = c->ready.head;
	c->ready.head = n->next;
	start(c, n);
	ctx_switch(&p->ctx, &n->ctx);
	unlock(&cpu_self()->ready.lock);
}

/* It is asleep elsewhere, or we end: as two steps.  => c's queue and held locked; not locked any more */
static __attribute__((noinline)) void part(struct cpu *c, struct proc *next, struct lock *held)
{
	unlock(&c->ready.lock);
	sched_ready(next);
	sched_sleep(held, NULL);
	unlock(held);
}

/* Into its callers: a function of its own would save every register once more. */
__attribute__((always_inline)) void sched_hand_over(struct proc *next, struct lock *held)
{
	struct cpu *c = cpu_self();
	struct proc *p = c->cur;

	if (p->group)
		group_sleep(p);
	lock(&c->ready.lock);
	if (GET(next->home) != c || GET(next->state) != PROC_SLEEPING || GET(p->asked))
		return part(c, next, held);
	SET(p->state, PROC_SLEEPING);
	unlock(held);
	assert(proc_stack_ok(p));
	switch_to(c, &p->ctx, next);
	unlock(&cpu_self()->ready.lock);
	if (p->group)
		cpu_self()->resched = true;
}

int wait_on(struct waitq *q, struct lock *held)
{
	struct cpu *c = cpu_self();
	struct proc *p = c->cur;
	bool woken;
	int err;

	if (p->group)
		group_sleep(p);
	lock(&q->lock);
	join(q, p);
	lock(&c->ready.lock);
	if (roused(p))
		unlock(&c->ready.lock);
	else {
		doze(c, p, &q->lock, held);
		if (held)
			lock(held);
		lock(&q->lock);
	}
	woken = !p->waiting;
	if (!woken)
		leave(q, p);
	unlock(&q->lock);
	if (p->group)
		cpu_self()->resched = true;	/* group_leave looks at it */
	err = roused(p);
	if (err && woken)
		wake_one(q);		/* it was meant for one who goes on */
	return err;
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
