/* SPDX-License-Identifier: MIT */
/* exo.c: memory that a program manages, its own and its children's: who may act on whom, and what comes of it. */
#include <errno.h>
#include <thread.h>
#include <upcall.h>
#include "exo.h"

enum { RW = PROT_READ | PROT_WRITE };

char *window(size_t n)
{
	char *p = pages(n);

	EQUAL(manage(p, n * PAGE), 0);
	return p;
}

int state_of(pid_t pid)
{
	struct proc_info p;

	for (unsigned i = 0; procinfo(i, &p) == 0; i++)
		if (p.pid == pid)
			return p.state;
	return PROC_FREE;
}

void wait_state(pid_t pid, int state)
{
	for (int i = 0; i < 200 && state_of(pid) != state; i++)
		msleep(10);
	EQUAL(state_of(pid), state);
}

pid_t stopped_child(void)
{
	pid_t pid = exofork();

	CHECK(pid != 0);			/* it has no page to run on */
	CHECK(pid > 0);
	EQUAL(state_of(pid), PROC_STOPPED);
	return pid;
}

void kill_child(pid_t pid)
{
	struct wait_info w;

	EQUAL(kill(pid, SIGKILL), 0);
	EQUAL(waitinfo(pid, &w, 0), pid);
	EQUAL(w.how, END_KILLED);
}

/* ---- memory ---- */

TEST(exo_alloc, "exo: page_alloc gives zeroed pages with the rights asked for, in place of what was there")
{
	char *p = window(4);
	struct page_run run[4];

	EQUAL(query(0, p, p + 4 * PAGE, run, 4), 1);
	EQUAL(run[0].have, 0);
	CHECK(run[0].region & PAGE_USER);
	EQUAL(page_alloc(0, p, RW), 0);
	EQUAL(p[0], 0);
	p[0] = 7;
	EQUAL(page_alloc(getpid(), p, RW | PAGE_S1), 0);
	EQUAL(p[0], 0);
	EQUAL(page_alloc(0, p + 2 * PAGE, PROT_READ | PAGE_S0), 0);
	EQUAL(query(0, p, p + 4 * PAGE, run, 4), 4);
	EQUAL(run[0].lo, (uintptr_t)p);
	EQUAL(run[0].hi, (uintptr_t)p + PAGE);
	EQUAL(run[0].have & (RW | PAGE_S0 | PAGE_S1 | PAGE_PRESENT), RW | PAGE_S1 | PAGE_PRESENT);
	EQUAL(run[1].have, 0);
	EQUAL(run[2].have & (RW | PAGE_S0 | PAGE_S1 | PAGE_PRESENT), PROT_READ | PAGE_S0 | PAGE_PRESENT);
	EQUAL(query(0, p, p + 4 * PAGE, run, 2), 2);
	EQUAL(query(0, (void *)run[1].hi, p + 4 * PAGE, run, 2), 2);
	EQUAL(run[1].hi, (uintptr_t)p + 4 * PAGE);
	EQUAL(page_unmap(0, p), 0);
	EQUAL(page_unmap(0, p), 0);		/* absent or not */
	EQUAL(query(0, p, p + PAGE, run, 4), 1);
	EQUAL(run[0].have, 0);
}

static void touch_absent(void *p)
{
	*(volatile char *)p = 1;
}

TEST(exo_absent, "exo: nothing fills a managed page; without a handler the program ends there")
{
	char *p = window(1);

	kernel_forks();
	child_faults(touch_absent, p, (uintptr_t)p, PROT_WRITE);
}

TEST(exo_query_many, "exo: query gives more runs than fit into one piece of the kernel's, and none twice")
{
	enum { N = 100 };
	static struct page_run run[N + 1];
	char *p = window(N);

	for (int i = 0; i < N; i += 2)
		EQUAL(page_alloc(0, p + i * PAGE, RW), 0);
	EQUAL(query(0, p, p + N * PAGE, run, N + 1), N);
	for (int i = 0; i < N; i++) {
		EQUAL(run[i].lo, (uintptr_t)p + i * PAGE);
		EQUAL(run[i].hi, (uintptr_t)p + (i + 1) * PAGE);
		EQUAL(!run[i].have, i % 2);
	}
	EQUAL(query(0, p, p + N * PAGE, run, 16), 16);
	EQUAL(query(0, p, p + N * PAGE, run, 17), 17);
	EQUAL(query(0, p, p + N * PAGE, run, 0), 0);
	EQUAL(query(0, p, p, run, 1), 0);
	EQUAL(query(0, 0, (void *)(uintptr_t)sys.user_top, run, 1), 1);
}

TEST(exo_map, "exo: a page in two places is one page; moved, it is in one")
{
	char *p = window(3);
	struct page_run run[3];

	EQUAL(page_alloc(0, p, RW), 0);
	EQUAL(page_map(0, p, 0, p + PAGE, RW), 0);
	p[5] = 9;
	EQUAL(p[PAGE + 5], 9);
	p[PAGE + 5] = 10;
	EQUAL(p[5], 10);
	EQUAL(page_map(0, p, 0, p + 2 * PAGE, RW | PAGE_MOVE), 0);
	EQUAL(query(0, p, p + PAGE, run, 3), 1);
	EQUAL(run[0].have, 0);
	EQUAL(p[2 * PAGE + 5], 10);
	EQUAL(page_map(0, p + PAGE, 0, p + PAGE, PROT_READ), 0);	/* fewer rights, in place */
	EQUAL(page_map(0, p + PAGE, 0, p, RW), -1);		/* no W to give, and another holder */
	EQUAL(errno, EACCES);
	EQUAL(page_map(0, p, 0, p + PAGE, PROT_READ), -1);	/* no page there */
	EQUAL(errno, EFAULT);
}

TEST(exo_private, "exo: a private page mapped elsewhere is a snapshot: who writes gets his own (H40)")
{
	char *p = window(1), *q = pages(1);

	q[0] = 1;
	EQUAL(page_map(0, q, 0, p, RW), -1);
	EQUAL(errno, EACCES);
	EQUAL(page_map(0, q, 0, p, PROT_READ), 0);
	q[0] = 2;
	EQUAL(p[0], 1);
	EQUAL(page_map(0, p, 0, p, RW), 0);	/* the only holder by now */
	p[0] = 3;
	EQUAL(q[0], 2);
}

/* ---- who may act on whom ---- */

static void each_call(pid_t pid, int want)
{
	static char *p;
	struct page_run run;
	struct regs regs = { { 0 } };

	if (!p)
		p = window(1);
	EQUAL(page_alloc(pid, p, RW), -1);
	EQUAL(errno, want);
	EQUAL(page_map(pid, p, 0, p, RW), -1);
	EQUAL(errno, want);
	EQUAL(page_map(0, p, pid, p, RW), -1);
	EQUAL(errno, want);
	EQUAL(page_unmap(pid, p), -1);
	EQUAL(errno, want);
	EQUAL(query(pid, p, p + PAGE, &run, 1), -1);
	EQUAL(errno, want);
	EQUAL(set_status(pid, STATUS_STOP), -1);
	EQUAL(errno, want);
	EQUAL(set_frame(pid, &regs), -1);
	EQUAL(errno, want);
}

static int grandchild(void *arg)
{
	int *fd = arg;
	pid_t pid = fork();

	if (pid > 0)
		write(fd[1], &pid, sizeof pid);
	else if (pid == 0)
		msleep(100000);
	msleep(100000);
	return 0;
}

TEST(exo_whom, "exo: a process acts on itself and its children, on nobody else")
{
	int fd[2];
	pid_t pid, grand, me = getpid();

	each_call(1, EPERM);
	each_call(getppid(), EPERM);
	each_call(-1, ESRCH);
	each_call(32767, ESRCH);
	each_call(0x7fffffff, ESRCH);
	CHECK(pipe(fd) == 0);
	if ((pid = fork()) == 0) {
		each_call(me, EPERM);		/* a child not on its parent */
		exit(grandchild(fd));
	}
	EQUAL(read(fd[0], &grand, sizeof grand), sizeof grand);
	each_call(grand, EPERM);
	EQUAL(kill(grand, SIGKILL), 0);
	kill_child(pid);
	each_call(pid, ESRCH);
	if ((pid = fork()) == 0)
		_exit(0);
	wait_state(pid, PROC_ZOMBIE);
	each_call(pid, ESRCH);
	EQUAL(waitpid(pid, 0, 0), pid);
}

TEST(exo_bad, "exo: bad addresses, lengths and rights")
{
	char *p = window(2), *q = pages(1), *top = (char *)(uintptr_t)sys.user_top;
	struct page_run run;
	unsigned wrong[] = { 8, 16, 32, PAGE_PRESENT, PAGE_USER, PAGE_SHARED, 1u << 31 };
	char *at[] = { p + 1, q, top, top + PAGE, (char *)-PAGE, (char *)-1, 0, (char *)PAGE };

	for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		EQUAL(page_alloc(0, p, RW | wrong[i]), -1);
		EQUAL(errno, EINVAL);
		EQUAL(page_map(0, q, 0, p, PROT_READ | wrong[i]), -1);
		EQUAL(errno, EINVAL);
	}
	EQUAL(page_alloc(0, p, RW | PAGE_MOVE), -1);
	for (unsigned i = 0; i < sizeof at / sizeof *at; i++) {
		EQUAL(page_alloc(0, at[i], RW), -1);
		EQUAL(errno, EINVAL);
		EQUAL(page_unmap(0, at[i]), -1);
		EQUAL(errno, EINVAL);
		EQUAL(page_map(0, q, 0, at[i], PROT_READ), -1);
		EQUAL(errno, EINVAL);
	}
	EQUAL(page_map(0, q + 1, 0, p, PROT_READ), -1);
	EQUAL(page_map(0, top, 0, p, PROT_READ), -1);
	EQUAL(manage(p + 1, PAGE), -1);
	EQUAL(manage(0, PAGE), -1);
	EQUAL(manage(p, 0), -1);
	EQUAL(manage(p, (size_t)-PAGE), -1);
	EQUAL(manage(top - PAGE, 2 * PAGE), -1);
	EQUAL(query(0, p, top + PAGE, &run, 1), -1);
	EQUAL(query(0, p + 1, p + PAGE, &run, 1), -1);
	EQUAL(query(0, p + PAGE, p, &run, 1), -1);
	EQUAL(query(0, p, p + PAGE, (void *)top, 1), -1);
	EQUAL(errno, EFAULT);
	EQUAL(query(0, p, p + PAGE, &run, (unsigned)-1), -1);
	EQUAL(set_status(0, 3), -1);
	EQUAL(errno, EINVAL);
	EQUAL(set_status(0, -1), -1);
	EQUAL(set_frame(0, (void *)top), -1);
	EQUAL(errno, EFAULT);
	EQUAL(set_frame(0, (void *)8), -1);
}

/* ---- no memory ---- */

static void make_child(void *arg)
{
	char *p = arg;
	pid_t pid = exofork();

	if (pid <= 0)
		return;
	if (page_alloc(pid, p, RW) == 0)
		page_map(pid, p, 0, p, PROT_READ);
	page_alloc(0, p, RW);
	kill_child(pid);
}

TEST(exo_oom, "exo: every allocation refused in exofork, page_alloc, page_map and manage")
{
	char *p = window(1);

	CHECK(fail_each(make_child, p) >= 4);
}

static void manage_middle(void *arg)
{
	char *p = arg;

	if (manage(p + 4 * PAGE, 4 * PAGE) == -1) {
		failalloc(0);
		for (int i = 0; i < 16; i++)
			p[i * PAGE] = 1;	/* lazy still */
		exit(REFUSED);
	}
}

TEST(exo_manage_oom, "exo: manage refused half way has changed nothing")
{
	CHECK(fail_each(manage_middle, pages(16)) >= 1);
}

/* ---- a target that does not hold still ---- */

static int churn(void *arg)
{
	char *argv[] = { "true", 0 };

	(void)arg;
	execv("/bin/true", argv);
	return 1;
}

TEST(exo_race, "exo: children exit, exec and are killed while their parent maps pages into them")
{
	char *p = window(1);

	EQUAL(page_alloc(0, p, RW), 0);
	for (int round = 0; round < 60; round++) {
		struct page_run run[4];
		pid_t pid = fork();

		if (pid == 0)
			_exit(round % 3 == 0 ? 0 : round % 3 == 1 ? churn(0) : msleep(100000));
		CHECK(pid > 0);
		for (int i = 0; i < 40; i++) {
			page_map(0, p, pid, p, PROT_READ);
			page_alloc(pid, p, RW);
			page_map(pid, p, 0, p, PROT_READ);
			query(pid, 0, (void *)(uintptr_t)sys.user_top, run, 4);
			page_unmap(pid, p);
			page_alloc(0, p, RW);
			if (i == 20 && round % 3 == 2)
				kill(pid, SIGKILL);
		}
		EQUAL(waitpid(pid, 0, 0), pid);
	}
}

static int map_loop(void *arg)
{
	char *p = arg;

	for (int i = 0; i < 2000; i++) {
		page_alloc(0, p, RW);
		page_map(0, p, 0, p + PAGE, RW);
		page_map(0, p + PAGE, 0, p, RW | PAGE_MOVE);
		page_unmap(0, p + (i & 1) * PAGE);
	}
	return 0;
}

TEST(exo_threads, "exo: threads map and unmap the same pages, while one forks and one is stopped and run")
{
	char *p = window(2);
	pid_t pid[3];

	for (int i = 0; i < 3; i++)
		CHECK((pid[i] = thread_create(map_loop, p)) > 0);
	for (int i = 0; i < 20; i++) {
		pid_t child = rfork(FORK_PAGE);

		if (child == 0)
			_exit(0);
		set_status(pid[0], STATUS_STOP);
		CHECK(child > 0 && waitpid(child, 0, 0) == child);
		set_status(pid[0], STATUS_RUN);
	}
	for (int i = 0; i < 3; i++)
		EQUAL(thread_join(pid[i], 0), 0);
}
