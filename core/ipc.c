/* SPDX-License-Identifier: MIT */
/*
 * ipc.c: a word and a page from one process to another.
 *
 * Who comes first sleeps, the sender in the receiver's queue, the receiver
 * for its message, and who comes second does the work for both.  Invariant:
 * while a receiver waits its queue is empty.  The page is mapped before
 * anything else is changed, and if it cannot be, the sender fails and the
 * receiver goes on waiting.
 *
 * Lock: the receiver's box's, from the look at it to the end; under it the
 * spaces, the clock and the run queues.  Both sleep with it, so whoever holds
 * it finds a sleeper's space where it was.  Boxes are never freed.
 */
#include "proc.h"

/* ---- the queue.  => its box locked ---- */

static void enqueue(struct ipc *box, struct proc *p)
{
	p->ipc.next = NULL;
	p->ipc.link = box->tail;
	*box->tail = p;
	box->tail = &p->ipc.next;
}

static void dequeue(struct ipc *box, struct proc *p)
{
	if ((*p->ipc.link = p->ipc.next))
		p->ipc.next->ipc.link = p->ipc.link;
	else
		box->tail = p->ipc.link;
}

/* p's sending is over. */
static void answer(struct ipc *box, struct proc *p, int result)
{
	dequeue(box, p);
	p->ipc.result = result;
	sched_ready(p);
}

void ipc_open(struct proc *p)
{
	struct ipc *box = &p->ipc;

	lock_class(&box->lock, LOCK_IPC);
	lock(&box->lock);
	box->tail = &box->head;
	box->open = true;
	unlock(&box->lock);
}

void ipc_close(struct proc *p)
{
	struct ipc *box = &p->ipc;

	lock(&box->lock);
	box->open = box->came = false;
	while (box->head)
		answer(box, box->head, -ESRCH);
	unlock(&box->lock);
}

/* ---- one letter ---- */

static bool with_page(const struct letter *l, const struct ipc *to)
{
	return l->va != IPC_NOPAGE && to->va != IPC_NOPAGE;
}

static inline struct ipc_msg message(const struct letter *l, const struct proc *from, const struct ipc *to)
{
	return (struct ipc_msg){ .value = l->value, .from = from->pid,
		.rights = with_page(l, to) ? l->rights & (P_RWX | PAGE_S0 | PAGE_S1) : 0 };
}

/* => to's box locked */
static int give_page(const struct letter *l, struct proc *from, struct proc *to)
{
	return with_page(l, &to->ipc) ? vm_page_map(from->space, l->va, to->space, to->ipc.va, l->rights) : 0;
}

/* ---- sleeping ---- */

enum { WAITING = 1 };

/*
 * Until *flag is WAITING no more, at most ms; first, whom our message woke, may run in our place, null: nobody.
 * 0, -ETIMEDOUT, -EINTR if killed.  => held, let go meanwhile
 */
static int await(const int *flag, struct proc *first, word ms, struct lock *held)
{
	bool limited = ms != (word)IPC_FOREVER;
	word until = limited ? clock_after(ms) : 0;
	int err;

	if (first && !limited)
		err = sched_hand_over(first, held);
	else if (first)
		sched_ready(first), err = clock_sleep(until, held);
	else
		err = limited ? clock_sleep(until, held) : sched_sleep(held, NULL);
	while (*flag == WAITING && !err && !(limited && clock_due(until)))
		err = limited ? clock_sleep(until, held) : sched_sleep(held, NULL);
	return *flag != WAITING ? 0 : err ? err : -ETIMEDOUT;
}

static bool limit_ok(word ms)
{
	return ms <= INT32_MAX || ms == (word)IPC_FOREVER;
}

/* ---- sending ---- */

/* Wait in the queue.  => box locked */
static __attribute__((noinline)) int queue(struct ipc *box, const struct letter *l, word ms)
{
	struct proc *p = cur();
	int err;

	if (ms == IPC_TRY)
		return -EAGAIN;
	p->ipc.out = *l;
	p->ipc.result = WAITING;
	enqueue(box, p);
	if (!(err = await(&p->ipc.result, NULL, ms, &box->lock)))
		return p->ipc.result;
	dequeue(box, p);
	return err;
}

/* The letter gets there.  *woken: the receiver, if it is to be readied.  0 or an error. */
static inline int send(struct proc *to, word pid, const struct letter *l, word ms, struct proc **woken)
{
	struct ipc *box = &to->ipc;
	int err;

	lock(&box->lock);
	if (to->pid != (int)pid || !box->open) {
		err = -ESRCH;
	} else if (box->waits != WAITING) {
		err = queue(box, l, ms);
	} else if (!(err = give_page(l, cur(), to))) {
		box->msg = message(l, cur(), box);
		box->waits = 0;
		box->came = true;
		*woken = to;
	}
	unlock(&box->lock);
	return err;
}

/* The page is checked by vm/; but one without any right would look like none. */
word sys_ipc_send(word pid, word value, word va, word rights, word ms)
{
	struct proc *to = proc_slot(pid), *woken = NULL;
	struct letter l = { value, va, (unsigned)rights };
	int err;

	if (to == cur() || !limit_ok(ms) || (va != IPC_NOPAGE && !(rights & P_RWX)))
		return -EINVAL;
	err = send(to, pid, &l, ms, &woken);
	if (woken)
		sched_ready(woken);
	return err;
}

/* ---- receiving ---- */

/* The message to where the program wants it. */
static inline int copy_message(struct space *s, va_t to, const struct ipc_msg *m)
{
	struct ipc_msg *at;
	int err = 0;

	if (to % sizeof(word) || (to & (PGSIZE - 1)) > PGSIZE - sizeof *m)
		return vm_copyout(s, to, m, sizeof *m);
	lock(&s->lock);
	if ((at = vm_reach(s, to, P_W, &err)))
		*at = *m;
	unlock(&s->lock);
	return err;
}

/*
 * Where the program manages its memory, a copy may fault to it; once the message has come, the call cannot
 * begin again for that.  So it is tried before.
 */
static inline int try_buffer(struct space *s, va_t to)
{
	static const struct ipc_msg none;
	struct region *r;
	bool safe;

	lock(&s->lock);
	r = region_find(s, to);
	safe = r && r->kind != R_USER && r->hi - to >= sizeof none;
	unlock(&s->lock);
	return safe ? 0 : vm_copyout(s, to, &none, sizeof none);
}

/* From the first in the queue whose page can be mapped.  0, -EAGAIN: nobody, or an error.  => p's box locked */
static __attribute__((noinline)) int take(struct proc *p, va_t to)
{
	struct ipc *box = &p->ipc;
	struct proc *q;
	int err;

	while ((q = box->head)) {
		const struct ipc_msg m = message(&q->ipc.out, q, box);

		if ((err = copy_message(p->space, to, &m)) < 0)
			return err;		/* nobody has lost anything */
		err = give_page(&q->ipc.out, q, p);
		answer(box, q, err);
		if (!err)
			return 0;
	}
	return -EAGAIN;
}

/*
 * The message, for a buffer that has been tried; it stays in the box until it is out: a bad address loses nothing.
 * woken: to run first, or null.
 */
static inline int receive(struct proc *p, struct proc *woken, va_t va, va_t to, word ms)
{
	struct ipc *box = &p->ipc;
	int err = 0;

	lock(&box->lock);
	if (!box->came) {
		box->va = va;
		if (box->head && (err = take(p, to)) != -EAGAIN)
			goto out;
		err = -EAGAIN;
		if (ms == IPC_TRY)
			goto out;
		box->waits = WAITING;
		err = await(&box->waits, woken, ms, &box->lock);
		box->waits = 0;
		woken = NULL;
	}
	if (!err && !(err = copy_message(p->space, to, &box->msg)))
		box->came = false;
out:
	unlock(&box->lock);
	if (woken)
		sched_ready(woken);
	return err;
}

static bool window_ok(struct space *s, va_t va)
{
	struct vm_look look;

	if (va == IPC_NOPAGE)
		return true;
	if (va & (PGSIZE - 1) || va >= USERTOP)
		return false;
	vm_look(s, va, &look);
	return look.region & PAGE_USER;
}

/* A call that others may have noticed cannot begin again. */
static inline int no_restart(int err)
{
	return err == -ERESTART ? -EFAULT : err;
}

word sys_ipc_recv(word va, word msg, word ms)
{
	struct proc *p = cur();
	int err;

	if (!limit_ok(ms) || !window_ok(p->space, va))
		return -EINVAL;
	if ((err = try_buffer(p->space, msg)))
		return err;
	return no_restart(receive(p, NULL, va, msg, ms));
}

/* va: the window, whose page goes out if rights allow anything, and where the other one's comes in. */
word sys_ipc_call(word pid, word value, word va, word rights, word msg, word ms)
{
	struct proc *p = cur(), *to = proc_slot(pid), *woken = NULL;
	struct letter l = { value, rights & P_RWX ? va : IPC_NOPAGE, (unsigned)rights };
	int err;

	if (to == p || !limit_ok(ms) || !window_ok(p->space, va))
		return -EINVAL;
	if ((err = try_buffer(p->space, msg)) || (err = send(to, pid, &l, ms, &woken)))
		return err;
	return no_restart(receive(p, woken, va, msg, ms));
}
