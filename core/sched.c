/* SPDX-License-Identifier: MIT */
/*
 * sched.c: who runs, and where.
 *
 * Invariant: a process is READY exactly while it is in the run queue of its
 * home or on the way there, RUNNING while it is that CPU's cur.  Who is asked
 * to stop is STOPPED when it next would leave the kernel.
 * Locks: a CPU's run queue, held across ctx_switch: what a process does to
 * fall asleep is seen only when it has left its stack.  No CPU holds two of
 * them at once.
 */
#include "run.h"

struct cpu cpus[NCPU] = { [0 ... NCPU - 1] = { .ready.lock = LOCK(LOCK_RUNQ) } };
static _Atomic uint32_t idle;		/* CPUs that wait for work: bit i is cpus[i] */

/* Append to the run queue.  => c's queue locked; it is p's home */
static void enqueue(struct cpu *c, struct proc *p)
{
	struct runq *q = &c->ready;

	SET(p->state, PROC_READY);
	p->next = NULL;
	if (q->head)
		q->tail->next = p;
	else
		q->head = p;
	q->tail = p;
}

__attribute__((noinline)) void switch_to_idle(struct cpu *c, struct ctx *from)
{
	c->resched = false;
	c->cur = NULL;
	vm_load(NULL);
	ctx_switch(from, &c->idle);
}

/* ---- whose home is where ---- */

/* Its home, whose queue is locked: it stays its home till that is let go. */
static struct cpu *lock_home(struct proc *p)
{
	for (;;) {
		struct cpu *c = GET(p->home);

		lock(&c->ready.lock);
		if (NCPU == 1 || c == GET(p->home))
			return c;
		unlock(&c->ready.lock);
	}
}

/* A CPU with nothing to do, which is not to be chosen again before it has looked for work; null: none. */
static struct cpu *claim_idle(void)
{
	uint32_t mask;

	while ((mask = idle)) {
		uint32_t lowest = mask & -mask;

		if (__c11_atomic_fetch_and(&idle, ~lowest, __ATOMIC_ACQ_REL) & lowest)
			return &cpus[__builtin_ctz(lowest)];
	}
	return NULL;
}

static void nudge(const struct cpu *c)
{
	vm_count_here(C_WAKE, 1);
	cpu_ipi((uint32_t)1 << c->id);
}

/* To an idle CPU instead of its busy home, c.  On its way it is in no queue, but READY, so that nobody else moves it. */
static __attribute__((noinline)) void send(struct cpu *c, struct proc *p)
{
	struct cpu *to = c->cur ? claim_idle() : NULL;
	bool asleep;

	if (to) {
		p->state = PROC_READY;
		p->home = to;
		unlock(&c->ready.lock);
		lock(&to->ready.lock);
	} else {
		to = c;
	}
	enqueue(to, p);
	asleep = !to->cur && to != cpu_self();
	unlock(&to->ready.lock);
	if (asleep)
		nudge(to);
}

/* Into a run queue.  => c locked, p's home; not locked any more */
static void place(struct cpu *c, struct proc *p)
{
	if (NCPU > 1 && (c != cpu_self() || __c11_atomic_load(&idle, __ATOMIC_RELAXED)))
		return send(c, p);
	enqueue(c, p);
	unlock(&c->ready.lock);
}

/* Take the first that waits for another CPU, and make this one its home.  Null: none waits. */
static struct proc *steal(struct cpu *me)
{
	struct proc *p = NULL;

	for (struct cpu *c = cpus; c < cpus + cpus_running && !p; c++) {
		if (c == me || !c->ready.head)
			continue;
		lock(&c->ready.lock);
		if ((p = c->ready.head)) {
			c->ready.head = p->next;
			p->home = me;
		}
		unlock(&c->ready.lock);
	}
	return p;
}

void sched_begin(struct proc *p)
{
	place(lock_home(p), p);
}

static __attribute__((noinline)) intptr_t ready_late(struct proc *p, intptr_t result)
{
	struct cpu *c = lock_home(p);

	if (GET(p->state) == PROC_SLEEPING)
		place(c, p);
	else
		unlock(&c->ready.lock);
	__asm__("" : "+r"(result));	/* who calls shall take it from here, not keep it over the call */
	return result;
}

/* Not one that is still being made, be it in the slot of the one that was meant.  Nothing is kept across a call: no register is saved. */
__attribute__((always_inline)) intptr_t sched_ready_last(struct proc *p, intptr_t result)
{
	struct cpu *c = cpu_self();

	if ((NCPU > 1 && c != GET(p->home)) || !lock_try(&c->ready.lock))
		return ready_late(p, result);
	if (NCPU > 1 && (c != GET(p->home) || GET(idle))) {
		unlock(&c->ready.lock);
		return ready_late(p, result);
	}
	if (GET(p->state) == PROC_SLEEPING)
		enqueue(c, p);
	unlock(&c->ready.lock);
	return result;
}

void sched_ready(struct proc *p)
{
	sched_ready_last(p, 0);
}

/* If it runs, it shall look at the next way out for what is asked of it.  => c locked, its home; not locked any more */
static void hurry(struct cpu *c, struct proc *p)
{
	bool away = c->cur == p && c != cpu_self();

	if (c->cur == p)
		c->resched = true;
	unlock(&c->ready.lock);
	if (away)
		nudge(c);
}

void sched_kill_by(struct proc *p, int sig)
{
	struct cpu *c;

	p->killed = (uint8_t)sig;
	c = lock_home(p);
	if (p->state == PROC_SLEEPING || p->state == PROC_STOPPED)
		place(c, p);
	else
		hurry(c, p);
}

void sched_kill(struct proc *p)
{
	sched_kill_by(p, SIGKILL);
}

void sched_interrupt(struct proc *p)
{
	struct cpu *c = lock_home(p);

	if (p->state == PROC_SLEEPING)
		place(c, p);
	else
		hurry(c, p);
}

void sched_stop(struct proc *p)
{
	p->stop = true;
	hurry(lock_home(p), p);
}

/* Whoever is STOPPED has seen that it shall be; if it shall again, it will see that too. */
void sched_run(struct proc *p)
{
	struct cpu *c;

	p->stop = false;
	c = lock_home(p);
	if (p->state == PROC_STOPPED)
		place(c, p);
	else
		unlock(&c->ready.lock);
}

void sched_poke(struct proc *p)
{
	struct cpu *c = lock_home(p);
	bool runs = c->cur == p, away = runs && c != cpu_self();

	if (runs)
		c->resched = true;
	unlock(&c->ready.lock);
	if (away)
		nudge(c);
}

void sched_leave(void)
{
	struct cpu *c;

	do {
		cpus_rest();
		clock_wake();
		c = cpu_self();
		if (c->cur->killed)
			proc_exit(END_KILLED, c->cur->killed, NULL);
		lock(&c->ready.lock);
		if (GET(c->cur->stop) && !GET(c->cur->killed)) {
			SET(c->cur->state, PROC_STOPPED);
			run_other(c, c->cur);
		} else if (c->ready.head) {
			enqueue(c, c->cur);
			run_other(c, c->cur);
		}
		c = cpu_self();
		c->resched = false;		/* what is asked of it, but these two, is looked at from here on */
		unlock(&c->ready.lock);
	} while (GET(c->cur->killed) | GET(c->cur->stop));
}

_Noreturn void sched_exit(void)
{
	struct cpu *c = cpu_self();

	lock(&c->ready.lock);
	unlock(&proc_lock);
	run_other(c, c->cur);
	panic("a process that has ended runs again");
}

/* Run what there is to run, here or elsewhere, until there is nothing.  Was there anything? */
static bool work(struct cpu *c)
{
	struct proc *p = NCPU > 1 && !c->ready.head ? steal(c) : NULL;
	bool some;

	lock(&c->ready.lock);
	if (p)
		enqueue(c, p);
	p = c->ready.head;
	some = p;
	if (some) {
		if (NCPU > 1)
			__c11_atomic_fetch_and(&idle, ~((uint32_t)1 << c->id), __ATOMIC_RELAXED);
		c->ready.head = p->next;
		switch_to(c, &c->idle, p);
	}
	unlock(&c->ready.lock);
	return some;
}

/* This CPU says that it is idle before it looks for work: who has some then either is seen or wakes it. */
_Noreturn void sched_idle(void)
{
	struct cpu *c = cpu_self();

	for (;;) {
		cpus_rest();
		clock_wake();
		if (NCPU > 1)
			__c11_atomic_fetch_or(&idle, (uint32_t)1 << c->id, __ATOMIC_SEQ_CST);
		if (!work(c))
			cpu_idle();
	}
}
