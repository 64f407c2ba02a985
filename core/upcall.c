/* SPDX-License-Identifier: MIT */
/*
 * upcall.c: events handed to the program.  docs/upcalls.md explains.
 *
 * Invariant: the program's registers change only when the block that holds
 * them lies on its upcall stack.  An upcall that cannot be delivered ends the
 * program, which alone it harms.
 * Lock: the space's, for the stack and the entry of those who run in it, and
 * for the copies.  A copy within one page is made in place.
 */
#include "aim.h"

enum { HEAD = offsetof(struct upcall, regs) / sizeof(word) };

const struct vm_look upcall_nothing;
static const char *const events[UPCALL_N] = UPCALL_NAMES;
static const char *const faults[FAULT_KINDS] = FAULT_NAMES;

/* ---- delivery ---- */

_Noreturn void upcall_fail(const struct frame *f, const struct news *n, const struct failure *w)
{
	struct proc *p = cur();
	bool fault = n->event <= UPCALL_CPU;
	struct fault end = { .kind = FAULT_PAGE, .va = w->at, .pc = f->r[FR_PC], .want = w->want };

	kprintf("%s[%d]: no upcall for a %s", p->name, p->pid, fault ? faults[n->kind] : events[n->event]);
	if (fault)
		kprintf(" at %#lx", (unsigned long)n->va);
	kprintf(", pc %#lx: %s, at %#lx\n", (unsigned long)end.pc, w->why, (unsigned long)w->at);
	proc_exit(w->err == -ENOMEM ? END_NOMEM : END_FAULT, FAULT_PAGE, &end);
}

static inline __attribute__((always_inline)) void fill(struct upcall *to, const struct news *n, const struct vm_look *l)
{
	volatile word *head = (word *)to;		/* volatile: stores one by one, no call of memcpy */

	head[0] = n->event;
	head[1] = n->kind;
	head[2] = n->va;
	head[3] = n->want;
	head[4] = l->have;
	head[5] = l->region;
	head[6] = l->holders;
	head[7] = 0;
}

/* The block does not lie in one page: by way of the kernel's stack. */
static __attribute__((noinline)) int put_far(struct space *s, va_t at, const struct news *n, const struct frame *f)
{
	struct upcall block = { 0 };		/* not every word is shown */

	fill(&block, n, n->look);
	fr_show(f, block.regs.r);
	return vm_copyout(s, at, &block, sizeof block);
}

static bool in_page(va_t at, size_t n)
{
	return (at & (PGSIZE - 1)) <= PGSIZE - n;
}

/* What is wrong with this aim, of an upcall that was to be put at `at', 0: nowhere? */
static struct failure diagnose(const struct aim *a, va_t at, int err)
{
	if (a->entry >= USERTOP)
		return (struct failure){ "the handler is no address of a program's", a->entry, P_X, 0 };
	if (a->entry % FR_INSN)
		return (struct failure){ "the handler is misaligned", a->entry, P_X, 0 };
	if ((a->lo | a->hi) % UPCALL_ALIGN)
		return (struct failure){ "the stack is misaligned", (a->lo % UPCALL_ALIGN ? a->lo : a->hi), P_W, 0 };
	if (!at)
		return (struct failure){ "the stack is full", a->lo, P_W, 0 };
	if (err == -ENOMEM)
		return (struct failure){ "no memory for the stack", at, P_W, err };
	return (struct failure){ "the stack cannot be written", at, P_W, err };
}

bool upcall_put(struct frame *f, const struct news *n, va_t sp, const struct frame *regs, struct failure *w)
{
	struct space *s = cur()->space;
	struct upcall *to = NULL;
	struct aim a;
	va_t at;
	int err = 0;

	lock(&s->lock);
	a = cur()->up.aim;
	at = upcall_place(&a, sp);
	if (at && in_page(at, sizeof *to) && (to = vm_reach(s, at, P_W, &err))) {
		fill(to, n, n->look);
		fr_show(regs, to->regs.r);
	}
	unlock(&s->lock);
	if (__builtin_expect(!to, 0)) {
		if (at && !err)
			err = put_far(s, at, n, regs);
		if (!at || err) {
			*w = diagnose(&a, at, err);
			return false;
		}
	}
	vm_count_here(C_UPCALL, 1);
	fr_call(f, a.entry, at, at);
	return true;
}

/* An event of the program's own time: no hurry. */
static void deliver(struct frame *f, const struct news *n)
{
	struct failure w;

	if (!upcall_put(f, n, f->r[FR_SP], f, &w))
		upcall_fail(f, n, &w);
}

bool upcall_fault(struct frame *f, const struct fault *t)
{
	struct news n = { t->kind == FAULT_PAGE ? UPCALL_PAGE : UPCALL_CPU, t->kind, t->va, t->want & P_RWX, &upcall_nothing };
	struct proc *p = cur();

	if (!(upcall_armed(p) >> n.event & 1))
		return false;
	if (t->kind == FAULT_PAGE) {
		if (t->va == p->up.aim.entry && t->va == f->r[FR_PC])	/* no upcall could mend that */
			upcall_fail(f, &n, &(struct failure){ "the handler cannot be run", t->va, P_X, 0 });
		n.look = &vm_miss[cpu_id()].look;	/* just asked, by vm_fault */
	}
	deliver(f, &n);
	return true;
}

/*
 * A way without a call, on which no register is saved: nobody has the lock, the block lies in one page that is there,
 * and nothing else is to be done.
 */
void upcall_page(struct frame *f)
{
	const struct vm_miss *m = &vm_miss[cpu_id()];
	struct proc *p = cur();
	struct space *s = p->space;
	const struct aim *a = &p->up.aim;
	struct upcall *to;
	va_t at;

	if (!(upcall_armed(p) >> UPCALL_PAGE & 1) || sched_pending() || m->va == a->entry || !lock_try(&s->lock))
		return;
	at = upcall_place(a, f->r[FR_SP]);
	if (at && in_page(at, sizeof *to) && (to = vm_there(s, at, P_W))) {
		__asm__("" : "+r"(to));		/* worked out once, not for every word */
		fill(to, &(struct news){ UPCALL_PAGE, FAULT_PAGE, m->va, m->want, 0 }, &m->look);
		vm_count_here(C_UPCALL, 1);
		fr_upcall(f, to->regs.r, &s->lock, a->entry, at);
	}
	unlock(&s->lock);
}

bool upcall_gave_up(void)
{
	const struct upcalls *u = &cur()->up;

	return !u->events && u->aim.entry == ENOMEM;
}

/* ---- calls that begin again ---- */

/* For memory that the program is to bring, or (no right is wanted) for a signal, which comes on the way out. */
word upcall_restart(struct frame *f)
{
	const struct vm_miss *m = &vm_miss[cpu_id()];
	struct news n = { UPCALL_PAGE, FAULT_PAGE, m->va, m->want & P_RWX, &m->look };

	if (m->want && !(upcall_armed(cur()) >> UPCALL_PAGE & 1))
		return -EFAULT;
	fr_restart(f);
	if (!m->want || (cur()->group && group_slept(cur())))	/* somebody else may go on with it: first things first */
		trap_exit(f);
	vm_count_here(C_RESTART, 1);
	deliver(f, &n);
	trap_exit(f);
}

/* ---- the way out ---- */

/*
 * The period is over; the next one begins now.  Asked only when the CPU has to leave the program anyway, as at
 * every tick: between two upcalls the program gets on, however long its handler takes.
 */
static bool timer_due(struct upcalls *u)
{
	if (!(u->events >> UPCALL_TIMER & 1) || (intptr_t)(ticks - u->next) < 0)
		return false;
	u->next = ticks + u->period;
	return true;
}

/* What has to wait while the program is on its upcall stack; a signal, for no longer. */
static void later(struct frame *f)
{
	struct proc *p = cur();
	struct news n = { .event = UPCALL_TIMER, .va = f->r[FR_PC], .look = &upcall_nothing };
	bool free = !upcall_on_stack(&p->up.aim, f->r[FR_SP]);

	if (free && p->signal && (n.kind = (word)signal_take(p)))
		n.event = UPCALL_SIGNAL;
	if (p->signal)
		cpu_self()->resched = true;	/* the next way out may be resume's */
	if (free && (n.kind || timer_due(&p->up)))
		deliver(f, &n);
}

void trap_leave(struct frame *f)
{
	if (sched_pending())
		sched_leave();
	if (cur()->group)
		group_leave(cur());
	if (upcall_armed(cur()) & UPCALL_LATER)
		later(f);
}

_Noreturn void trap_exit(struct frame *f)
{
	if (sched_pending() || cur()->group) {
		fr_done(f);
		trap_leave(f);
	}
	fr_return(f);
}

/* ---- system calls ---- */

/* The period in ticks, rounded up. */
static word in_ticks(word ms)
{
	return (ms + 1000 / TICK_HZ - 1) / (1000 / TICK_HZ);
}

word sys_set_upcall(word pid, word mask, word entry, word lo, word hi, word period)
{
	struct proc *p;
	int err;

	if (mask >> UPCALL_N || period > INT32_MAX || (mask >> UPCALL_TIMER & 1 && !period))
		return -EINVAL;
	lock(&proc_lock);
	p = proc_own(pid, &err);
	if (p) {
		struct upcalls *u = &p->up;

		lock(&p->space->lock);
		u->aim = upcall_aim(entry, lo, hi);
		u->period = in_ticks(period);
		u->next = ticks + u->period + 1;	/* this tick has begun already */
		u->events = mask;
		files_quick(p);
		unlock(&p->space->lock);
		signal_changed(p);
	}
	unlock(&proc_lock);
	return err;
}

static int take(struct space *s, va_t from, struct frame *f)
{
	struct frame block;
	int err = vm_copyin(s, &block, from, sizeof block);

	if (!err)
		fr_take(f, block.r);
	return err;
}

/* Not in one page, not there, somebody has the lock, or more is to be done on the way out. */
static __attribute__((noinline)) word resume_late(va_t from)
{
	struct frame *f = cur()->frame;
	int err = take(cur()->space, from, f);

	if (err)
		return (word)err;
	trap_exit(f);
}

/* The result register, too, is the block's: nothing is returned, the call leaves by itself. */
word sys_resume(word from)
{
	struct proc *p = cur();
	struct space *s = p->space;
	const struct regs *block;

	if (from % sizeof(word))
		return -EINVAL;
	if (in_page(from, sizeof *block) && !sched_pending() && !p->group && lock_try(&s->lock)) {
		if ((block = vm_there(s, from, P_R)))
			fr_resume(p->frame, block->r, &s->lock);
		unlock(&s->lock);
	}
	return resume_late(from);
}
