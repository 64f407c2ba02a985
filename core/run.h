/* SPDX-License-Identifier: MIT */
/* run.h: from one process to the next, for sched.c and sleep.c only.  => the CPU's run queue locked, throughout */
#pragma once
#include "proc.h"

/* What a run queue's lock orders already. */
#define GET(x)		__c11_atomic_load(&(x), __ATOMIC_RELAXED)
#define SET(x, v)	__c11_atomic_store(&(x), v, __ATOMIC_RELAXED)

/* n is c's cur from now on.  => c's queue locked */
static inline void start(struct cpu *c, struct proc *n)
{
	SET(n->state, PROC_RUNNING);
	c->resched = GET(n->asked);
	c->cur = n;
	cpu_frame(n->frame);
}

/* Let n run in the place of c's cur, whose context is from.  => c's queue locked, and again when it is its turn */
static inline void switch_to(struct cpu *c, struct ctx *from, struct proc *n)
{
	vm_load(n->space);
	start(c, n);
	ctx_switch(from, &n->ctx);
}

/* The same, the idle loop. */
void switch_to_idle(struct cpu *, struct ctx *from);

/* p, c's cur, does not go on: let the next one run, or the idle loop.  => c's queue locked, and again when it is p's turn */
static inline void run_other(struct cpu *c, struct proc *p)
{
	struct proc *n = c->ready.head;

	assert(proc_stack_ok(p));
	if (!n)
		return switch_to_idle(c, &p->ctx);
	c->ready.head = n->next;
	switch_to(c, &p->ctx, n);
}
