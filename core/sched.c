/* SPDX-License-Identifier: MIT */
/*
 * sched.c: who runs, and how processes wait.
 *
 * Invariant: a process is READY exactly while it is in the run queue of its
 * home or on the way there, RUNNING while it is that CPU's cur.  Who is asked
 * to stop is STOPPED when it next would leave the kernel.  A sleeper leaves its wait queue
 * by itself if nobody has taken it out, so that who kills it need not reach
 * the queue.
 * Locks: a CPU's run queue, held across ctx_switch: what a process does to
 * fall asleep is seen only when it has left its stack.  No CPU holds two of
 * them at once.
 */
#include "proc.h"

/* What a run queue's lock orders already. */
#define GET(x)		__c11_atomic_load(&(x), __ATOMIC_RELAXED)
#define SET(x, v)	__c11_atomic_store(&(x), v, __ATOMIC_RELAXED)

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

/* Shall it do something before it goes on?  Who asks lets its CPU know, with the queue's lock, after that. */
static inline bool asked(struct proc *p)
{
	return GET(p->killed) || GET(p->stop);
}

/* From p, c's cur, to n; null: the idle loop.  => c's queue locked, and again when it is p's turn */
static inline void switch_to(struct cpu *c, struct proc *p, struct proc *n)
{
	assert(!p || proc_stack_ok(p));
	c->cur = n;
	c->switches++;
	if (n)
		cpu_kstack((char *)n->kstack + KSTACK);
	vm_load(n ? n->space : NULL);
	ctx_switch(p ? &p->ctx : &c->idle, n ? &n->ctx : &c->idle);
}

/* Let the next one run, or the idle loop.  => c's queue locked, and again when it is our turn */
static void run_next(struct cpu *c)
{
	struct proc *n = c->ready.head;

	if (n) {
		c->ready.head = n->next;
		SET(n->state, PROC_RUNNING);
	}
	c->resched = n && asked(n);
	if (n != c->cur)
		switch_to(c, c->cur, n);
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

/* Not one that is still being made, be it in the slot of the one that was meant. */
void sched_ready(struct proc *p)
{
	struct cpu *c = lock_home(p);

	if (GET(p->state) == PROC_SLEEPING)
		place(c, p);
	else
		unlock(&c->ready.lock);
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
	do {
		struct cpu *c;

		cpus_rest();
		clock_wake();
		c = cpu_self();
		if (c->cur->killed)
			proc_exit(END_KILLED, c->cur->killed, NULL);
		lock(&c->ready.lock);
		if (GET(c->cur->stop) && !GET(c->cur->killed))
			SET(c->cur->state, PROC_STOPPED);
		else
			enqueue(c, c->cur);
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

/* Run what there is to run, here or elsewhere, until there is nothing.  Was there anything? */
static bool work(struct cpu *c)
{
	struct proc *p = NCPU > 1 && !c->ready.head ? steal(c) : NULL;
	bool some;

	lock(&c->ready.lock);
	if (p)
		enqueue(c, p);
	some = c->ready.head;
	if (some) {
		if (NCPU > 1)
			__c11_atomic_fetch_and(&idle, ~((uint32_t)1 << c->id), __ATOMIC_RELAXED);
		run_next(c);
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

/* Killed, or there is a signal for it, of which it hears on the way out.  It is roused. */
static __attribute__((noinline)) bool interrupted(struct proc *p)
{
	if (!GET(p->killed) && !signal_interrupts(p))
		return false;
	cpu_self()->resched = true;
	return true;
}

/* Shall it not sleep, or sleep no longer? */
static inline bool roused(struct proc *p)
{
	return __builtin_expect(GET(p->roused), 0) && interrupted(p);
}

/* Sleep, in inner's queue by now.  => both (outer: or null) and the run queue locked; that one let go */
static inline void doze(struct cpu *c, struct lock *inner, struct lock *outer)
{
	SET(c->cur->state, PROC_SLEEPING);
	unlock(inner);
	if (outer)
		unlock(outer);
	run_next(c);
	unlock(&cpu_self()->ready.lock);
	if (outer)
		lock(outer);
	lock(inner);
}

int sched_sleep(struct lock *inner, struct lock *outer)
{
	struct cpu *c = cpu_self();
	struct proc *p = c->cur;

	if (p->group)
		group_sleep(p);
	lock(&c->ready.lock);
	if (roused(p))
		unlock(&c->ready.lock);
	else
		doze(c, inner, outer);
	if (p->group)
		cpu_self()->resched = true;
	return roused(p) ? -EINTR : 0;
}

/* It is asleep elsewhere, or we end: as two steps.  => c's queue and held locked; not locked any more */
static __attribute__((noinline)) void part(struct cpu *c, struct proc *next, struct lock *held)
{
	unlock(&c->ready.lock);
	sched_ready(next);
	sched_sleep(held, NULL);
	unlock(held);
}

/* Into its only caller: a function of its own would save every register once more. */
__attribute__((always_inline)) void sched_hand_over(struct proc *next, struct lock *held)
{
	struct cpu *c = cpu_self();
	struct proc *p = c->cur;

	if (p->group)
		group_sleep(p);
	lock(&c->ready.lock);
	if (GET(next->home) != c || GET(next->state) != PROC_SLEEPING || GET(p->roused))
		return part(c, next, held);
	SET(p->state, PROC_SLEEPING);
	unlock(held);
	SET(next->state, PROC_RUNNING);
	c->resched = asked(next);
	switch_to(c, p, next);
	unlock(&cpu_self()->ready.lock);
	if (p->group)
		cpu_self()->resched = true;
}

int wait_on(struct waitq *q, struct lock *held)
{
	struct cpu *c = cpu_self();
	struct proc *p = c->cur;
	bool woken;

	if (p->group)
		group_sleep(p);
	lock(&q->lock);
	join(q, p);
	lock(&c->ready.lock);
	if (roused(p))
		unlock(&c->ready.lock);
	else
		doze(c, &q->lock, held);
	woken = !p->waiting;
	if (!woken)
		leave(q, p);
	unlock(&q->lock);
	if (p->group)
		cpu_self()->resched = true;	/* group_leave looks at it */
	if (!roused(p))
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
