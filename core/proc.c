/* SPDX-License-Identifier: MIT */
/*
 * proc.c: the table of processes, and spaces.
 *
 * Invariant: the process with a pid is in the slot of that number modulo
 * PROC_N, so that it is found without a search; pids go up, and come again
 * only after PID_MAX of them.
 * Lock: proc_lock.
 */
#include "proc.h"

enum { PID_MAX = 32767, PID_AGAIN = 2 };
static const word CANARY = (word)0x59c3e7a15b0e1f2d;

struct lock proc_lock = LOCK(LOCK_PROC);
static struct proc procs[PROC_N];
static int last_pid;
static struct pool spaces = POOL(struct space);

/* A free slot under the next pid that has one; null: all are taken.  => proc_lock */
static struct proc *claim(void)
{
	for (int n = 0; n < PROC_N; n++) {
		struct proc *p;

		last_pid = last_pid < PID_MAX ? last_pid + 1 : PID_AGAIN;
		p = &procs[last_pid % PROC_N];
		if (!p->pid) {
			p->pid = last_pid;
			return p;
		}
	}
	return NULL;
}

/* The first thing it does: finish the switch, and go to user mode. */
static void begin(void *arg)
{
	struct proc *p = arg;

	unlock(&cpu_self()->ready.lock);
	trap_exit(p->frame);
}

int proc_new(struct proc **out)
{
	struct page *stack;
	struct proc *p;

	lock(&proc_lock);
	p = claim();
	unlock(&proc_lock);
	if (!p)
		return -EAGAIN;
	stack = pg_alloc(PG_KERNEL);
	if (!stack) {
		p->pid = 0;
		return -ENOMEM;
	}
	p->kstack = pg_kva(stack);
	*(word *)p->kstack = CANARY;
	p->frame = (struct frame *)((char *)p->kstack + KSTACK) - 1;
	__c11_atomic_store(&p->home, cpu_self(), __ATOMIC_RELAXED);
	__c11_atomic_store(&p->asked, 0, __ATOMIC_RELAXED);	/* nobody finds it yet */
	p->deaf = p->vforked = p->forget = p->sig.some = false;
	p->space = NULL;
	__c11_atomic_store(&p->up.events, 0, __ATOMIC_RELAXED);
	p->up.aim.entry = 0;
	p->group = NULL;
	p->files = &p->own;
	__c11_atomic_store(&p->quick, p->own.fd, __ATOMIC_RELAXED);
	p->waiting = NULL;
	p->child = NULL;
	*out = p;
	return 0;
}

bool proc_stack_ok(const struct proc *p)
{
	return *(const word *)p->kstack == CANARY;
}

void proc_free(struct proc *p)
{
	struct page *stack = pg_of(kpa(p->kstack));

	pg_unref(stack);
	pg_free(stack);
	__c11_atomic_store(&p->state, PROC_FREE, __ATOMIC_RELAXED);
	__c11_atomic_thread_fence(__ATOMIC_RELEASE);
	p->pid = 0;
}

void proc_start(struct proc *p, struct proc *parent)
{
	ctx_init(&p->ctx, begin, p, p->frame);
	lock(&proc_lock);
	if (parent)
		parent = proc_family(parent);
	p->parent = parent;
	p->job = parent ? parent->job : p->pid;
	p->ran = 0;
	if (parent) {
		p->sibling = parent->child;
		parent->child = p;
	}
	ipc_open(p);
	if (__c11_atomic_load(&p->stop, __ATOMIC_RELAXED))
		p->state = PROC_STOPPED;
	else
		sched_begin(p);
	unlock(&proc_lock);
}

struct proc *proc_find(int pid)
{
	struct proc *p = &procs[(unsigned)pid % PROC_N];

	return pid > 0 && p->pid == pid && p->state != PROC_FREE ? p : NULL;
}

struct proc *proc_own(word pid, int *err)
{
	struct proc *me = cur(), *p = pid ? proc_find((int)pid) : me;

	*err = !p || !proc_alive(p) || !p->space ? -ESRCH : p != me && p->parent != proc_family(me) ? -EPERM : 0;
	return *err ? NULL : p;
}

struct proc *proc_slot(word pid)
{
	struct proc *p = &procs[pid % PROC_N];

	__asm__("" : "+r"(p));		/* worked out once, not at every use */
	return p;
}

struct proc *proc_next(struct proc *p)
{
	for (p = p ? p + 1 : procs; p < procs + PROC_N; p++)
		if (p->state != PROC_FREE)
			return p;
	return NULL;
}

struct proc *proc_nth(unsigned n)
{
	struct proc *p = proc_next(NULL);

	while (p && n--)
		p = proc_next(p);
	return p;
}

struct space *space_new(void)
{
	struct space *s = pool_alloc(&spaces);

	if (!s)
		return NULL;
	if (vm_init(s) < 0) {
		pool_free(&spaces, s);
		return NULL;
	}
	__c11_atomic_store(&s->users, 1, __ATOMIC_RELAXED);	/* nobody else knows it */
	return s;
}

void space_put(struct space *s)
{
	if (count_add(&s->users, -1, __ATOMIC_ACQ_REL) != 1)
		return;
	vm_destroy(s);
	pool_free(&spaces, s);
}
