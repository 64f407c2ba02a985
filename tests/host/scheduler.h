/* SPDX-License-Identifier: MIT */
/*
 * scheduler.h: a program that schedules threads on activations, to try core/group.c (kernel.h).  Included once in a test.
 *
 * A thread is its registers: FR_A5 its number, FR_A3 how often it has been at
 * LOOP.  What the program knows lies in variables here, as it would in its
 * memory; an instruction is a function, so nothing comes between its lines.
 */
#include "kernel.h"
#include "tap.h"
#include <stdlib.h>
#include <string.h>

enum { THREADS = 5, STACK = 1024, PIDS = 1024, GOOD = 5, BAD = 1 };
enum { LOOP = 0x30000, MOVED = 0x31000, SLEPT = 0x32000, ENTRY = 0x33000, PICK = 0x34000, NEVER = 0x35000, OTHER = 0x36000,
	FORKED = 0x37000, WAITED = 0x38000 };
enum { BLOCKS = 1 << UPCALL_BLOCK | 1 << UPCALL_UNBLOCK, TIMER = 1 << UPCALL_TIMER };

static struct thread {
	struct regs regs;
	enum { READY, RUNNING, ASLEEP, DONE } state;
	int on;				/* the activation that it runs on, or that sleeps for it */
	word count;
} thread[THREADS];
static int run[PIDS];			/* by activation: its thread plus 1; 0: none */
static int late[PIDS];			/* its blocks that are no news any more */
static va_t stack[PIDS];		/* where its upcall stack begins */
static unsigned steps, live, blocks, unblocks, parks;
static int beside;			/* activations besides the first */
static int readers;			/* reads begun less bytes written */
static bool wrong, first_first;	/* first_first: thread 0 goes before others */

static int me(void) { return cur()->pid; }
static int slot(int pid) { return pid % PIDS; }

static bool want(bool good, const char *what, int t)
{
	if (good)
		return true;
	printf("# %s: thread %d, activation %d\n", what, t, me());
	return !(wrong = true);
}

static bool leave(struct frame *f, word code)
{
	f->r[FR_NR] = SYS_exit;
	f->r[FR_A0] = code;
	f->r[FR_PC] = NEVER;
	return true;
}

static bool ask(struct frame *f, word nr, word a, word b, word c, va_t then)
{
	f->r[FR_NR] = nr;
	f->r[FR_A0] = a;
	f->r[FR_A1] = b;
	f->r[FR_A2] = c;
	f->r[FR_PC] = then;
	return true;
}

/* ---- the scheduler: on the upcall stack, where neither the timer nor an unblock comes ---- */

static bool go_to_pick(struct frame *f)
{
	f->r[FR_SP] = stack[slot(me())] + STACK;
	f->r[FR_PC] = PICK;
	return false;
}

static bool pick(struct frame *f)
{
	va_t block = stack[slot(me())];		/* far below */
	int t = (int)below(THREADS), n = 0;

	if (first_first && thread[0].state == READY)
		t = 0;
	while (n < THREADS && thread[t].state != READY)
		t = (t + 1) % THREADS, n++;
	if (n == THREADS) {
		parks++;
		run[slot(me())] = 0;
		return ask(f, SYS_park, 0, 0, 0, NEVER);
	}
	thread[t].state = RUNNING;
	thread[t].on = me();
	run[slot(me())] = t + 1;
	vm_copyout(cur()->space, block, &thread[t].regs, sizeof thread[t].regs);
	return ask(f, SYS_resume, block, 0, 0, NEVER);
}

/* What ran here can wait. */
static void put_off(const struct regs *regs)
{
	int t = run[slot(me())] - 1;

	if (!want(t >= 0 && thread[t].state == RUNNING && thread[t].on == me(), "interrupted, and ran nothing", t))
		return;
	thread[t].regs = *regs;
	thread[t].state = READY;
	run[slot(me())] = 0;
}

/* Has somebody been given this block, and not looked at it yet? */
static bool on_its_way(int pid)
{
	struct upcall u;

	for (struct proc *p = proc_next(NULL); p; p = proc_next(p))
		if (p->space == cur()->space && p->frame->r[FR_PC] == ENTRY && !vm_copyin(p->space, &u, p->frame->r[FR_A0], sizeof u)
		    && u.event == UPCALL_BLOCK && (int)u.kind == pid)
			return true;
	return false;
}

/*
 * Where several activations run, one may see to an unblock before another has seen to its block, or be woken from its
 * parking before either: who finds that says so to the block that comes.
 */
static void fell_asleep(int pid, bool told)
{
	int t = run[slot(pid)] - 1;

	want(told || on_its_way(pid), "an unblock that is delivered before its block", t);
	if (!want(t >= 0 && thread[t].state == RUNNING && thread[t].on == pid, "a sleeper that ran nothing", t))
		return;
	thread[t].state = ASLEEP;
	run[slot(pid)] = 0;
	late[slot(pid)] += !told;
}

static void blocked(int pid)
{
	blocks++;
	if (run[slot(me())])
		fell_asleep(me(), false);
	if (late[slot(pid)])
		late[slot(pid)]--;
	else
		fell_asleep(pid, true);
}

static void unblocked(const struct upcall *u)
{
	int pid = (int)u->kind, t = (int)u->regs.r[FR_A5];
	struct upcall other;

	unblocks++;
	if (thread[t].state == RUNNING)
		fell_asleep(pid, false);
	if (!want(thread[t].state == ASLEEP && thread[t].on == pid, "unblock without block", t))
		return;
	thread[t].regs = u->regs;
	thread[t].state = READY;
	if (!u->va)
		return;
	if (want(!vm_copyin(cur()->space, &other, u->va, sizeof other) && other.event == UPCALL_UNBLOCK && (int)other.kind == me(), "no second block", t))
		put_off(&other.regs);
}

static bool upcall_comes(struct frame *f)
{
	struct upcall u;

	if (vm_copyin(cur()->space, &u, f->r[FR_A0], sizeof u) || f->r[FR_SP] != f->r[FR_A0])
		return want(false, "no block", -1);
	if (u.event == UPCALL_BLOCK)
		blocked((int)u.kind);
	else if (u.event == UPCALL_UNBLOCK)
		unblocked(&u);
	else if (u.event == UPCALL_TIMER)
		put_off(&u.regs);
	else
		want(false, "an event that was not asked for", -1);
	return go_to_pick(f);
}

/* ---- threads ---- */

/* So many may wait for a byte while so many threads are not done: another one, and an activation, is left to write it. */
static int limit(unsigned n)
{
	int most = n > 3 ? 2 : n ? (int)n - 1 : 0;

	return most < beside ? most : beside;
}

static bool transfer(struct frame *f, word nr)
{
	readers += nr == SYS_read ? 1 : -1;
	return ask(f, nr, nr == SYS_write, PLAIN + 64 + f->r[FR_A5], 1, MOVED);
}

static bool finish(struct frame *f, struct thread *t)
{
	if (t->state == RUNNING && live == 1)
		return leave(f, wrong ? BAD : GOOD);
	if (readers > limit(live - 1))
		return transfer(f, SYS_write);
	t->state = DONE;
	live--;
	run[slot(me())] = 0;
	return go_to_pick(f);
}

/* To another, by itself. */
static bool give_way(struct frame *f, struct thread *t)
{
	t->regs = *(struct regs *)f;
	t->state = READY;
	run[slot(me())] = 0;
	return go_to_pick(f);
}

static bool loop(struct frame *f)
{
	int n = (int)f->r[FR_A5];
	struct thread *t = &thread[n];

	if (wrong || !want(t->state == RUNNING && t->on == me() && run[slot(me())] == n + 1 && t->count == f->r[FR_A3], "it is not who it was", n))
		return leave(f, BAD);
	if (t->count >= steps)
		return finish(f, t);
	f->r[FR_A3] = ++t->count;
	switch (below(6)) {
	case 0:
		return readers < limit(live) && transfer(f, SYS_read);
	case 1:
		return readers > -100 && transfer(f, SYS_write);
	case 2:
		return ask(f, SYS_sleep, below(3) * 10, 0, 0, SLEPT);
	case 3:
		return ask(f, SYS_yield, 0, 0, 0, SLEPT);
	case 4:
		return give_way(f, t);
	default:
		return false;
	}
}

static bool threads_machine(struct frame *f)
{
	switch (f->r[FR_PC]) {
	case MOVED:
		want(f->r[FR_RET] == 1, "a byte was not moved", (int)f->r[FR_A5]);
		f->r[FR_PC] = LOOP;
		return false;
	case SLEPT:
		want(f->r[FR_RET] == 0, "sleep fails", (int)f->r[FR_A5]);
		f->r[FR_PC] = LOOP;
		return false;
	case LOOP:
		return loop(f);
	case ENTRY:
		return upcall_comes(f);
	case PICK:
		return pick(f);
	}
	printf("# an activation is at %#lx\n", (unsigned long)f->r[FR_PC]);
	return leave(f, BAD);
}

/* ---- the beginning ---- */

static void new_thread(int n, va_t pc)
{
	thread[n] = (struct thread){ .state = READY };
	thread[n].regs.r[FR_PC] = pc;
	thread[n].regs.r[FR_SP] = 0x1000;
	thread[n].regs.r[FR_A5] = (word)n;
}

static intptr_t new_activation(int i)
{
	va_t lo = UPSTACK + (va_t)i * STACK;
	intptr_t pid = call(activation, lo, lo + STACK);

	if (pid > 0) {
		stack[slot((int)pid)] = lo;
		run[slot((int)pid)] = late[slot((int)pid)] = 0;
	}
	return pid;
}

/* The running process becomes thread 0, with n activations beside it.  Till then nothing may interrupt it. */
static int begin(unsigned events, word period, int n, machine *how)
{
	calm = true;
	CHECK(is(call(set_upcall, 0, events, ENTRY, UPSTACK, UPSTACK + STACK, period), 0));
	STORE(char, UPSTACK, 0);
	STORE(char, UPSTACK + PGSIZE, 0);
	stack[slot(me())] = UPSTACK;
	late[slot(me())] = 0;
	user_mode = how;
	for (int i = 1; i <= n; i++)
		CHECK(new_activation(i) > 0);
	thread[0].state = RUNNING;
	thread[0].on = me();
	run[slot(me())] = 1;
	*cur()->frame = *(struct frame *)&thread[0].regs;
	calm = false;
	return 0;
}

struct plan { unsigned events; word period; int others; machine *how; };

static int begins(void *arg)
{
	struct plan *p = arg;

	CHECK(is(call(pipe, PLAIN), 0) && is(call(pipe, PLAIN), 0));
	blocks = unblocks = parks = 0;
	readers = 0;
	wrong = false;
	live = THREADS;
	for (int i = 0; i < THREADS; i++)
		new_thread(i, LOOP);
	beside = p->others;
	if (begin(p->events, p->period, beside, p->how))
		return BAD;
	run_machine();
}
