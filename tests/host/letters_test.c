/* SPDX-License-Identifier: MIT */
/* letters_test.c: core/ipc.c: pages, and what cannot be delivered (kernel.h).  Prints TAP.  Usage: letters_test [SEED]. */
#include "letters.h"
#include <stdlib.h>
#include <string.h>

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
	ok(page_rights(), "ipc: a managed page with rights and soft bits");
	ok(page_private(), "ipc: a private page is a snapshot (H16, H40)");
	ok(page_moves(), "ipc: a page moves");
	ok(page_fails(), "ipc: a page that cannot be mapped fails the send only");
	ok(page_fails_in_queue(), "ipc: and lets the next in the queue have its turn");
	ok(unwanted(), "ipc: what cannot be put anywhere stays");
	ok(buffer_goes(), "ipc: the buffer goes while its owner sleeps");
	ok(call_window(), "ipc: a call's window, out and in");
	ok(fail_each(page_in_and_out, NULL) > 5 && settled(), "ipc: every allocation refused");
	exit(tap_end());
}

int main(int argc, char **argv)
{
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;

	kernel_run(tests, seed % 3 ? NCPU : 1, seed);	/* some seeds: one CPU */
}
