/* SPDX-License-Identifier: MIT */
/*
 * ipc.c: a word and a page from one process to another.
 *
 * Who comes first sleeps, the sender in the receiver's queue, the receiver
 * for its message, and who comes second does the work for both.  Invariant:
 * while a receiver waits nobody is in its queue from whom it would receive.
 * The page is mapped before anything else is changed, and if it cannot be, the sender fails and the
 * receiver goes on waiting.
 *
 * Lock: the receiver's box's, from the look at it to the end; under it the
 * spaces, the clock and the run queues.  Both sleep with it, so whoever holds
 * it finds a sleeper's space where it was.  Boxes are never freed.
 */
#include "proc.h"

#define INLINE	inline __attribute__((always_inline))	/* the common path saves its registers once */

/* ---- the queue.  => its box locked ---- */

static void enqueue(struct ipc *box, struct proc *p)
{
	if (!box->head)
		box->tail = &box->head;
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

/* The lock is not needed: ipc_close has left the rest as it shall be. */
void ipc_open(struct proc *p)
{
	lock_class(&p->ipc.lock, LOCK_IPC);
	p->ipc.open = true;
}

enum { WAITING = 1 };

/* Of who waits for a message from pid, or (0) from anybody: its `waits'. */
static inline int waits_for(int pid)
{
	return WAITING + pid;
}

/* Who waits for this one's answer alone waits no longer. */
static __attribute__((noinline)) void give_up(int pid)
{
	lock(&proc_lock);
	for (struct proc *q = proc_next(NULL); q; q = proc_next(q)) {
		lock(&q->ipc.lock);
		if (q->ipc.waits == waits_for(pid)) {
			q->ipc.waits = -ESRCH;
			sched_ready(q);
		}
		unlock(&q->ipc.lock);
	}
	unlock(&proc_lock);
}

void ipc_close(struct proc *p)
{
	struct ipc *box = &p->ipc;
	bool asked;

	lock(&box->lock);
	box->open = box->came = false;
	while (box->head)
		answer(box, box->head, -ESRCH);
	asked = box->asked;
	box->asked = false;
	unlock(&box->lock);
	if (asked)
		give_up(p->pid);
}

/* ---- one letter ---- */

static bool with_page(const struct letter *l, const struct ipc *to)
{
	return l->va != IPC_NOPAGE && to->va != IPC_NOPAGE;
}

/* Of what page_map was asked for, what the receiver has. */
static unsigned seen(unsigned rights)
{
	return rights & (P_RWX | PAGE_S0 | PAGE_S1);
}

/* ---- sleeping ---- */

/* Until *flag, more than 0 now, is so no more, at most ms.  0, -ETIMEDOUT, -EINTR if killed.  => held, let go meanwhile */
static __attribute__((noinline)) int await(const int *flag, word ms, struct lock *held)
{
	bool limited = ms != (word)IPC_FOREVER;
	word until = limited ? clock_after(ms) : 0;
	int err = 0;

	while (*flag > 0 && !err && !(limited && clock_due(until)))
		err = limited ? clock_sleep(until, held) : sched_sleep(held, NULL);
	return *flag <= 0 ? 0 : err ? -EINTR : -ETIMEDOUT;	/* what was sent must not be sent again */
}

/* IPC_FOREVER, or less than 2^31 - 1. */
static bool limit_ok(word ms)
{
	return (ms + 1) >> 31 == 0;
}

/* ---- sending ---- */

/* Wait in the queue with the letter in p's box.  => box locked */
static __attribute__((noinline)) int queue(struct ipc *box, struct proc *p, word ms)
{
	int err;

	p->ipc.result = WAITING;
	enqueue(box, p);
	if (!(err = await(&p->ipc.result, ms, &box->lock)))
		return p->ipc.result;
	dequeue(box, p);
	return err;
}

/* Does its owner sleep for a message that p may send?  Then it lives.  => box locked */
static inline bool expects(const struct ipc *box, const struct proc *p)
{
	return box->waits == WAITING || box->waits == waits_for(p->pid);
}

/* Into the box of who expects it, from p.  => box locked */
static INLINE void put(struct ipc *box, const struct proc *p, word value, unsigned rights)
{
	box->msg.value = value;
	box->msg.from = p->pid;
	box->msg.rights = rights;
	box->waits = 0;
	__atomic_store_n(&box->came, true, NCPU > 1 ? __ATOMIC_RELEASE : __ATOMIC_RELAXED);
}

/* The letter gets there.  *woken: the receiver, if it is to be readied; asks: its answer will be waited for.  0 or an error. */
static INLINE int send(struct proc *to, word pid, struct letter l, bool asks, word ms, struct proc **woken)
{
	struct ipc *box = &to->ipc;
	struct proc *p = cur();
	int err = 0;

	lock(&box->lock);
	if (asks)
		box->asked = true;
	if (to->pid != (int)pid || !box->open) {
		err = -ESRCH;
	} else if (!expects(box, p)) {
		p->ipc.out = l;
		err = ms == IPC_TRY ? -EAGAIN : queue(box, p, ms);
	} else {
		bool page = with_page(&l, box);

		if (page)
			err = vm_page_map(p->space, l.va, to->space, box->va, l.rights);
		if (!err) {
			put(box, p, l.value, page ? seen(l.rights) : 0);
			*woken = to;
		}
	}
	unlock(&box->lock);
	return err;
}

/* The page is checked by vm/; but one without any right would look like none. */
static __attribute__((noinline)) word send_late(word pid, word value, word va, word rights, word ms)
{
	struct letter l = { value, va, (unsigned)rights };
	struct proc *woken = NULL;
	int err;

	if (va != IPC_NOPAGE && !(rights & P_RWX))
		return -EINVAL;
	err = send(proc_slot(pid), pid, l, false, ms, &woken);
	if (woken)
		sched_ready(woken);
	return err;
}

/* A word alone, to one who waits for it, needs no register kept. */
word sys_ipc_send(word pid, word value, word va, word rights, word ms)
{
	struct proc *to = proc_slot(pid), *p = cur();
	struct ipc *box = &to->ipc;

	if ((int)pid == p->pid || !limit_ok(ms))
		return -EINVAL;
	if (va != IPC_NOPAGE || !lock_try(&box->lock))
		return send_late(pid, value, va, rights, ms);
	if (to->pid != (int)pid || !expects(box, p)) {
		unlock(&box->lock);
		return send_late(pid, value, va, rights, ms);
	}
	put(box, p, value, 0);
	unlock(&box->lock);
	return sched_ready_last(to, 0);
}

/* ---- receiving ---- */

/* The message to where the program wants it. */
static INLINE int copy_message(struct space *s, va_t to, const struct ipc_msg *m)
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
 * begin again for that.  So it is tried before, and so is one that is read-only: it would be too late to say so.  (A managed region grants nothing.)
 */
static INLINE int try_buffer(struct space *s, va_t to)
{
	static const struct ipc_msg none;
	struct region *r;
	bool safe;

	lock(&s->lock);
	r = region_find(s, to);
	safe = r && r->prot & P_W && r->hi - to >= sizeof none;
	unlock(&s->lock);
	return safe ? 0 : vm_copyout(s, to, &none, sizeof none);
}

/* The first in the queue; of pid's, if that is not 0. */
static struct proc *first(const struct ipc *box, int pid)
{
	struct proc *q = box->head;

	while (pid && q && q->pid != pid)
		q = q->ipc.next;
	return q;
}

/* From the first in the queue, pid or (0) anybody, whose page can be mapped.  0, -EAGAIN: nobody, or an error.  => p's box locked */
static __attribute__((noinline)) int take(struct proc *p, int pid, va_t to)
{
	struct ipc *box = &p->ipc;
	struct proc *q;
	int err;

	while ((q = first(box, pid))) {
		const struct letter *l = &q->ipc.out;
		bool page = with_page(l, box);
		const struct ipc_msg m = { .value = l->value, .from = q->pid, .rights = page ? seen(l->rights) : 0 };

		if ((err = copy_message(p->space, to, &m)) < 0)
			return err;		/* nobody has lost anything */
		if (page)
			err = vm_page_map(q->space, l->va, p->space, box->va, l->rights);
		answer(box, q, err);
		if (!err)
			return 0;
	}
	return -EAGAIN;
}

/* Out of the box, which keeps it until then: a bad address loses nothing.  Only its owner does that, once it came. */
static INLINE int take_out(struct proc *p, va_t to)
{
	int err = copy_message(p->space, to, &p->ipc.msg);

	if (!err)
		p->ipc.came = false;
	return err;
}

/* What is not the common path; or there shall be no wait.  => p's box locked; not locked any more */
static __attribute__((noinline)) int wait_late(struct proc *p, va_t to, word ms)
{
	struct ipc *box = &p->ipc;
	int err = await(&box->waits, ms, &box->lock);

	if (!err)
		err = box->waits;
	box->waits = 0;
	unlock(&box->lock);
	if (err)
		return ms == IPC_TRY ? -EAGAIN : err;
	return take_out(p, to);
}

/* Has it ended?  Who ends says so to its own box first, and then looks into that of who waits for it. */
static inline bool has_ended(const struct proc *p, int pid)
{
	return p->pid != pid || !__atomic_load_n(&p->ipc.open, __ATOMIC_RELAXED);
}

/* Wait for a message, of pid's if that is not 0.  => p's box locked; not locked any more */
static INLINE int wait_for(struct proc *p, int pid, struct proc *woken, va_t to, word ms)
{
	struct ipc *box = &p->ipc;

	box->waits = waits_for(pid);
	if (pid && has_ended(proc_slot((word)pid), pid))
		box->waits = -ESRCH;
	if (ms == (word)IPC_FOREVER && (!pid || box->waits > 0)) {
		if (woken)
			sched_hand_over(woken, &box->lock);
		else
			sched_sleep_once(&box->lock);
		if (__atomic_load_n(&box->came, NCPU > 1 ? __ATOMIC_ACQUIRE : __ATOMIC_RELAXED))
			return take_out(p, to);
		lock(&box->lock);
	} else if (woken) {
		sched_ready(woken);
	}
	return wait_late(p, to, ms);
}

/* There is one, or somebody wants to send one.  => p's box locked; not any more unless *wait */
static __attribute__((noinline)) int receive_now(struct proc *p, int pid, struct proc *woken, va_t to, bool *wait)
{
	struct ipc *box = &p->ipc;
	int err = box->came ? take_out(p, to) : take(p, pid, to);

	*wait = err == -EAGAIN;			/* the pages of all were bad; the box is locked still */
	if (*wait)
		return 0;
	unlock(&box->lock);
	if (woken)
		sched_ready(woken);
	return err;
}

/* For a buffer that has been tried.  pid: from whom, 0: anybody; woken: by our own message, to run first; null: nobody. */
static INLINE int receive(struct proc *p, int pid, struct proc *woken, va_t va, va_t to, word ms)
{
	struct ipc *box = &p->ipc;
	bool wait;
	int err;

	lock(&box->lock);
	box->va = va;
	if (box->came || box->head) {
		err = receive_now(p, pid, woken, to, &wait);
		if (!wait)
			return err;
	}
	return wait_for(p, pid, woken, to, ms);
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
	return no_restart(receive(p, 0, NULL, va, msg, ms));
}

/* va: the window, whose page goes out if rights allow anything, and where the other one's comes in. */
static INLINE int exchange(word pid, word value, word va, word rights, word msg, word ms, bool asks)
{
	struct proc *p = cur(), *to = proc_slot(pid), *woken = NULL;
	struct letter l = { value, rights & P_RWX ? va : IPC_NOPAGE, (unsigned)rights };
	int err;

	if ((int)pid == p->pid || !limit_ok(ms) || !window_ok(p->space, va))
		return -EINVAL;
	if (asks && p->ipc.came && p->ipc.msg.from != (int)pid)
		return -EBUSY;			/* what came before, and could not be copied out, is not its answer */
	if ((err = try_buffer(p->space, msg)) || (err = send(to, pid, l, asks, ms, &woken)))
		return err;
	return no_restart(receive(p, asks ? (int)pid : 0, woken, va, msg, ms));
}

word sys_ipc_call(word pid, word value, word va, word rights, word msg, word ms)
{
	return exchange(pid, value, va, rights, msg, ms, false);
}

word sys_ipc_ask(word pid, word value, word va, word rights, word msg, word ms)
{
	return exchange(pid, value, va, rights, msg, ms, true);
}
