/* SPDX-License-Identifier: MIT */
/*
 * exit.c: the end of a process, and who hears of it.
 *
 * Invariant: a zombie has no space, files or children; it goes when its
 * parent has got its status.  Who has no parent any more is init's.
 * Lock: proc_lock.
 */
#include "proc.h"

/* Is it a zombie?  => proc_lock */
static bool give_to_init(struct proc *init, struct proc *c)
{
	c->vforked = false;			/* nobody waits for it any more */
	c->parent = init;
	c->sibling = init->child;
	init->child = c;
	return c->state == PROC_ZOMBIE;
}

/* init takes p's children.  => proc_lock */
static void orphan_children(struct proc *p)
{
	struct proc *init = proc_find(1), *c;
	bool zombie = false;

	while ((c = p->child)) {
		p->child = c->sibling;
		zombie |= give_to_init(init, c);
		if (c->stop)
			sched_kill(c);		/* nobody is left who could let it run */
	}
	if (zombie)
		wake_all(&init->kids);
}

/* p waits for its children no more: those that have ended are init's.  Has it others?  => proc_lock */
static void disown(struct proc *p)
{
	struct proc *init = proc_find(1), **link = &p->child, *c;
	bool zombie = false;

	while ((c = *link)) {
		if (c->state == PROC_ZOMBIE) {
			*link = c->sibling;
			zombie |= give_to_init(init, c);
		} else {
			link = &c->sibling;
		}
	}
	if (zombie)
		wake_all(&init->kids);
	wake_all(&p->kids);
}

void proc_forget(struct proc *p)
{
	p->forget = true;
	disown(p);
}

/* Without init there is nobody to reap, and nothing to do. */
static _Noreturn void init_ended(enum end how, int code)
{
	kprintf("init has ended (%s, %d): power off\n", how == END_EXIT ? "exit status" : "killed", code);
	cpu_poweroff(how == END_EXIT ? code & 127 : 100);
}

static void let_go(struct proc *p)
{
	struct space *s = p->space;

	ipc_close(p);
	for (int i = 0; i < FD_N; i++)
		if (p->own.fd[i])
			file_put(p->own.fd[i]);
	if (p->dir) {
		inode_put(p->dir);
		p->dir = NULL;
	}
	if (p->group)
		group_leave_for_good(p);
	lock(&proc_lock);
	p->space = NULL;
	vfork_done(p);
	if (p->child)
		orphan_children(p);
	unlock(&proc_lock);
	vm_load(NULL);
	space_put(s);
}

_Noreturn void proc_exit(enum end how, int code, const struct fault *f)
{
	struct proc *p = cur();

	if (p->pid == 1)
		init_ended(how, code);
	p->end = (struct wait_info){ .pid = p->pid, .how = how, .code = code };
	if (f) {
		p->end.want = f->want & P_RWX;
		p->end.va = f->va;
		p->end.pc = f->pc;
	}
	if (p->group)
		group_end(p);
	let_go(p);
	lock(&proc_lock);
	__c11_atomic_store(&p->state, PROC_ZOMBIE, __ATOMIC_RELAXED);	/* the lock orders it */
	if (p->parent->kids.head)
		wake_all(&p->parent->kids);
	if (p->parent->forget)
		disown(p->parent);
	sched_exit();
}

word sys_exit(word status)
{
	proc_exit(END_EXIT, (int)status, NULL);
}

/* Does pid mean this child: -1 any, 0 those of our job, -job those of that one?  => proc_lock */
static inline bool means(int pid, const struct proc *c)
{
	return pid == -1 || c->pid == pid || (pid <= 0 && c->job == (pid ? (int)-(unsigned)pid : cur()->job));
}

/* A child that pid means and that has ended, or null; *some: is any meant?  => proc_lock */
static struct proc *find_zombie(struct proc *p, int pid, bool *some)
{
	struct proc *c;

	*some = false;
	for (c = p->child; c; c = c->sibling)
		if (means(pid, c)) {
			*some = true;
			if (__c11_atomic_load(&c->state, __ATOMIC_RELAXED) == PROC_ZOMBIE)
				return c;
		}
	return NULL;
}

/* False: it has become init's meanwhile (proc_forget), or another of our group has reaped it. */
static bool reap(struct proc *p, struct proc *zombie)
{
	struct proc **link;
	struct cpu *home;
	bool ours;

	lock(&proc_lock);
	link = &proc_family(p)->child;
	while (*link && *link != zombie)
		link = &(*link)->sibling;
	if ((ours = *link))
		*link = zombie->sibling;
	unlock(&proc_lock);
	if (!ours)
		return false;
	home = __c11_atomic_load(&zombie->home, __ATOMIC_RELAXED);
	lock(&home->ready.lock);		/* until it has left its stack */
	unlock(&home->ready.lock);
	proc_free(zombie);
	return true;
}

/* One that has ended, or null: *err says why, 0: WAIT_NOHANG. */
static struct proc *await_zombie(struct proc *p, int pid, word flags, int *err)
{
	struct proc *c, *family;
	bool some;

	*err = 0;
	lock(&proc_lock);
	while (!(c = find_zombie(family = proc_family(p), pid, &some)) && !*err && some && !(flags & WAIT_NOHANG))
		*err = wait_on(&family->kids, &proc_lock);
	unlock(&proc_lock);
	if (!*err && !some)
		*err = -ECHILD;
	return c;
}

/* The status goes out before the zombie goes: a bad address loses nothing. */
word sys_wait(word pid, word info, word flags)
{
	struct proc *p = cur(), *c;
	int err, found;

	if (flags & ~(word)WAIT_NOHANG)
		return -EINVAL;
	do {
		if (!(c = await_zombie(p, (int)pid, flags, &err)))
			return err;
		if (info && (err = vm_copyout(p->space, info, &c->end, sizeof c->end)) < 0)
			return err;
		found = c->pid;
	} while (!reap(p, c));
	return found;
}
