/* SPDX-License-Identifier: MIT */
/* group_test.c: core/group.c, case by case (scheduler.h).  Prints TAP.  Usage: group_test [SEED]. */
#include "scheduler.h"

/* ---- one sleeps, one runs: and what the other does while thread 0 is in its read ---- */

static word deed;			/* a system call's number */
enum { CLOSED = 0x3d000 };

static bool pair_machine(struct frame *f)
{
	int n = (int)f->r[FR_A5];

	if (f->r[FR_PC] == MOVED && n == 0)
		return leave(f, f->r[FR_RET] == 1 && blocks == 1 && unblocks <= 1 ? GOOD : BAD);
	if (f->r[FR_PC] == CLOSED)
		return ask(f, SYS_write, 1, PLAIN + 65, 100, OTHER);	/* too much to go straight to the sleeper */
	if (f->r[FR_PC] == OTHER)
		return !tickless && below(4) == 0 && give_way(f, &thread[n]);	/* busy for ever */
	if (f->r[FR_PC] != LOOP)
		return threads_machine(f);
	if (n == 0)
		return ask(f, SYS_read, 0, PLAIN + 64, 1, MOVED);
	if (!want(blocks > 0, "it runs, and nobody told that the first sleeps", n))
		return leave(f, BAD);
	if (deed == SYS_close)
		return ask(f, SYS_close, 0, 0, 0, CLOSED);
	return deed == SYS_write ? ask(f, SYS_write, 1, PLAIN + 65, 1, OTHER) : ask(f, deed, deed == SYS_exit ? 17 : (word)me(), SIGKILL, 0, OTHER);
}

static bool pair(word what, int how, int code)
{
	struct plan p = { BLOCKS, 0, 2, pair_machine };
	struct wait_info w;

	deed = what;
	w = ended(start(begins, &p));
	user_mode = NULL;
	if (w.how != how || w.code != code || wrong)
		printf("# how %d, code %d, %u blocks, %u unblocks\n", w.how, w.code, blocks, unblocks);
	return w.how == how && w.code == code && !wrong && settled();
}

/* ---- who is done while the only one that runs falls asleep ---- */

enum { HANDLES = 0x39000, WROTE = 0x3a000, WAITS = 0x3b000, GOT = 0x3c000, A_WHILE = 40 };
static int whiles;

/* Thread 0's activation is done, and who was told of its sleep waits, on the upcall stack, for what thread 0 is to write. */
static bool last_machine(struct frame *f)
{
	switch (f->r[FR_PC]) {
	case LOOP:
		for (int i = 1; i < THREADS; i++)
			thread[i].state = DONE;
		whiles = A_WHILE;
		return ask(f, SYS_read, 0, PLAIN + 64, 1, MOVED);
	case ENTRY:
		upcall_comes(f);
		if (!blocks || unblocks)
			return false;
		f->r[FR_PC] = HANDLES;
		return false;
	case HANDLES:
		return ask(f, SYS_write, 1, PLAIN + 65, 1, WAITS);
	case WAITS:
		return whiles-- ? ask(f, SYS_yield, 0, 0, 0, WAITS) : ask(f, SYS_read, 2, PLAIN + 66, 1, GOT);
	case MOVED:
		return ask(f, SYS_write, 3, PLAIN + 67, 1, WROTE);
	case WROTE:
		return false;			/* busy for ever */
	case GOT:
		return leave(f, f->r[FR_RET] == 1 && !wrong ? GOOD : BAD);
	}
	return pair_machine(f);
}

static bool last(int others)
{
	struct plan p = { BLOCKS, 0, others, last_machine };
	struct wait_info w = ended(start(begins, &p));

	user_mode = NULL;
	return w.how == END_EXIT && w.code == GOOD && settled();
}

/* ---- children ---- */

static word child_pid;

/* One sleeps; the next, so not on the first activation, makes a child and sleeps, too; a third waits for it, and wakes one. */
static bool family_machine(struct frame *f)
{
	int n = (int)f->r[FR_A5];

	switch (f->r[FR_PC]) {
	case LOOP:
		if (n == 0)
			return ask(f, SYS_read, 0, PLAIN + 64, 1, MOVED);
		if (n == 1)
			return ask(f, SYS_fork, FORK_PAGE, 0, 0, FORKED);
		if (n == 2 && child_pid)
			return ask(f, SYS_wait, child_pid, 0, 0, WAITED);
		return give_way(f, &thread[n]);
	case FORKED:
		if (f->r[FR_RET] == 0)
			return leave(f, 7);
		child_pid = f->r[FR_RET];
		return ask(f, SYS_read, 0, PLAIN + 64, 1, MOVED);
	case WAITED:
		want(f->r[FR_RET] == child_pid && child_pid, "it is not ours to wait for", n);
		return ask(f, SYS_write, 1, PLAIN + 65, 1, OTHER);
	case MOVED:
		return leave(f, f->r[FR_RET] == 1 && !wrong ? GOOD : BAD);
	}
	return pair_machine(f);
}

static bool family(void)
{
	struct plan p = { BLOCKS, 0, 3, family_machine };
	struct wait_info w;

	child_pid = 0;
	w = ended(start(begins, &p));
	user_mode = NULL;
	return w.how == END_EXIT && w.code == GOOD && settled();
}

/* ---- arguments, memory ---- */

static int arguments(void *unused)
{
	int pid = (int)call(activation, 0, 0);

	(void)unused;
	CHECK(pid > 0 && is(call(wait, (word)-1, 0, WAIT_NOHANG), -ECHILD));	/* nobody's to wait for */
	CHECK(is(call(set_status, (word)pid, STATUS_RUN), -EPERM) && is(call(exec, PLAIN, PLAIN, 0), -EBUSY));
	CHECK(is(call(pipe, PLAIN), 0) && is(call(close, 0), 0) && is(call(close, 1), 0));
	return 0;
}

static int makes_some(void *unused)
{
	(void)unused;
	for (int i = 0; i < 3; i++)
		if (call(activation, 0, 0) < 0)
			return 0;
	return 0;
}

static int makes_all(void *unused)
{
	intptr_t n;

	(void)unused;
	while ((n = call(activation, UPSTACK, UPSTACK_END)) > 0)
		;
	return n == -EAGAIN ? 0 : 1;
}

static void tests(void)
{
	count_pages();
	ok(pair(SYS_write, END_EXIT, GOOD), "activation: one sleeps, another is told, and wakes it");
	ok(pair(SYS_close, END_EXIT, GOOD), "activation: what one closes stays open for another that sleeps in it");
	tickless = first_first = cpus_running > 1;	/* else nobody but the tick could interrupt who is busy */
	ok(pair(SYS_write, END_EXIT, GOOD), "activation: who is busy for ever is interrupted for it");
	tickless = first_first = false;
	ok(pair(SYS_exit, END_EXIT, 17), "activation: one's exit is all's, and what the parent hears");
	ok(pair(SYS_kill, END_KILLED, SIGKILL), "activation: so is one's being killed");
	ok(last(1) && last(2), "activation: one is done while the only one that runs falls asleep on the upcall stack");
	ok(family(), "activation: what one has forked another waits for");
	ok(exits(start(arguments, NULL), 0) && settled(), "activation: nobody's child; no exec beside others");
	ok(exits(start(makes_all, NULL), 0) && settled(), "activation: as many as there are processes");
	ok(fail_each(makes_some, NULL) > 2 && settled(), "activation: every allocation refused");
	exit(tap_end());
}

int main(int argc, char **argv)
{
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;

	kernel_run(tests, seed % 3 ? NCPU : 1, seed);	/* some seeds: one CPU */
}
