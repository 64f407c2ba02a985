/* SPDX-License-Identifier: MIT */
/*
 * uthread.c: threads scheduled by the program.
 *
 * A thread that does not run is a struct regs; whoever gives up the CPU puts
 * it into its own, and the next one's are resumed.  Queues are changed with
 * `busy' set, which turns the timer away; an unblock upcall only puts its
 * thread on `woken'.  Who comes next is decided on an upcall stack, where no
 * upcall comes but BLOCK, and nothing sleeps: so none finds one thread's
 * registers under another's name, or comes between the last look for work
 * and park.
 *
 * One activation runs at a time.  Invariant: there is one more of them than
 * threads, so that the kernel can tell of the last one's sleep, too.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <upcall.h>
#include <uthread.h>
#include "area.h"

enum { STACK = 16 * PAGE, UPCALL_STACK = 2 * PAGE };

struct uthread {
	struct regs regs;		/* where it goes on, unless it runs or sleeps */
	struct uthread *next;		/* in the queue that it is in */
	pid_t sleeper;			/* the activation that sleeps for it in the kernel; 0: none */
	bool ended;
	int (*fn)(void *);
	void *arg;
	int result;
	int error;			/* its errno, unless it runs */
	struct ucond end;
	char *stack;			/* a guard page, then STACK bytes; null: the first thread's */
};

struct activation { char *stack; struct activation *next; };

void uthread_entry(void);
int uthread_save(struct regs *);	/* 0; and 1 when these registers are resumed */
_Noreturn void uthread_move(char *stack_top, void (*fn)(void));
void uthread_event(struct upcall *);

static struct uthread first, *running = NULL;
static struct uthread *ready, *ready_last;
static struct uthread *asleep;		/* in the kernel; changed by upcalls only */
static struct uthread *_Atomic woken;	/* no more; upcalls put them there */
static struct umutex list;
static volatile bool busy;		/* the scheduler's lock against the timer */
static struct activation *activations, *mine;	/* all; the one that runs */
static int spare;			/* activations of threads that have ended */

/* ---- queues ---- */

static void append(struct uthread **head, struct uthread **tail, struct uthread *t)
{
	t->next = NULL;
	if (*head)
		(*tail)->next = t;
	else
		*head = t;
	*tail = t;
}

static struct uthread *take(struct uthread **head)
{
	struct uthread *t = *head;

	if (t)
		*head = t->next;
	return t;
}

static void make_ready(struct uthread *t)
{
	append(&ready, &ready_last, t);
}

/* ---- who runs ---- */

static char *stack_top(const struct activation *a)
{
	return a->stack + UPCALL_STACK;
}

static void take_woken(void)
{
	struct uthread *next;

	for (struct uthread *t = atomic_exchange(&woken, NULL); t; t = next) {
		next = t->next;
		make_ready(t);
	}
}

/* Who ran before is in a queue, or asleep.  => on an upcall stack */
static void run_next(void)
{
	take_woken();
	if (running)
		running->error = errno;
	running = take(&ready);
	busy = false;
	if (running) {
		errno = running->error;
		resume(&running->regs);
	}
	park();
}

/* Wait to be made ready by somebody.  => busy; not any more */
static void give_up(void)
{
	if (uthread_save(&running->regs) == 0)
		uthread_move(stack_top(mine), run_next);
}

void uthread_yield(void)
{
	busy = true;
	make_ready(running);
	give_up();
}

struct uthread *uthread_self(void)
{
	return running;
}

/* ---- events ---- */

static void on_timer(struct upcall *u)
{
	if (busy || (!ready && !woken))
		return;
	running->regs = u->regs;
	make_ready(running);
	run_next();
}

/* The activation on whose stack this is. */
static void find_mine(struct upcall *u)
{
	char *here = (char *)u;

	for (mine = activations; here < mine->stack || here >= stack_top(mine); )
		mine = mine->next;
}

/* The thread that sleeps for this activation, in its place in the list; null: none. */
static struct uthread **find_asleep(pid_t sleeper)
{
	struct uthread **link = &asleep;

	while (*link && (*link)->sleeper != sleeper)
		link = &(*link)->next;
	return link;
}

/* The running thread sleeps in the kernel, and this activation goes on in its place. */
static void on_block(struct upcall *u)
{
	running->sleeper = u->kind;
	running->next = asleep;
	asleep = running;
	find_mine(u);
	run_next();
}

/* A thread's call is over.  Who was interrupted goes on, unless it was nobody. */
static void on_unblock(struct upcall *u)
{
	const struct upcall *interrupted = (const struct upcall *)u->va;
	struct uthread **link = find_asleep(u->kind), *t = *link;

	*link = t->next;
	t->sleeper = 0;
	t->regs = u->regs;
	t->next = woken;
	woken = t;
	if (!interrupted) {
		find_mine(u);
		run_next();
	}
	u->regs = interrupted->regs;
}

void uthread_event(struct upcall *u)
{
	if (u->event == UPCALL_TIMER)
		on_timer(u);
	else if (u->event == UPCALL_BLOCK)
		on_block(u);
	else
		on_unblock(u);
}

/* ---- mutexes and conditions ---- */

void umutex_lock(struct umutex *m)
{
	busy = true;
	if (!m->owner) {
		m->owner = running;
		busy = false;
		return;
	}
	append(&m->first, &m->last, running);
	give_up();			/* it is ours then */
}

/* To the one who has waited longest.  => busy */
static void hand_over(struct umutex *m)
{
	if ((m->owner = take(&m->first)))
		make_ready(m->owner);
}

void umutex_unlock(struct umutex *m)
{
	busy = true;
	hand_over(m);
	busy = false;
}

void ucond_wait(struct ucond *c, struct umutex *m)
{
	busy = true;
	append(&c->first, &c->last, running);
	hand_over(m);
	give_up();
	umutex_lock(m);
}

void ucond_signal(struct ucond *c)
{
	struct uthread *t;

	busy = true;
	if ((t = take(&c->first)))
		make_ready(t);
	busy = false;
}

void ucond_broadcast(struct ucond *c)
{
	struct uthread *t;

	busy = true;
	while ((t = take(&c->first)))
		make_ready(t);
	busy = false;
}

/* ---- threads begin and end ---- */

/* An upcall stack, and an activation that waits for its turn; the first one is the process itself. */
static int add_activation(void)
{
	struct activation *a = malloc(sizeof *a);

	if (!a)
		return -1;
	a->stack = mmap(NULL, UPCALL_STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (a->stack == MAP_FAILED) {
		free(a);
		return -1;
	}
	a->next = activations;		/* it may be called as soon as it is there */
	activations = a;
	if (!mine || activation(a->stack, stack_top(a)) > 0)
		return 0;
	activations = a->next;
	munmap(a->stack, UPCALL_STACK);
	free(a);
	return -1;
}

int uthread_start(unsigned slice)
{
	unsigned events = 1u << UPCALL_BLOCK | 1u << UPCALL_UNBLOCK | (slice ? 1u << UPCALL_TIMER : 0);

	if (upcalls.area || mine) {
		errno = EBUSY;
		return -1;
	}
	if (add_activation() < 0)
		return -1;
	mine = activations;
	running = &first;
	if (set_upcall(0, events, uthread_entry, mine->stack, stack_top(mine), slice) < 0)
		return -1;
	return add_activation();
}

/* Where a thread begins, on its own stack; it does not return. */
static void begin(void)
{
	struct uthread *self = running;

	self->result = self->fn(self->arg);
	umutex_lock(&list);
	self->ended = true;
	ucond_broadcast(&self->end);
	busy = true;
	hand_over(&list);
	uthread_move(stack_top(mine), run_next);	/* who joins us frees the stack, but not before that */
}

struct uthread *uthread_create(int (*fn)(void *), void *arg)
{
	struct uthread *t;

	umutex_lock(&list);		/* malloc's, too, among ours */
	t = calloc(1, sizeof *t);
	if (t && (spare > 0 ? spare-- : add_activation() == 0))
		t->stack = mmap(NULL, PAGE + STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (t && t->stack == MAP_FAILED)
		spare++;
	umutex_unlock(&list);
	if (!t || !t->stack || t->stack == MAP_FAILED) {
		free(t);
		errno = ENOMEM;
		return NULL;
	}
	mprotect(t->stack, PAGE, PROT_NONE);
	t->fn = fn;
	t->arg = arg;
	t->regs.r[FR_PC] = (uintptr_t)begin;
	t->regs.r[FR_SP] = (uintptr_t)t->stack + PAGE + STACK - 16;
	busy = true;
	make_ready(t);
	busy = false;
	return t;
}

int uthread_join(struct uthread *t)
{
	int result;

	umutex_lock(&list);
	while (!t->ended)
		ucond_wait(&t->end, &list);
	result = t->result;
	munmap(t->stack, PAGE + STACK);
	free(t);
	spare++;
	umutex_unlock(&list);
	return result;
}
