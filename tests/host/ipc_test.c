/* SPDX-License-Identifier: MIT */
/* ipc_test.c: core/ipc.c between processes that run (kernel.h).  Prints TAP.  Usage: ipc_test [SEED]. */
#include "letters.h"
#include <stdlib.h>
#include <string.h>

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

/* ---- to ask one, and to hear nobody else ---- */

static intptr_t ask_only(int pid, word value, word ms)
{
	return call(ipc_ask, (word)pid, value, IPC_NOPAGE, 0, MSG, ms);
}

static int answers_late(void *unused)
{
	(void)unused;
	CHECK(is(recv(FOREVER), 0) && got(1, parent(), 0));
	call(sleep, 100);
	return (int)-send(parent(), 2);
}

static int never_answers(void *how)
{
	CHECK(is(recv(FOREVER), 0));
	call(sleep, (word)how);
	return 0;
}

static int asks_dead(void *pid)
{
	return (int)-ask_only(*(int *)pid, 1, FOREVER);
}

static bool asking(void)
{
	for (int early = 0; early < 2; early++) {
		int forger[3], friend = start(answers_late, NULL);

		for (int i = 0; i < 3; i++) {		/* before the question, or before the answer */
			forger[i] = start(early ? sends_number : gives_late, (void *)5);
			if (early)
				NEED(until(forger[i], PROC_SLEEPING));
		}
		NEED(is(ask_only(friend, 1, FOREVER), 0) && got(2, friend, 0) && exits(friend, 0));
		for (int i = 0; i < 3; i++)
			NEED(is(recv(FOREVER), 0) && msg().value == 5);
		for (int i = 0; i < 3; i++)
			NEED(exits(forger[i], 0));
	}
	return settled();
}

/* Who is asked answers at once, from the queue, or in pages that cannot be mapped; or comes between. */
static bool asking_more(void)
{
	int server = start(doubles, NULL), pid, kept;

	for (word i = 1; i < 20; i++)
		NEED(is(ask_only(server, i, i % 2 ? FOREVER : 1000), 0) && got(2 * i, server, 0));
	kept = start(sends_number, (void *)6);
	NEED(until(kept, PROC_SLEEPING));
	NEED(is(ask_only(server, 4, IPC_TRY), -EAGAIN) || got(8, server, 0));	/* the answer may still come */
	NEED(is(recv(FOREVER), 0) && is(recv(FOREVER), 0) && exits(kept, 0));
	NEED(is(ask_only(me(), 1, 0), -EINVAL) && is(ask_only(9999, 1, 0), -ESRCH));
	pid = start(never_answers, (void *)100000);
	NEED(is(ask_only(pid, 1, 50), -ETIMEDOUT) && is(call(kill, (word)pid, SIGKILL), 0) && ended(pid).how == END_KILLED);
	NEED(is(ask(server, 0), 0) && exits(server, 0));
	return settled();
}

static bool asked_ends(void)
{
	for (word ms = 0; ms < 200; ms += 40) {
		int server = start(never_answers, (void *)ms), pid[3];

		for (int i = 0; i < 3; i++)		/* the first waits for its answer, the others in its queue */
			pid[i] = start(asks_dead, &server);
		NEED(exits(server, 0));
		for (int i = 0; i < 3; i++)
			NEED(exits(pid[i], ESRCH));
	}
	return settled();
}

/* What came before, and could not be copied out, is in the way. */
static int keeps_another(void *unused)
{
	int pid = start(never_answers, (void *)1000);

	(void)unused;
	CHECK(is(call(page_alloc, 0, TOP, RW), 0) && is(call(ipc_recv, IPC_NOPAGE, TOP, FOREVER), -EFAULT));
	CHECK(is(ask_only(pid, 1, FOREVER), -EBUSY) && is(recv(IPC_TRY), 0) && got(3, parent(), 0));
	CHECK(is(ask_only(pid, 1, FOREVER), -ESRCH) && exits(pid, 0));
	return 0;
}

static bool kept_before(void)
{
	int pid = start(keeps_another, NULL);

	call(sleep, 100);
	NEED(until(pid, PROC_SLEEPING) && is(call(page_unmap, (word)pid, TOP), 0));
	NEED(is(send(pid, 3), 0) && exits(pid, 0));
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
			err = below(2) ? call(ipc_call, (word)to, i, IPC_NOPAGE, 0, MSG, ms) : ask_only(to, i, ms);
			if (err == -EINVAL)
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
	ok(calls(), "ipc: calls: one server, four clients");
	ok(asking(), "ipc: who asks one hears nobody else, before or meanwhile");
	ok(asking_more(), "ipc: who asks one, again and again");
	ok(asked_ends(), "ipc: who is asked ends, at any time");
	ok(kept_before(), "ipc: what came before is no answer");
	ok(chatter(), "ipc: all among all, with limits: each letter arrives once, or its sender knows");
	exit(tap_end());
}

int main(int argc, char **argv)
{
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;

	kernel_run(tests, seed % 3 ? NCPU : 1, seed);	/* some seeds: one CPU */
}
