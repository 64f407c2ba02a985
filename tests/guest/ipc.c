/* SPDX-License-Identifier: MIT */
/* ipc.c: a word and a page from one process to another. */
#include <errno.h>
#include <stdbool.h>
#include <thread.h>
#include <upcall.h>
#include "exo.h"

enum { RW = PROT_READ | PROT_WRITE };

static void *const no_page = (void *)IPC_NOPAGE;

static int send_word(pid_t pid, upcall_word word)
{
	return ipc_send(pid, word, no_page, 0, IPC_FOREVER);
}

static upcall_word recv_word(void)
{
	struct ipc_msg m;

	EQUAL(ipc_recv(no_page, &m, IPC_FOREVER), 0);
	return m.value;
}

static void ended_well(pid_t pid)
{
	struct wait_info w;

	EQUAL(waitinfo(pid, &w, 0), pid);
	EQUAL(w.how, END_EXIT);
	EQUAL(w.code, 0);
}

TEST(ipc_order, "ipc: words arrive whole, from whom they say, whoever comes first")
{
	struct ipc_msg m;
	pid_t me = getpid(), pid = fork();

	if (pid == 0) {
		for (upcall_word i = 0; i < 200; i++) {
			if (i % 7 == 0)
				msleep(10);
			EQUAL(send_word(me, i * 3 + ((upcall_word)1 << 31)), 0);
		}
		_exit(0);
	}
	for (upcall_word i = 0; i < 200; i++) {
		if (i % 11 == 0)
			msleep(10);
		EQUAL(ipc_recv(no_page, &m, IPC_FOREVER), 0);
		EQUAL(m.value, i * 3 + ((upcall_word)1 << 31));
		EQUAL(m.from, pid);
		EQUAL(m.rights, 0);
	}
	ended_well(pid);
}

TEST(ipc_fifo, "ipc: senders wait in the order in which they came, any number of them")
{
	enum { N = 20 };
	pid_t pid[N], me = getpid();

	for (int i = 0; i < N; i++) {
		if ((pid[i] = fork()) == 0)
			_exit(send_word(me, i) != 0);
		wait_state(pid[i], PROC_SLEEPING);
	}
	EQUAL(kill(pid[3], SIGKILL), 0);		/* from the midst, the front and the end */
	EQUAL(kill(pid[0], SIGKILL), 0);
	EQUAL(kill(pid[N - 1], SIGKILL), 0);
	for (int i = 0; i < N; i++)
		if (i == 0 || i == 3 || i == N - 1)
			EQUAL(waitpid(pid[i], 0, 0), pid[i]);
	for (int i = 0; i < N; i++)
		if (i != 0 && i != 3 && i != N - 1)
			EQUAL(recv_word(), i);
	for (int i = 0; i < N; i++)
		if (i != 0 && i != 3 && i != N - 1)
			ended_well(pid[i]);
}

TEST(ipc_bad, "ipc: bad pids, addresses, rights and times")
{
	struct ipc_msg m;
	char *p = pages(1), *w = window(1), *top = (char *)(uintptr_t)sys.user_top;
	char *at[] = { w + 1, p, top, top + PAGE, (char *)-PAGE, 0 };
	int pids[] = { -1, 32767, 0x7fffffff };
	pid_t pid;

	for (unsigned i = 0; i < sizeof pids / sizeof *pids; i++) {
		EQUAL(send_word(pids[i], 1), -1);
		EQUAL(errno, ESRCH);
	}
	EQUAL(send_word(getpid(), 1), -1);
	EQUAL(errno, EINVAL);
	EQUAL(ipc_send(1, 1, no_page, 0, -2), -1);
	EQUAL(errno, EINVAL);
	EQUAL(ipc_send(1, 1, p, 0, 0), -1);		/* a page without rights */
	EQUAL(errno, EINVAL);
	EQUAL(ipc_send(1, 1, no_page, 0, IPC_TRY), -1);
	EQUAL(errno, EAGAIN);
	EQUAL(ipc_recv(no_page, &m, -2), -1);
	EQUAL(errno, EINVAL);
	EQUAL(ipc_recv(no_page, &m, IPC_TRY), -1);
	EQUAL(errno, EAGAIN);
	for (unsigned i = 0; i < sizeof at / sizeof *at; i++) {
		EQUAL(ipc_recv(at[i], &m, IPC_TRY), -1);
		EQUAL(errno, EINVAL);
		EQUAL(ipc_call(1, 1, at[i], 0, &m, IPC_TRY), -1);
		EQUAL(errno, EINVAL);
	}
	for (uintptr_t bad = 0; bad < 3; bad++) {
		struct ipc_msg *to = bad == 0 ? 0 : bad == 1 ? (void *)(top - 4) : (void *)-8;

		if (bad == 1)
			to = (void *)(top + 4);
		EQUAL(ipc_recv(no_page, to, IPC_TRY), -1);
		EQUAL(errno, EFAULT);
		EQUAL(ipc_call(1, 1, no_page, 0, to, IPC_TRY), -1);
		EQUAL(errno, EFAULT);
	}
	if ((pid = fork()) == 0)
		_exit(send_word(getppid(), 77) != 0);
	wait_state(pid, PROC_SLEEPING);
	EQUAL(ipc_recv(no_page, (void *)top, IPC_FOREVER), -1);
	EQUAL(errno, EFAULT);
	EQUAL(recv_word(), 77);				/* the bad address has lost nothing */
	ended_well(pid);
}

TEST(ipc_times, "ipc: who waits for too long hears so, and is in nobody's way")
{
	struct ipc_msg m;
	long before = uptime();
	pid_t pid;

	EQUAL(ipc_recv(no_page, &m, 50), -1);
	EQUAL(errno, ETIMEDOUT);
	CHECK(uptime() - before >= 50);
	pid = stopped_child();
	before = uptime();
	EQUAL(ipc_send(pid, 1, no_page, 0, 50), -1);
	EQUAL(errno, ETIMEDOUT);
	CHECK(uptime() - before >= 50);
	EQUAL(ipc_call(pid, 1, no_page, 0, &m, 30), -1);
	EQUAL(errno, ETIMEDOUT);
	kill_child(pid);
	if ((pid = fork()) == 0) {
		msleep(60);
		_exit(send_word(getppid(), 5) != 0);
	}
	EQUAL(ipc_recv(no_page, &m, 5000), 0);		/* in time */
	EQUAL(m.value, 5);
	ended_well(pid);
	for (int i = 0; i < 10; i++) {			/* limits of many, met in any order */
		if ((pid = fork()) == 0) {
			for (int k = 0; k < 10; k++)
				CHECK(ipc_recv(no_page, &m, (i * 7 + k * 3) % 40) == -1);
			_exit(0);
		}
		CHECK(pid > 0);
	}
	msleep(10);
	for (int i = 0; i < 10; i++)
		EQUAL(waitpid(-1, 0, 0) > 0, 1);
}

TEST(ipc_ends, "ipc: a receiver that ends, by exit or kill, tells who wants to send to it")
{
	struct wait_info w;

	for (int how = 0; how < 2; how++) {
		pid_t sender[3], pid = fork();

		if (pid == 0) {
			msleep(how == 0 ? 100 : 100000);
			_exit(0);
		}
		for (int i = 0; i < 3; i++)
			if ((sender[i] = fork()) == 0)
				_exit(send_word(pid, 1) == -1 && errno == ESRCH ? 0 : 1);
		for (int i = 0; i < 3; i++)
			CHECK(sender[i] > 0);
		msleep(30);
		if (how == 1)
			EQUAL(kill(pid, SIGKILL), 0);
		for (int i = 0; i < 3; i++)
			ended_well(sender[i]);
		EQUAL(waitinfo(pid, &w, 0), pid);
	}
}

/* ---- pages ---- */

/* What the receiver sees, and what it does to it, is its own or shared as the rights say. */
static int take_page(char *w, unsigned rights)
{
	struct ipc_msg m;

	EQUAL(ipc_recv(w, &m, IPC_FOREVER), 0);
	EQUAL(m.value, 9);
	EQUAL(m.rights, rights);
	EQUAL(strcmp(w, "page"), 0);
	if (rights & PROT_WRITE)
		strcpy(w, "answer");
	EQUAL(recv_word(), 10);
	EQUAL(strcmp(w, rights & PROT_WRITE ? "answer" : "page"), 0);
	return 0;
}

TEST(ipc_page, "ipc: a page: shared if the program manages it, a snapshot if it is private (H16, H40)")
{
	char *w = window(2), *p = pages(1);

	kernel_forks();
	for (int round = 0; round < 4; round++) {
		bool first = round & 1, managed = round & 2;
		unsigned rights = managed ? RW | PAGE_S1 : PROT_READ;
		char *from = managed ? w + PAGE : p;
		pid_t pid;

		if (managed)
			EQUAL(page_alloc(0, from, RW), 0);
		if ((pid = fork()) == 0)
			_exit(take_page(w, rights));
		if (!first)
			wait_state(pid, PROC_SLEEPING);	/* the receiver waits; else, mostly, the sender */
		strcpy(from, "page");
		EQUAL(ipc_send(pid, 9, from, rights, IPC_FOREVER), 0);
		if (managed)
			EQUAL(page_unmap(0, from), 0);
		else
			strcpy(from, "gone");
		EQUAL(send_word(pid, 10), 0);
		ended_well(pid);
	}
}

TEST(ipc_page_fails, "ipc: a page that cannot be mapped fails the send, and the receiver goes on waiting")
{
	char *w = window(2), *p = pages(1);
	struct ipc_msg m;
	pid_t pid;

	kernel_forks();
	for (int first = 0; first < 2; first++) {
		EQUAL(page_unmap(0, w + PAGE), 0);
		if ((pid = fork()) == 0) {
			if (first)
				msleep(60);
			EQUAL(ipc_recv(w, &m, IPC_FOREVER), 0);
			EQUAL(m.value, 4);
			EQUAL(m.rights, PROT_READ);
			_exit(w[0] != 'x');
		}
		if (!first)
			wait_state(pid, PROC_SLEEPING);
		p[0] = 'x';
		EQUAL(ipc_send(pid, 1, p, RW, IPC_FOREVER), -1);		/* private: no W to give */
		EQUAL(errno, EACCES);
		EQUAL(ipc_send(pid, 2, w + PAGE, PROT_READ, IPC_FOREVER), -1);	/* no page */
		EQUAL(errno, EFAULT);
		EQUAL(ipc_send(pid, 3, p + 1, PROT_READ, IPC_FOREVER), -1);
		EQUAL(errno, EINVAL);
		EQUAL(ipc_send(pid, 3, p, PROT_READ | PAGE_USER, IPC_FOREVER), -1);
		EQUAL(errno, EINVAL);
		EQUAL(ipc_send(pid, 4, p, PROT_READ, IPC_FOREVER), 0);
		ended_well(pid);
	}
}

TEST(ipc_unwanted, "ipc: a page that the receiver does not want stays where it is")
{
	char *w = window(1);
	struct ipc_msg m;
	pid_t pid;

	EQUAL(page_alloc(0, w, RW), 0);
	w[0] = 3;
	if ((pid = fork()) == 0) {
		EQUAL(ipc_recv(no_page, &m, IPC_FOREVER), 0);
		EQUAL(m.rights, 0);
		_exit(m.value != 6);
	}
	EQUAL(ipc_send(pid, 6, w, RW | PAGE_MOVE, IPC_FOREVER), 0);
	EQUAL(w[0], 3);
	ended_well(pid);
}

/* ---- calls ---- */

static int doubles(void *arg)
{
	struct ipc_msg m;
	int err = ipc_recv(no_page, &m, IPC_FOREVER);

	(void)arg;
	while (err == 0 && m.value)
		err = ipc_call(m.from, m.value * 2, no_page, 0, &m, IPC_FOREVER);
	return err != 0 || send_word(m.from, 0) != 0;
}

TEST(ipc_calls, "ipc: a call is a send and a receive: one server, several clients")
{
	struct ipc_msg m;
	pid_t pid[4], server = fork();

	if (server == 0)
		_exit(doubles(0));
	for (int i = 0; i < 4; i++)
		if ((pid[i] = fork()) == 0) {
			for (upcall_word k = 1; k < 200; k++) {
				EQUAL(ipc_call(server, k * 4 + i, no_page, 0, &m, IPC_FOREVER), 0);
				EQUAL(m.value, (k * 4 + i) * 2);
				EQUAL(m.from, server);
			}
			_exit(0);
		}
	for (int i = 0; i < 4; i++)
		ended_well(pid[i]);
	EQUAL(ipc_call(server, 0, no_page, 0, &m, 5000), 0);
	EQUAL(m.value, 0);
	ended_well(server);
}

TEST(ipc_asks, "ipc: who asks one hears nobody else, and hears of its end")
{
	enum { FORGERS = 3 };
	struct ipc_msg m;
	pid_t pid[FORGERS], me = getpid(), server = fork();

	if (server == 0)
		_exit(doubles(0));
	for (int i = 0; i < FORGERS; i++) {
		if ((pid[i] = fork()) == 0)
			_exit(send_word(me, 1000 + i) != 0);
		if (i == 0)
			wait_state(pid[i], PROC_SLEEPING);	/* the others come when they come */
	}
	for (upcall_word k = 1; k < 200; k++) {
		EQUAL(ipc_ask(server, k, no_page, 0, &m, IPC_FOREVER), 0);
		EQUAL(m.value, k * 2);
		EQUAL(m.from, server);
	}
	for (int i = 0; i < FORGERS; i++)
		CHECK(recv_word() >= 1000);
	for (int i = 0; i < FORGERS; i++)
		ended_well(pid[i]);
	if ((pid[0] = fork()) == 0) {				/* asked, and killed in its sleep */
		EQUAL(ipc_ask(server, 1, no_page, 0, &m, IPC_FOREVER), 0);
		EQUAL(ipc_recv(no_page, &m, IPC_FOREVER), 0);
		_exit(0);
	}
	wait_state(pid[0], PROC_SLEEPING);
	if ((pid[1] = fork()) == 0) {
		EQUAL(ipc_ask(pid[0], 5, no_page, 0, &m, IPC_FOREVER), -1);
		_exit(errno != ESRCH);
	}
	msleep(30);
	EQUAL(kill(pid[0], SIGKILL), 0);
	EQUAL(waitpid(pid[0], 0, 0), pid[0]);
	ended_well(pid[1]);
	EQUAL(ipc_ask(server, 0, no_page, 0, &m, 5000), 0);
	ended_well(server);
}

TEST(ipc_window, "ipc: a call's page goes out of its window, and the answer's comes in there")
{
	char *w = window(1);
	struct ipc_msg m;
	pid_t pid = fork();

	if (pid == 0) {
		EQUAL(ipc_recv(w, &m, IPC_FOREVER), 0);
		w[0]++;
		EQUAL(ipc_call(m.from, 0, w, RW | PAGE_MOVE, &m, IPC_FOREVER), 0);
		_exit(m.value != 8);
	}
	EQUAL(page_alloc(0, w, RW), 0);
	w[0] = 41;
	EQUAL(ipc_call(pid, 1, w, RW | PAGE_MOVE, &m, IPC_FOREVER), 0);
	EQUAL(m.rights, RW);
	EQUAL(w[0], 42);
	EQUAL(send_word(pid, 8), 0);
	ended_well(pid);
}

TEST(ipc_threads, "ipc: between threads, which are sent to by their own numbers")
{
	struct ipc_msg m;
	pid_t pid = thread_create(doubles, 0);
	int status;

	CHECK(pid > 0);
	for (upcall_word i = 1; i < 100; i++) {
		EQUAL(ipc_call(pid, i, no_page, 0, &m, IPC_FOREVER), 0);
		EQUAL(m.value, 2 * i);
	}
	EQUAL(ipc_call(pid, 0, no_page, 0, &m, IPC_FOREVER), 0);
	EQUAL(thread_join(pid, &status), 0);
	EQUAL(status, 0);
}

/* ---- no memory, and no peace ---- */

static void receive_page(void *arg)
{
	struct ipc_msg m;
	pid_t me = getpid(), pid = fork();

	if (pid < 0)
		return;
	if (pid == 0) {
		char *p = pages(1);

		p[0] = 1;
		_exit(ipc_send(me, 1, p, PROT_READ, 2000) != 0);
	}
	if (ipc_recv(arg, &m, 200) == 0)
		EQUAL(*(char *)arg, 1);
	kill(pid, SIGKILL);
	CHECK(waitpid(pid, 0, 0) == pid);
}

TEST(ipc_oom, "ipc: every allocation refused between sender and receiver")
{
	CHECK(fail_each(receive_page, window(1)) >= 3);
}

/* Sends, receives and calls among all, with short limits; errors are welcome, hangs and broken counts not. */
static void chatter(volatile pid_t *all, int n, unsigned x, char *w)
{
	for (int i = 0; i < 150; i++) {
		struct ipc_msg m;
		pid_t to;
		int ms = (x >> 8) % 3 * 10;

		x = x * 1664525 + 1013904223;
		to = all[(x >> 16) % n];
		if (x >> 30 == 0)
			ipc_recv((x >> 29) & 1 ? w : no_page, &m, ms);
		else if (x >> 30 == 1)
			ipc_send(to, x, w, RW, ms);
		else if (x >> 30 == 2)
			ipc_call(to, x, w, (x >> 29) & 1 ? RW | PAGE_MOVE : 0, &m, ms);
		else
			page_alloc(0, w, RW);
	}
}

TEST(ipc_chatter, "ipc: eight processes send, receive and call each other, while some are killed and made again")
{
	enum { N = 8 };
	volatile pid_t *all = (void *)pages_prot(1, RW, MAP_SHARED);
	char *w = window(1);
	unsigned seed = 1;

	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < N; i++) {
			pid_t pid = fork();

			if (pid == 0) {
				chatter(all, N, seed * 77 + i, w);
				_exit(0);
			}
			CHECK(pid > 0);
			all[i] = pid;
			seed++;
		}
		msleep(30);
		kill(all[1], SIGKILL);
		kill(all[5], SIGKILL);
		for (int i = 0; i < N; i++)
			EQUAL(waitpid(all[i], 0, 0), all[i]);
	}
}
