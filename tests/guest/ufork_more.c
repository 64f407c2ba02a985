/* SPDX-License-Identifier: MIT */
/* ufork_more.c: user-level fork without memory, beside threads and handlers, and with exec; sfork. */
#include <errno.h>
#include <thread.h>
#include <upcall.h>
#include "pair.h"
#include "test.h"

static int global = 1;
static char untouched[4 * PAGE];
static const char constant[PAGE] = "read-only";

static void forked(void (*fn)(void *), void *arg)
{
	child_passes(FORK_UPCALL, fn, arg);
}

static struct wait_info ended(void (*fn)(void *), void *arg)
{
	return in_child(FORK_UPCALL, fn, arg);
}

static void nothing_at_all(void *arg)
{
	(void)arg;
}

static void store(void *arg)
{
	*(volatile char *)arg = 1;
}

/* ---- no memory ---- */

struct refuse { void (*fn)(void *); void *arg; unsigned n; };

static void with_failure(void *arg)
{
	struct refuse *r = arg;

	failalloc_alone(r->n);
	r->fn(r->arg);
	exit(failalloc(0) ? UNREFUSED : REFUSED);
}

/* As fail_each, in children that manage their memory.  How many allocations there are. */
static unsigned refuse_each(void (*fn)(void *), void *arg)
{
	for (struct refuse r = { fn, arg, 1 }; ; r.n++) {
		struct wait_info w = ended(with_failure, &r);

		failalloc(0);
		if (w.how == END_EXIT && w.code == UNREFUSED)
			return r.n - 1;
		CHECK(w.how == END_NOMEM || (w.how == END_EXIT && w.code == REFUSED));
		EQUAL(audit(), 0);
	}
}

static void fork_once(void *arg)
{
	pid_t pid = rfork(FORK_UPCALL);

	(void)arg;
	if (pid == 0)
		_exit(0);
	if (pid > 0)
		CHECK(waitpid(pid, 0, 0) == pid);
}

TEST(ufork_fails, "ufork: refused at its n-th allocation, for every n, nothing is left of it (H10)")
{
	char *p = pages(10);

	memset(p, 1, 10 * PAGE);
	CHECK(refuse_each(fork_once, 0) >= 5);
	for (int i = 0; i < 10 * PAGE; i += PAGE)
		EQUAL(p[i], 1);
}

static void first_fork(void *arg)
{
	struct refuse *r = arg;
	pid_t pid;

	failalloc_alone(r->n);
	pid = rfork(FORK_UPCALL);
	if (pid == 0)
		_exit(0);
	r->n = failalloc(0);
	if (pid > 0)
		CHECK(waitpid(pid, 0, 0) == pid);
	forked(store, &global);			/* and now it works */
	exit(r->n ? 0 : 2);
}

TEST(ufork_first_fails, "ufork: a process's first, refused at every allocation, can be tried again")
{
	struct refuse r = { 0, 0, 1 };
	struct wait_info w;

	if (forkmode(FORK_DEFAULT) == FORK_UPCALL)
		test_skip("every process here has forked before");
	for (; ; r.n++) {
		w = in_child(FORK_PAGE, first_fork, &r);
		failalloc(0);
		if (w.how == END_EXIT && w.code == 0)
			break;
		CHECK(w.how == END_NOMEM || (w.how == END_EXIT && w.code == 2));
	}
	CHECK(r.n > 5);
}

static void refuse_and_write(void *arg)
{
	failalloc_alone(1);
	*(volatile char *)arg = 2;
}

TEST(ufork_cow_fails, "ufork: no memory for a copy or a zero page ends the program there, for want of memory (H11)")
{
	char *p = pages(2);
	struct wait_info w;

	p[0] = 1;
	for (int i = 0; i < 2; i++) {
		w = ended(refuse_and_write, p + i * PAGE);
		failalloc(0);
		EQUAL(w.how, END_NOMEM);
		EQUAL(w.va, (uintptr_t)p + i * PAGE);
	}
	EQUAL(p[0], 1);
}

/* ---- exec, spawn, vfork ---- */

TEST(ufork_exec, "ufork: exec starts a program unmanaged, which forks by the same strategy")
{
	char *argv[] = { "forktree", "3", "upcall", 0 };
	int status, null[2];
	pid_t pid;

	CHECK(pipe(null) == 0);
	if ((pid = rfork(FORK_UPCALL)) == 0) {
		dup2(null[1], 1);
		forkmode(FORK_UPCALL);
		execv("/bin/forktree", argv);
		exit(9);
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	EQUAL(status, 0);
	if ((pid = vfork()) == 0) {
		char *t[] = { "true", 0 };

		execv("/bin/true", t);
		_exit(9);
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	EQUAL(status, 0);
}

/* ---- sfork ---- */

static void add_one(void *arg)
{
	(*(int *)arg)++;
	global++;
}

TEST(ufork_sfork, "sfork: memory is shared but the stack; what was copy-on-write before is not the parent's; and fork keeps it so")
{
	int *heap = sbrk(PAGE), local = 1, status;
	pid_t pid;

	*heap = 1;
	if ((pid = sfork()) == 0) {
		global = 5;
		*heap = 6;
		untouched[PAGE] = 7;
		local = 8;
		_exit(0);
	}
	CHECK(pid > 0 && waitpid(pid, &status, 0) == pid);
	EQUAL(status, 0);
	EQUAL(global, 5);
	EQUAL(*heap, 6);
	EQUAL(untouched[PAGE], 7);
	EQUAL(local, 1);
	forked(add_one, heap);
	EQUAL(*heap, 7);
	EQUAL(global, 6);
	EQUAL(constant[0], 'r');
}

/* ---- threads ---- */

static void beside_thread(void *arg)
{
	struct pair *p = arg;
	pid_t pid;

	forked(nothing_at_all, 0);		/* managed from here on */
	CHECK((pid = thread_create(count_up, p)) > 0);
	for (int round = 0; round < 10; round++)
		forked(look, p);
	p->stop = 1;
	CHECK(thread_join(pid, 0) == 0);
	EQUAL(p->x, p->y);
}

TEST(ufork_threads, "ufork: beside a writing thread it is a snapshot (H6, H7, H42)")
{
	beside_thread(pages(2));
}

static int wait_for_it(void *arg)
{
	while (!*(volatile int *)arg)
		yield();
	return 0;
}

static int store_last(void *arg)
{
	((volatile char *)arg)[PAGE - 1] = 1;
	return 0;
}

/* Of a page that is missing each would make one of its own, if one fault did not wait for the other's. */
static void touch_together(void *arg)
{
	(void)arg;
	for (int i = 0; i < 50; i++) {
		volatile char *p = pages(1);
		int status;
		pid_t pid;

		forked(nothing_at_all, 0);	/* what thread_create notes of it shall be a fault of its own, too */
		pid = thread_create(store_last, (void *)p);
		p[0] = 1;
		CHECK(pid > 0 && thread_join(pid, &status) == 0 && status == 0);
		CHECK(p[0] == 1 && p[PAGE - 1] == 1);
		munmap((void *)p, PAGE);
	}
}

TEST(ufork_together, "ufork: a thread's first store and its maker's, to one missing page, are both there")
{
	forked(touch_together, 0);
}

TEST(ufork_late, "ufork: the first beside threads is refused, the next after they have ended is not")
{
	volatile int go = 0;
	pid_t pid;

	if (forkmode(FORK_DEFAULT) == FORK_UPCALL)
		test_skip("every process here has forked before");
	CHECK((pid = thread_create(wait_for_it, (void *)&go)) > 0);
	EQUAL(rfork(FORK_UPCALL), -1);
	EQUAL(errno, EBUSY);
	go = 1;
	CHECK(thread_join(pid, 0) == 0);
	forked(nothing_at_all, 0);
}

/* ---- the program's own handlers ---- */

static char *window;
static volatile int seen;

static void fill_window(struct upcall *u)
{
	if (u->va - (uintptr_t)window >= PAGE) {
		upcall_decline(u);
		return;
	}
	CHECK(page_alloc(0, window, PROT_READ | PROT_WRITE) == 0);
	window[1] = 42;
	seen++;
}

static void use_window(void *arg)
{
	(void)arg;
	EQUAL(window[1], 42);
	CHECK(page_unmap(0, window) == 0);
	EQUAL(window[1], 42);
	EQUAL(seen, 1 + 1);
	global = 77;				/* fork's own faults are served beside */
	CHECK(page_unmap(0, window) == 0);
	window[0] = 1;
	EQUAL(seen, 2 + 1);
}

TEST(ufork_handler, "ufork: a program's own page-fault handler stays, in parent and child, and the rest is fork's")
{
	struct wait_info w;

	window = pages(1);
	CHECK(manage(window, PAGE) == 0);
	CHECK(upcall_install(UPCALL_PAGE, fill_window, 0) == 0);
	EQUAL(window[0], 0);
	EQUAL(seen, 1);
	for (int i = 0; i < 3; i++)
		forked(use_window, 0);
	global = 5;
	EQUAL(seen, 1);
	w = ended(store, (void *)16);
	EQUAL(w.how, END_FAULT);
	EQUAL(w.va, 16);
}

/* Handlers that fault themselves, as deep as the stack lets them. */
static void fill_by_recursion(struct upcall *u)
{
	char *at = (char *)(u->va & ~(uintptr_t)(PAGE - 1));

	if (at < window + 3 * PAGE)
		*(volatile char *)(at + PAGE) = 1;
	CHECK(page_alloc(0, at, PROT_READ | PROT_WRITE) == 0);
	seen++;
}

TEST(upcall_nested, "upcall: a handler in C that faults is interrupted by itself")
{
	window = pages(5);
	CHECK(manage(window, 5 * PAGE) == 0);
	CHECK(upcall_install(UPCALL_PAGE, fill_by_recursion, 0) == 0);
	seen = 0;
	window[0] = 7;
	EQUAL(seen, 4);
	EQUAL(window[0], 7);
}
