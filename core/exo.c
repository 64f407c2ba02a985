/* SPDX-License-Identifier: MIT */
/*
 * exo.c: what a program needs to make processes by itself: their state,
 * their registers, their memory.  docs/exokernel.md explains.
 *
 * Invariant: it acts on itself and its own children, whatever these do
 * meanwhile.  A space is used with a reference to it, so that it outlasts its
 * process; registers are written with proc_lock held, so that nobody reaps
 * the kernel stack below them.  Who is stopped has a parent that can let it
 * run: a stopped orphan ends.
 */
#include "proc.h"

struct space *space_of(word pid, int *err)
{
	struct space *mine = cur()->space, *s = NULL;
	struct proc *p;

	*err = 0;
	if (!pid)
		return mine;
	lock(&proc_lock);
	if ((p = proc_own(pid, err)) && (s = p->space) != mine)
		count_add(&s->users, 1, __ATOMIC_RELAXED);
	unlock(&proc_lock);
	return s;
}

void space_let(struct space *s)
{
	if (s && s != cur()->space)
		space_put(s);
}

/* => proc_lock */
static int set_status(struct proc *p, word status)
{
	if (status == STATUS_RUN)
		return sched_run(p), 0;
	if (status > STATUS_FORGET)
		return -EINVAL;
	if (p->pid == 1 || (status == STATUS_STOP && p == cur() && p->parent->pid == 1))
		return -EPERM;			/* nobody would let it run again, or reap them */
	if (status == STATUS_STOP)
		sched_stop(p);
	else
		proc_forget(proc_family(p));
	return 0;
}

word sys_set_status(word pid, word status)
{
	struct proc *p;
	int err;

	lock(&proc_lock);
	if ((p = proc_own(pid, &err)))
		err = set_status(p, status);
	unlock(&proc_lock);
	return err;
}

/* Only its parent lets it run, or who kills it; and then it reads its registers no more. */
static int set_frame(struct proc *p, const struct frame *f)
{
	if (p->state != PROC_STOPPED)
		return -EINVAL;
	fr_take(p->frame, f->r);
	return 0;
}

word sys_set_frame(word pid, word regs)
{
	struct frame f;
	struct proc *p;
	int err;

	if (!pid || pid == (word)cur()->pid)
		return sys_resume(regs);
	if ((err = vm_copyin(cur()->space, &f, regs, sizeof f)) < 0)
		return err;
	lock(&proc_lock);
	if ((p = proc_own(pid, &err)))
		err = set_frame(p, &f);
	unlock(&proc_lock);
	return err;
}

/* ---- memory ---- */

/* PAGE_* of page_alloc and page_map; vm/ sees which go together.  False: others. */
static bool rights_ok(word rights)
{
	return !(rights & ~(word)(P_RWX | PAGE_S0 | PAGE_S1 | PAGE_MOVE | PAGE_COPY));
}

word sys_page_alloc(word pid, word va, word rights)
{
	struct space *s;
	int err;

	if (!rights_ok(rights))
		return -EINVAL;
	if ((s = space_of(pid, &err)))
		err = vm_page_alloc(s, va, (unsigned)rights);
	space_let(s);
	return err;
}

word sys_page_map(word from_pid, word from_va, word to_pid, word to_va, word rights)
{
	struct space *from, *to = NULL;
	int err;

	if (!rights_ok(rights))
		return -EINVAL;
	if (!(from_pid | to_pid))			/* the common case: copy-on-write */
		return vm_page_map(cur()->space, from_va, cur()->space, to_va, (unsigned)rights);
	if ((from = space_of(from_pid, &err)) && (to = space_of(to_pid, &err)))
		err = vm_page_map(from, from_va, to, to_va, (unsigned)rights);
	space_let(from);
	space_let(to);
	return err;
}

word sys_page_unmap(word pid, word va)
{
	struct space *s;
	int err;

	if ((s = space_of(pid, &err)))
		err = vm_page_unmap(s, va);
	space_let(s);
	return err;
}

/* So many runs at a time, on the kernel's stack. */
enum { RUNS = 16 };

/* The first n, at most RUNS, from *lo on, which is moved behind them: how many. */
static int query_some(struct space *s, va_t *lo, va_t hi, va_t to, unsigned n)
{
	struct page_run run[RUNS];
	int got = vm_query(s, *lo, hi, run, n), err;

	if (got <= 0)
		return got;
	if ((err = vm_copyout(cur()->space, to, run, (size_t)got * sizeof *run)) < 0)
		return err;
	*lo = run[got - 1].hi;
	return got;
}

word sys_query(word pid, word lo, word hi, word to, word n)
{
	struct space *s;
	word done = 0;
	int got = 0, err;

	if (n > INT32_MAX)
		return -EINVAL;
	if (lo == hi && hi <= USERTOP)
		return 0;			/* who goes on at the last run's end comes here */
	if (!(s = space_of(pid, &err)))
		return err;
	do {
		unsigned most = n - done < RUNS ? (unsigned)(n - done) : RUNS;

		got = query_some(s, &lo, hi, to + done * sizeof(struct page_run), most);
		if (got > 0)
			done += (word)got;
	} while (got == RUNS && lo < hi && done < n);
	space_let(s);
	return got < 0 ? (word)got : done;
}
