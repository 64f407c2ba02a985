/* SPDX-License-Identifier: MIT */
/*
 * trap.c: faults and interrupts.  Invariant: a fault of a program's ends at
 * most that program; one of the kernel's own is a mistake, and the end.
 */
#include "proc.h"

static const char *const kinds[FAULT_KINDS] = FAULT_NAMES;

/* Why could the page not be had? */
static const char *reason(struct space *s, va_t va, int err)
{
	struct region *r;

	if (err == -ENOMEM)
		return "out of memory";
	if (va >= USERTOP)
		return "not a program's address";
	lock(&s->lock);
	r = region_find(s, va);
	unlock(&s->lock);
	return r ? "its mapping does not allow that" : "nothing is mapped there";
}

/* A fault of the program's that nobody resolved. */
static _Noreturn void end_program(const struct fault *f, int err)
{
	struct proc *p = cur();
	const char *want = f->want & P_W ? "write" : f->want & P_X ? "execute" : "read";

	if (f->kind == FAULT_PAGE)
		kprintf("%s[%d]: page fault: %s at %#lx, pc %#lx: %s\n", p->name, p->pid, want,
			(unsigned long)f->va, (unsigned long)f->pc, reason(p->space, f->va, err));
	else
		kprintf("%s[%d]: %s: at %#lx, pc %#lx\n", p->name, p->pid, kinds[f->kind],
			(unsigned long)f->va, (unsigned long)f->pc);
	proc_exit(err == -ENOMEM ? END_NOMEM : END_FAULT, f->kind, f);
}

static _Noreturn void end_kernel(const struct frame *f, const struct fault *t)
{
	fr_print(f);
	panic("the kernel took a %s at %#lx, pc %#lx", kinds[t->kind], (unsigned long)t->va, (unsigned long)t->pc);
}

/* A fault that the kernel did not resolve.  Decodes it once more, so that the common paths keep it in registers. */
static __attribute__((noinline)) void unresolved(struct frame *f, int err)
{
	struct fault t;

	fr_fault(f, &t);
	if (!fr_user(f))
		end_kernel(f, &t);
	if (err == -ENOMEM || !upcall_fault(f, &t))
		end_program(&t, upcall_gave_up() ? -ENOMEM : err);
	if (sched_pending())
		trap_leave(f);
}

/* A program's page fault, which vm_fault refused. */
static __attribute__((noinline)) void refused(struct frame *f)
{
	upcall_page(f);
	unresolved(f, -EFAULT);
}

/* Where there is an error, telling it is the last thing done here: nothing is kept for afterwards. */
void trap_fault(struct frame *f)
{
	struct fault t;
	int err;

	fr_fault(f, &t);
	if (!(t.want & P_U)) {			/* no page fault, or not the program's */
		unresolved(f, -EFAULT);
		return;
	}
	err = vm_fault(cur()->space, t.va, t.want & P_RWX);
	if (err == -ENOMEM) {
		unresolved(f, err);
		return;
	}
	if (err) {
		refused(f);
		return;
	}
	if (sched_pending())
		trap_leave(f);
}

void trap_irq(struct frame *f)
{
	if (sched_pending() && fr_user(f))
		trap_leave(f);
}
