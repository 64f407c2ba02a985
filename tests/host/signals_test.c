/* SPDX-License-Identifier: MIT */
/* signals_test.c: core/signal.c: when they are heard of, and the sleeps that they end (kernel.h).  Prints TAP.  Usage: signals_test [SEED]. */
#include "kernel.h"
#include "tap.h"
#include <stdlib.h>

enum { ONE = 10, TWO = 12, BOTH = 1 << ONE | 1 << TWO, SIGNALS = 1 << UPCALL_SIGNAL, PAGES = 1 << UPCALL_PAGE };
enum { FDS = PLAIN, WORD = PLAIN + 16, IN = PLAIN + PGSIZE, OUT = PLAIN + 2 * PGSIZE };
static unsigned heard[8], nheard;	/* signals; 0: a handler's end */

static word fd(int end) { return (word)LOAD(int32_t, FDS + 4 * end); }
static word me(void) { return (word)call(getpid); }
static void hear(unsigned sig) { heard[nheard++ % 8] = sig; }

static bool heard_are(unsigned a, unsigned b, unsigned c, unsigned d)
{
	return heard[0] == a && heard[1] == b && heard[2] == c && heard[3] == d;
}

static void forget(void)
{
	nheard = 0;
	for (int i = 0; i < 8; i++)
		heard[i] = 99;
}

static void note(struct upcall *u, va_t where)
{
	(void)where;
	if (u->event == UPCALL_PAGE) {
		call(page_alloc, 0, PG_DOWN(u->va), P_R | P_W);
		return;
	}
	hear((unsigned)u->kind);
	STORE(word, WORD, 1);
	hear(0);
}

static bool listens(unsigned events, word again, void (*fn)(struct upcall *, va_t))
{
	forget();
	return is(arm(events, fn, 0), 0) && is(call(signals, BOTH, 0, 0, again), 0);
}

/* ---- when ---- */

/* Let in together, they come one after the other, before the call that let them in is behind us: no tick comes (calm). */
static int two_at_once(void *unused)
{
	(void)unused;
	CHECK(listens(SIGNALS, 0, note));
	CHECK(is(call(signals, BOTH, 0, BOTH, 0), 0));
	CHECK(is(call(kill, me(), TWO), 0) && is(call(kill, me(), ONE), 0) && nheard == 0);
	CHECK(is(call(signals, BOTH, 0, 0, 0), BOTH));
	CHECK(nheard == 4 && heard_are(ONE, 0, TWO, 0));
	CHECK(is(call(signals, BOTH, 0, 0, 0), 0));
	return 0;
}

/* On the upcall stack, with calls and a sleep there. */
static void sends_other(struct upcall *u, va_t where)
{
	hear((unsigned)u->kind);
	if (u->kind == ONE) {
		cur()->frame->r[FR_SP] = where;
		call(kill, me(), TWO);
		call(yield);
		call(sleep, 20);
	}
	hear(0);
}

static int within_handler(void *unused)
{
	(void)unused;
	CHECK(listens(SIGNALS, 0, sends_other));
	CHECK(is(call(kill, me(), ONE), 0));
	CHECK(nheard == 4 && heard_are(ONE, 0, TWO, 0));
	return 0;
}

static int hears_in_child(void *fn)
{
	calm = true;
	return ((program *)fn)(NULL);
}

static bool at_once(program *fn)
{
	bool good = exits(start(hears_in_child, (void *)fn), 0);

	calm = false;
	NEED(good);
	return settled();
}

/* ---- a message comes behind it, before the receiver runs ---- */

static int receives(void *unused)
{
	intptr_t r;

	(void)unused;
	CHECK(listens(SIGNALS, 0, note));
	r = call(ipc_recv, IPC_NOPAGE, OUT, IPC_FOREVER);
	CHECK((is(r, 0) || is(r, -EINTR)) && nheard == 2);
	return 0;
}

static bool with_message(void)
{
	int pid = start(receives, NULL);
	bool heard_too;

	NEED(until(pid, PROC_SLEEPING));
	calm = true;
	NEED(is(call(kill, (word)pid, ONE), 0));
	call(ipc_send, (word)pid, 5, IPC_NOPAGE, 0, IPC_TRY);
	heard_too = exits(pid, 0);
	calm = false;
	return heard_too && settled();
}

/* ---- who waits for its vfork hears afterwards ---- */

static int kills_parent(void *parent)
{
	CHECK(is(call(kill, (word)parent, ONE), 0));
	for (int i = 0; i < 5; i++)
		call(yield);
	CHECK(nheard == 0);
	return 0;
}

static int vforks(void *unused)
{
	intptr_t pid;

	(void)unused;
	CHECK(listens(SIGNALS, 0, note));
	pid = call(vfork, 0, 0, 0, 0, (word)kills_parent, me());
	CHECK(pid > 0 && nheard == 2 && exits((int)pid, 0));
	return 0;
}

/* ---- calls that they interrupt ---- */

enum kind { READ, READ_MANAGED, WRITE, PART, WAIT, FUTEX, SLEEP, PAUSE, RECEIVE, KINDS };

static int sleeps_and_ends(void *unused)
{
	(void)unused;
	call(sleep, 200);
	return 0;
}

static intptr_t interrupted(enum kind kind)
{
	switch (kind) {
	case READ: return call(read, fd(0), IN, 1);
	case READ_MANAGED: return call(read, fd(0), WINDOW + 3 * PGSIZE - 1, 2);
	case WRITE: return call(write, fd(1), OUT, PGSIZE) == PGSIZE ? call(write, fd(1), OUT, 1) : -1;
	case PART: return call(write, fd(1), OUT, 2 * PGSIZE);
	case WAIT: return start(sleeps_and_ends, NULL) > 0 ? call(wait, (word)-1, 0, 0) : -1;
	case FUTEX: return call(futex_wait, WORD, 0);	/* its handler changes the word */
	case SLEEP: return call(sleep, 400);
	case PAUSE: return call(pause, 0);
	default: return call(ipc_recv, IPC_NOPAGE, OUT, 400);
	}
}

struct interruption { enum kind kind; word again; };

static int is_interrupted(void *arg)
{
	const struct interruption *t = arg;
	intptr_t r;

	STORE(word, WORD, 0);
	CHECK(listens(SIGNALS | (t->kind == READ_MANAGED ? PAGES : 0), t->again, note));
	r = interrupted(t->kind);
	while (nheard < 2)
		step();
	return t->kind == WAIT && r > 0 ? 7 : (int)r;
}

/* until() sleeps, and would wake it up with itself. */
static bool sleeps(int pid)
{
	for (int i = 0; i < 10000 && state_of(pid) != PROC_SLEEPING; i++)
		call(yield);
	return state_of(pid) == PROC_SLEEPING;
}

/* What the call gives when these signals come while it sleeps. */
static bool gives(enum kind kind, word again, word sigs, int want)
{
	struct interruption t = { kind, again };
	int pid;

	NEED(is(call(pipe, FDS), 0));
	pid = start(is_interrupted, &t);
	NEED(sleeps(pid));
	calm = true;				/* all come before it runs, if it does not have a CPU for itself */
	for (word sig = ONE; sig <= TWO; sig++)
		if (sigs >> sig & 1)
			NEED(is(call(kill, (word)pid, sig), 0));
	calm = false;
	call(sleep, 50);
	NEED(kind > READ_MANAGED || is(call(write, fd(1), OUT, 2), 2));
	NEED(kind != WRITE || is(call(read, fd(0), IN, PGSIZE), PGSIZE));
	NEED(exits(pid, want));
	NEED(is(call(close, fd(0)), 0) && is(call(close, fd(1)), 0));
	return settled();
}

static bool restarts(void)
{
	static const int want[KINDS] = { 1, 2, 1, PGSIZE, 7, -EAGAIN, -EINTR, -EINTR, -EINTR };

	for (enum kind kind = 0; kind < KINDS; kind++) {
		NEED(gives(kind, BOTH, 1 << ONE, want[kind]));
		NEED(gives(kind, BOTH, BOTH, want[kind]));
		NEED(gives(kind, 1 << TWO, 1 << ONE, kind == PART ? PGSIZE : -EINTR));
	}
	return gives(READ, 1 << TWO, BOTH, -EINTR) && gives(READ, 1 << ONE, BOTH, -EINTR);
}

static bool refused(void)
{
	NEED(is(call(signals, 0, 0, 0, 1), -EINVAL) && is(call(signals, 0, 0, 0, (word)1 << SIG_N), -EINVAL));
	NEED(is(call(signals, 1 << ONE, 1 << ONE, 0, 0), -EINVAL) && is(call(signals, 1 << SIGKILL, 0, 0, 0), -EINVAL));
	NEED(is(call(signals, 0, 0, 1 << SIGKILL, 1 << SIGKILL), 0));
	return true;
}

static void tests(void)
{
	count_pages();
	ok(at_once(two_at_once), "signals: two that are let in together come one after the other, without a tick");
	ok(at_once(within_handler), "signals: one that comes in another's handler follows it, without a tick");
	ok(at_once(vforks), "signals: who waits for its vfork hears when that is over");
	ok(with_message(), "signals: a message right behind one does not delay it");
	ok(restarts(), "signals: which calls begin again, and which give EINTR");
	ok(refused(), "signals: masks that make no sense");
	exit(tap_end());
}

int main(int argc, char **argv)
{
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;

	kernel_run(tests, seed % 3 ? NCPU : 1, seed);	/* some seeds: one CPU */
}
