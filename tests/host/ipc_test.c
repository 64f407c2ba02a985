/* SPDX-License-Identifier: MIT */
/* ipc_test.c: core/ipc.c between processes that run (kernel.h).  Prints TAP.  Usage: ipc_test [SEED]. */
#include "kernel.h"
#include "tap.h"
#include <stdlib.h>
#include <string.h>

enum { RW = P_R | P_W, MSG = PLAIN + 64, FAR = PLAIN + PGSIZE - 8, TOP = WINDOW, NEXT = WINDOW + PGSIZE, HIDDEN = PLAIN + PGSIZE };
static const word FOREVER = (word)IPC_FOREVER;

static intptr_t send(int pid, word value) { return call(ipc_send, (word)pid, value, IPC_NOPAGE, 0, FOREVER); }
static intptr_t recv(word ms) { return call(ipc_recv, IPC_NOPAGE, MSG, ms); }
static intptr_t ask(int pid, word value) { return call(ipc_call, (word)pid, value, IPC_NOPAGE, 0, MSG, FOREVER); }
static struct ipc_msg msg(void) { return LOAD(struct ipc_msg, MSG); }

static bool got(word value, int from, unsigned rights)
{
	struct ipc_msg m = msg();

	if (m.value == value && m.from == from && m.rights == rights)
		return true;
	printf("# message %#lx from %d, rights %#x\n", (unsigned long)m.value, m.from, m.rights);
	return false;
}

static int me(void) { return (int)call(getpid, 0); }
static int parent(void) { return (int)call(getppid, 0); }

/* ---- one sender, one receiver ---- */

static int sends_ten(void *late)
{
	for (word i = 0; i < 10; i++) {
		if (late)
			call(sleep, 10);
		CHECK(is(send(parent(), i + ((word)1 << 40)), 0));
	}
	return 0;
}

static bool in_order(void)
{
	for (int late = 0; late < 2; late++) {
		int pid = start(sends_ten, late ? "late" : NULL);

		for (word i = 0; i < 10; i++) {
			if (!late)
				call(sleep, 10);
			NEED(is(recv(FOREVER), 0) && got(i + ((word)1 << 40), pid, 0));
		}
		NEED(exits(pid, 0));
	}
	return settled();
}

static bool bad_arguments(void)
{
	word bad[] = { 0, 9999, PROC_N + 1, (word)-1, INT32_MAX, (word)1 << 31 };

	for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++)
		NEED(is(send((int)bad[i], 1), -ESRCH) && is(call(ipc_call, bad[i], 1, IPC_NOPAGE, 0, MSG, 0), -ESRCH));
	NEED(is(send(me(), 1), -EINVAL) && is(ask(me(), 1), -EINVAL));
	NEED(is(recv((word)-2), -EINVAL) && is(recv((word)1 << 31), -EINVAL) && is(recv(IPC_TRY), -EAGAIN));
	NEED(is(call(ipc_recv, TOP + 1, MSG, 0), -EINVAL) && is(call(ipc_recv, PLAIN, MSG, 0), -EINVAL));
	NEED(is(call(ipc_recv, USERTOP, MSG, 0), -EINVAL) && is(call(ipc_recv, (word)-PGSIZE, MSG, 0), -EINVAL));
	NEED(is(call(ipc_recv, IPC_NOPAGE, USERTOP - 4, 0), -EFAULT) && is(call(ipc_recv, IPC_NOPAGE, 0, 0), -EFAULT));
	NEED(is(call(ipc_send, 9999, 0, TOP, 0, 0), -EINVAL));		/* a page without a right */
	NEED(is(call(ipc_recv, IPC_NOPAGE, TOP, 0), -EFAULT));		/* managed, no page, no handler */
	return settled();
}

/* ---- the queue ---- */

enum { SENDERS = 9 };

static int sends_number(void *n)
{
	return is(send(parent(), (word)n), 0) ? 0 : 1;
}

static bool queue_in_order(void)
{
	int pid[SENDERS], dead[] = { 0, 4, 5, SENDERS - 1 };

	for (word i = 0; i < SENDERS; i++) {
		pid[i] = start(sends_number, (void *)i);
		NEED(until(pid[i], PROC_SLEEPING));
	}
	for (int i = 0; i < 4; i++) {
		NEED(is(call(kill, (word)pid[dead[i]], SIGKILL), 0));
		NEED(ended(pid[dead[i]]).how == END_KILLED);
	}
	for (word i = 1; i < SENDERS - 1; i++)
		if (i != 4 && i != 5)
			NEED(is(recv(FOREVER), 0) && got(i, pid[i], 0) && exits(pid[i], 0));
	NEED(is(recv(IPC_TRY), -EAGAIN));
	return settled();
}

/* The queue's end, and the link to it, are right whoever has left it: one goes, then one comes. */
static bool queue_changes(void)
{
	for (int gone = 0; gone < 3; gone++) {
		int pid[4];

		for (word i = 0; i < 3; i++) {
			pid[i] = start(sends_number, (void *)i);
			NEED(until(pid[i], PROC_SLEEPING));
		}
		call(kill, (word)pid[gone], SIGKILL);
		NEED(ended(pid[gone]).how == END_KILLED);
		pid[3] = start(sends_number, (void *)3);
		NEED(until(pid[3], PROC_SLEEPING));
		for (word i = 0; i < 4; i++)
			if ((int)i != gone)
				NEED(is(recv(FOREVER), 0) && got(i, pid[i], 0) && exits(pid[i], 0));
	}
	return settled();
}

/* ---- time ---- */

static int waits_to_send(void *ms)
{
	word before = (word)call(uptime, 0);

	CHECK(is(call(ipc_send, (word)parent(), 1, IPC_NOPAGE, 0, (word)ms), -ETIMEDOUT));
	CHECK((word)call(uptime, 0) - before >= (word)ms);
	return 0;
}

static int gives_late(void *unused)
{
	(void)unused;
	call(sleep, 20);
	CHECK(is(send(parent(), 5), 0));
	return 0;
}

static bool times(void)
{
	word before = (word)call(uptime, 0);
	int pid[3], late;

	NEED(is(recv(50), -ETIMEDOUT) && (word)call(uptime, 0) - before >= 50);
	for (word i = 0; i < 3; i++)
		pid[i] = start(waits_to_send, (void *)(30 - i * 10));
	for (int i = 0; i < 3; i++)
		NEED(exits(pid[i], 0));
	NEED(is(recv(IPC_TRY), -EAGAIN));		/* nobody of them is in the queue */
	late = start(gives_late, NULL);
	NEED(is(recv(500), 0) && got(5, late, 0) && exits(late, 0));
	late = start(gives_late, NULL);
	NEED(is(call(ipc_call, (word)late, 1, IPC_NOPAGE, 0, MSG, 10), -ETIMEDOUT));	/* it does not receive */
	NEED(is(recv(FOREVER), 0) && got(5, late, 0) && exits(late, 0));
	return settled();
}

/* ---- ends ---- */

static int sends_to(void *pid)
{
	return (int)-send(*(int *)pid, 1);
}

static int sleeps(void *ms)
{
	call(sleep, (word)ms);
	return 0;
}

static int receives(void *unused)
{
	(void)unused;
	return (int)-recv(FOREVER);
}

static bool ends(void)
{
	for (int how = 0; how < 3; how++) {
		int to = start(how == 2 ? receives : sleeps, (void *)(word)(how ? 100000 : 1000)), pid[3];

		NEED(until(to, PROC_SLEEPING));
		for (int i = 0; i < 3 && how < 2; i++) {
			pid[i] = start(sends_to, &to);
			NEED(until(pid[i], PROC_SLEEPING));
		}
		if (how)
			NEED(is(call(kill, (word)to, SIGKILL), 0));
		for (int i = 0; i < 3 && how < 2; i++)
			NEED(exits(pid[i], ESRCH));
		NEED(ended(to).how == (how ? END_KILLED : END_EXIT));
		NEED(is(send(to, 1), -ESRCH));
	}
	return settled();
}

/* A zombie hears nothing; who has its slot next does not get its letters. */
static bool next_in_slot(void)
{
	int first = start(sleeps, 0), pid = 0;

	NEED(until(first, PROC_ZOMBIE) && is(send(first, 1), -ESRCH) && exits(first, 0));
	for (int i = 0; i < PROC_N - 2; i++)
		NEED((pid = start(sleeps, 0)) > 0 && exits(pid, 0));
	pid = start(receives, NULL);
	while (pid > 0 && pid % PROC_N != first % PROC_N) {
		call(kill, (word)pid, SIGKILL);
		NEED(ended(pid).how == END_KILLED);
		pid = start(receives, NULL);
	}
	NEED(pid != first && until(pid, PROC_SLEEPING) && is(send(first, 1), -ESRCH));
	NEED(is(send(pid, 1), 0) && exits(pid, 0));
	return settled();
}

/* ---- pages ---- */

static unsigned have(va_t va)
{
	struct page_run *r = at(PLAIN + 2 * PGSIZE, P_W);

	return call(query, 0, va, va + PGSIZE, PLAIN + 2 * PGSIZE, 1) == 1 ? r->have & ~(unsigned)PAGE_PRESENT : 0;
}

/* What the receiver sees, and whether what it writes is seen by the sender, are as the rights say. */
static int takes_page(void *rights)
{
	unsigned want = (unsigned)(word)rights;

	CHECK(is(call(ipc_recv, NEXT, MSG, FOREVER), 0));
	CHECK(got(7, parent(), want) && have(NEXT) == want);
	CHECK(LOAD(char, NEXT) == 'p');
	if (want & P_W)
		STORE(char, NEXT, 'a');
	CHECK(is(recv(FOREVER), 0));
	CHECK(LOAD(char, NEXT) == (want & P_W ? 'a' : 'p'));
	return 0;
}

static bool page_rights(void)
{
	unsigned rights[] = { P_R, RW, P_R | PAGE_S0, RW | PAGE_S1 };

	for (unsigned i = 0; i < 8; i++) {
		unsigned r = rights[i / 2];
		int pid;

		NEED(is(call(page_alloc, 0, TOP, RW), 0));
		STORE(char, TOP, 'p');
		pid = start(takes_page, (void *)(word)r);
		if (i % 2)
			NEED(until(pid, PROC_SLEEPING));
		NEED(is(call(ipc_send, (word)pid, 7, TOP, r, FOREVER), 0) && have(TOP) == RW);
		NEED(is(send(pid, 0), 0) && exits(pid, 0));
		NEED(LOAD(char, TOP) == (r & P_W ? 'a' : 'p') && is(call(page_unmap, 0, TOP), 0));
	}
	return settled();
}

/* H16, H40: a private page is a snapshot, and writes on either side are nobody else's. */
static bool page_private(void)
{
	for (int first = 0; first < 2; first++) {
		int pid;

		STORE(char, HIDDEN, 'p');
		pid = start(takes_page, (void *)(word)P_R);
		if (first)
			NEED(until(pid, PROC_SLEEPING));
		NEED(is(call(ipc_send, (word)pid, 7, HIDDEN, P_R, FOREVER), 0));
		STORE(char, HIDDEN, 'x');
		NEED(is(send(pid, 0), 0) && exits(pid, 0) && LOAD(char, HIDDEN) == 'x');
	}
	return settled();
}

static bool page_moves(void)
{
	int pid;

	NEED(is(call(page_alloc, 0, TOP, RW), 0));
	STORE(char, TOP, 'p');
	pid = start(takes_page, (void *)(word)RW);
	NEED(until(pid, PROC_SLEEPING));
	NEED(is(call(ipc_send, (word)pid, 7, TOP, RW | PAGE_MOVE, FOREVER), 0) && have(TOP) == 0);
	NEED(is(send(pid, 0), 0) && exits(pid, 0));
	return settled();
}

static int takes_good(void *late)
{
	if (late)
		call(sleep, 50);
	CHECK(is(call(ipc_recv, NEXT, MSG, FOREVER), 0) && got(4, parent(), P_R) && LOAD(char, NEXT) == 'x');
	return 0;
}

/* A page that cannot be mapped fails the send; the receiver goes on waiting, and the next in the queue has its turn. */
static bool page_fails(void)
{
	struct { word va, rights; int err; } bad[] = {
		{ PLAIN, RW, -EACCES }, { NEXT, P_R, -EFAULT }, { PLAIN + 1, P_R, -EINVAL }, { PLAIN, P_R | PAGE_USER, -EINVAL },
		{ USERTOP, P_R, -EINVAL } };

	for (int late = 0; late < 2; late++) {
		int pid = start(takes_good, late ? "late" : NULL);

		STORE(char, PLAIN, 'x');
		if (!late)
			NEED(until(pid, PROC_SLEEPING));
		for (int i = 0; i < 5; i++)
			NEED(is(call(ipc_send, (word)pid, 1, bad[i].va, bad[i].rights, FOREVER), bad[i].err));
		NEED(is(call(ipc_send, (word)pid, 4, PLAIN, P_R, FOREVER), 0) && exits(pid, 0));
	}
	return settled();
}

static int sends_bad_then_good(void *unused)
{
	(void)unused;
	return (int)-call(ipc_send, (word)parent(), 1, NEXT, P_R, FOREVER);
}

/* Several in the queue, the first of which cannot give what they offer. */
static bool page_fails_in_queue(void)
{
	int bad[2], good;

	for (int i = 0; i < 2; i++) {
		bad[i] = start(sends_bad_then_good, NULL);
		NEED(until(bad[i], PROC_SLEEPING));
	}
	NEED(is(call(ipc_recv, TOP, MSG, IPC_TRY), -EAGAIN) && exits(bad[0], EFAULT) && exits(bad[1], EFAULT));
	bad[0] = start(sends_bad_then_good, NULL);
	NEED(until(bad[0], PROC_SLEEPING));
	good = start(sends_number, (void *)3);
	NEED(until(good, PROC_SLEEPING));
	NEED(is(call(ipc_recv, TOP, MSG, FOREVER), 0) && got(3, good, 0) && exits(bad[0], EFAULT) && exits(good, 0));
	return settled();
}

/* A page that nobody asked for stays; so does the word that could not be copied out. */
static bool unwanted(void)
{
	int pid = start(sends_number, (void *)77);

	NEED(until(pid, PROC_SLEEPING));
	NEED(is(call(ipc_recv, IPC_NOPAGE, USERTOP - 4, FOREVER), -EFAULT));
	NEED(is(call(ipc_recv, IPC_NOPAGE, FAR, FOREVER), 0));		/* across two pages */
	memcpy(at(MSG, P_W), at(FAR, P_R), 8);
	memcpy((char *)at(MSG, P_W) + 8, at(FAR + 8, P_R), 8);
	NEED(got(77, pid, 0) && exits(pid, 0));
	NEED(is(call(page_alloc, 0, TOP, RW), 0));
	pid = start(receives, NULL);
	NEED(is(call(ipc_send, (word)pid, 1, TOP, RW | PAGE_MOVE, FOREVER), 0) && have(TOP) == RW && exits(pid, 0));
	NEED(is(call(page_unmap, 0, TOP), 0));
	return settled();
}

/* The buffer goes while its owner sleeps: the message stays, for the next call. */
static int loses_buffer(void *unused)
{
	(void)unused;
	CHECK(is(call(ipc_recv, IPC_NOPAGE, WINDOW + 2 * PGSIZE, FOREVER), -EFAULT));
	CHECK(is(recv(IPC_TRY), 0) && got(8, parent(), 0));
	return 0;
}

static int has_window(void *unused)
{
	CHECK(is(call(page_alloc, 0, WINDOW + 2 * PGSIZE, RW), 0));
	return loses_buffer(unused);
}

static bool buffer_goes(void)
{
	int pid = start(has_window, NULL);

	NEED(until(pid, PROC_SLEEPING));
	NEED(is(call(page_unmap, (word)pid, WINDOW + 2 * PGSIZE), 0));
	NEED(is(send(pid, 8), 0) && exits(pid, 0));
	return settled();
}

/* ---- calls ---- */

static int doubles(void *unused)
{
	intptr_t err = recv(FOREVER);

	(void)unused;
	while (err == 0 && msg().value)
		err = ask(msg().from, msg().value * 2);
	return err ? 1 : (int)-send(msg().from, 0);
}

static int asks(void *server)
{
	for (word i = 1; i < 30; i++) {
		CHECK(is(ask(*(int *)server, i * 8 + (word)me() % 8), 0));
		CHECK(got(2 * (i * 8 + (word)me() % 8), *(int *)server, 0));
	}
	return 0;
}

static bool calls(void)
{
	int server = start(doubles, NULL), pid[4];

	for (int i = 0; i < 4; i++)
		pid[i] = start(asks, &server);
	for (int i = 0; i < 4; i++)
		NEED(exits(pid[i], 0));
	NEED(is(ask(server, 0), 0) && got(0, server, 0) && exits(server, 0));
	return settled();
}

static int adds_one(void *unused)
{
	intptr_t err = call(ipc_recv, TOP, MSG, FOREVER);

	(void)unused;
	if (err == -ENOMEM)
		return ENOMEM;
	CHECK(is(err, 0) && have(TOP) == RW);
	STORE(char, TOP, LOAD(char, TOP) + 1);
	CHECK(is(call(ipc_call, (word)msg().from, 0, TOP, RW | PAGE_MOVE, MSG, FOREVER), 0) && got(8, parent(), 0) && !have(TOP));
	return 0;
}

static bool call_window(void)
{
	int pid = start(adds_one, NULL);

	NEED(is(call(page_alloc, 0, TOP, RW), 0));
	STORE(char, TOP, 41);
	NEED(is(call(ipc_call, (word)pid, 1, TOP, RW | PAGE_MOVE, MSG, FOREVER), 0));
	NEED(got(0, pid, RW) && LOAD(char, TOP) == 42 && is(call(page_unmap, 0, TOP), 0));
	NEED(is(send(pid, 8), 0) && exits(pid, 0));
	return settled();
}

/* ---- all at once ---- */

enum { CHATTERS = 6, LETTERS = 60, ALL = CHATTERS * LETTERS };
static int who[CHATTERS];
static bool all_there;
static signed char sent[ALL], arrived[ALL];	/* 1: it says so */

static void note_arrival(void)
{
	struct ipc_msg m = msg();

	if (m.value < ALL && m.from == who[m.value / LETTERS])
		arrived[m.value]++;
}

static int chats(void *number)
{
	word first = (word)number * LETTERS, ms;

	while (!all_there)
		call(yield, 0);
	for (word i = first; i < first + LETTERS; i++) {
		int to = who[below(CHATTERS)];
		intptr_t err;

		ms = below(3) * 10;
		switch (below(3)) {
		case 0:
			sent[i] = call(ipc_send, (word)to, i, IPC_NOPAGE, 0, ms) == 0;
			break;
		case 1:
			sent[i] = -1;		/* which half failed it does not say */
			err = call(ipc_call, (word)to, i, IPC_NOPAGE, 0, MSG, ms);
			if (err == -ESRCH || err == -EINVAL)
				sent[i] = 0;
			if (err == 0)
				sent[i] = 1, note_arrival();
			break;
		default:
			if (recv(ms) == 0)
				note_arrival();
		}
	}
	return 0;
}

/* Each letter arrives once if its sender was told so, and not at all if it was told otherwise. */
static bool chatter(void)
{
	for (int round = 0; round < 8; round++) {
		all_there = false;
		memset(sent, 0, sizeof sent);
		memset(arrived, 0, sizeof arrived);
		for (word i = 0; i < CHATTERS; i++)
			who[i] = start(chats, (void *)i);
		all_there = true;
		for (int i = 0; i < CHATTERS; i++)
			NEED(exits(who[i], 0));
		for (int i = 0; i < ALL; i++)
			NEED(sent[i] < 0 ? arrived[i] <= 1 : arrived[i] == sent[i]);
	}
	return settled();
}

static int page_in_and_out(void *unused)
{
	int pid;

	(void)unused;
	if (call(page_alloc, 0, TOP, RW) < 0)
		return 0;
	pid = start(adds_one, NULL);
	if (pid < 0)
		return 0;
	if (call(ipc_call, (word)pid, 1, TOP, RW | PAGE_MOVE, MSG, 200) == 0)
		CHECK(is(send(pid, 8), 0));
	else
		call(kill, (word)pid, SIGKILL);
	CHECK(ended(pid).pid == pid);
	return 0;
}

static void tests(void)
{
	count_pages();
	ok(in_order(), "ipc: words arrive whole, whoever comes first");
	ok(bad_arguments(), "ipc: to nobody, to oneself, bad addresses, rights and times");
	ok(queue_in_order(), "ipc: senders wait in order; some are killed");
	ok(queue_changes(), "ipc: one leaves the queue at each place, another comes");
	ok(times(), "ipc: limits, never early");
	ok(ends(), "ipc: the receiver ends, asleep or not");
	ok(next_in_slot(), "ipc: who has a dead one's slot does not get its letters");
	ok(page_rights(), "ipc: a managed page with rights and soft bits");
	ok(page_private(), "ipc: a private page is a snapshot (H16, H40)");
	ok(page_moves(), "ipc: a page moves");
	ok(page_fails(), "ipc: a page that cannot be mapped fails the send only");
	ok(page_fails_in_queue(), "ipc: and lets the next in the queue have its turn");
	ok(unwanted(), "ipc: what cannot be put anywhere stays");
	ok(buffer_goes(), "ipc: the buffer goes while its owner sleeps");
	ok(calls(), "ipc: calls: one server, four clients");
	ok(call_window(), "ipc: a call's window, out and in");
	ok(chatter(), "ipc: all among all, with limits: each letter arrives once, or its sender knows");
	ok(fail_each(page_in_and_out, NULL) > 5 && settled(), "ipc: every allocation refused");
	exit(tap_end());
}

int main(int argc, char **argv)
{
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;

	kernel_run(tests, seed % 3 ? NCPU : 1, seed);	/* some seeds: one CPU */
}
