/* SPDX-License-Identifier: MIT */
/* child.c: processes that a program makes by hand, stops, runs and forgets. */
#include <errno.h>
#include <upcall.h>
#include "exo.h"

enum { RW = PROT_READ | PROT_WRITE };

/* ---- stopping ---- */

static int spin(void *arg)
{
	volatile unsigned *n = arg;

	for (;;)
		++*n;
	return 0;
}

TEST(exo_stop, "child: a stopped process does nothing, is no zombie, goes on, and can be killed")
{
	volatile unsigned *n = (void *)pages_prot(1, RW, MAP_SHARED);
	unsigned seen;
	pid_t pid = fork();

	if (pid == 0)
		spin((void *)n);
	while (*n == 0)
		yield();
	for (int round = 0; round < 5; round++) {
		EQUAL(set_status(pid, STATUS_STOP), 0);
		wait_state(pid, PROC_STOPPED);
		seen = *n;
		msleep(30);
		EQUAL(*n, seen);
		EQUAL(waitinfo(pid, 0, WAIT_NOHANG), 0);
		EQUAL(set_status(pid, STATUS_RUN), 0);
		for (int i = 0; i < 500 && *n == seen; i++)
			msleep(10);
		CHECK(*n != seen);
	}
	EQUAL(set_status(pid, STATUS_STOP), 0);
	EQUAL(set_status(pid, STATUS_STOP), 0);
	wait_state(pid, PROC_STOPPED);
	kill_child(pid);
}

static void stop_self(void *arg)
{
	volatile int *step = arg;

	*step = 1;
	EQUAL(set_status(0, STATUS_STOP), 0);
	*step = 2;
}

TEST(exo_stop_self, "child: who stops itself goes on behind the call; a sleeper stops when it wakes")
{
	volatile int *step = (void *)pages_prot(1, RW, MAP_SHARED);
	int fd[2], status;
	char c;
	pid_t pid = fork();

	if (pid == 0) {
		stop_self((void *)step);
		_exit(5);
	}
	wait_state(pid, PROC_STOPPED);
	EQUAL(*step, 1);
	EQUAL(set_status(pid, STATUS_RUN), 0);
	EQUAL(waitpid(pid, &status, 0), pid);
	EQUAL(WEXITSTATUS(status), 5);
	EQUAL(*step, 2);
	CHECK(pipe(fd) == 0);
	if ((pid = fork()) == 0) {
		read(fd[0], &c, 1);
		*step = 3;
		_exit(0);
	}
	wait_state(pid, PROC_SLEEPING);
	EQUAL(set_status(pid, STATUS_STOP), 0);
	EQUAL(write(fd[1], "x", 1), 1);
	wait_state(pid, PROC_STOPPED);
	EQUAL(*step, 2);
	EQUAL(set_status(pid, STATUS_RUN), 0);
	EQUAL(waitpid(pid, &status, 0), pid);
	EQUAL(*step, 3);
}

TEST(exo_orphans, "child: stopped children end with their parent, however many; init stops for nobody")
{
	struct wait_info w;
	pid_t pid = fork();
	int n = 0;

	if (pid == 0) {
		while (exofork() > 0)		/* till the table of processes is full, or memory */
			n++;
		_exit(n > 30 ? 7 : 8);
	}
	CHECK(pid > 0 && waitinfo(pid, &w, 0) == pid);
	EQUAL(w.how, END_EXIT);
	EQUAL(w.code, 7);
	EQUAL(set_status(1, STATUS_STOP), -1);
}

/* ---- forgotten children ---- */

TEST(exo_forget, "child: forgotten children need no wait; those that have ended already, neither")
{
	pid_t pid = fork();
	struct wait_info w;

	if (pid == 0) {
		if ((pid = fork()) == 0)
			_exit(3);
		wait_state(pid, PROC_ZOMBIE);
		EQUAL(set_status(0, STATUS_FORGET), 0);
		EQUAL(waitpid(pid, 0, 0), -1);
		EQUAL(errno, ECHILD);
		for (int i = 0; i < 300; i++) {
			while ((pid = fork()) < 0) {
				EQUAL(errno, EAGAIN);	/* init has not come to reap them */
				msleep(10);
			}
			if (pid == 0)
				_exit(0);
		}
		EQUAL(waitinfo(-1, &w, 0), -1);		/* when the last one is gone */
		EQUAL(errno, ECHILD);
		_exit(0);
	}
	CHECK(pid > 0 && waitinfo(pid, &w, 0) == pid);
	EQUAL(w.how, END_EXIT);
	EQUAL(w.code, 0);
}

/* ---- a child made by hand ---- */

/* Every page copied, as dumbfork does it. */
static void copy_page(pid_t child, char *p, char *scratch, unsigned rights)
{
	EQUAL(page_alloc(child, p, RW), 0);
	EQUAL(page_map(child, p, 0, scratch, RW), 0);
	memcpy(scratch, p, PAGE);
	EQUAL(page_unmap(0, scratch), 0);
	EQUAL(page_map(child, p, child, p, rights & (RW | PROT_EXEC)), 0);
}

/* Do something with each run of the whole space. */
static void each_run(void (*fn)(const struct page_run *, pid_t, char *), pid_t child, char *scratch)
{
	struct page_run run[8];
	uintptr_t at = 0;
	int n;

	do {
		n = query(0, (void *)at, (void *)(uintptr_t)sys.user_top, run, 8);
		CHECK(n >= 0);
		for (int i = 0; i < n; i++) {
			fn(&run[i], child, scratch);
			at = run[i].hi;
		}
	} while (n == 8);
}

/* What nobody has touched is not there, and nobody would fill it in the child. */
static void fill_run(const struct page_run *r, pid_t child, char *scratch)
{
	(void)child, (void)scratch;
	for (uintptr_t va = r->lo; !r->have && r->region & PROT_READ && !(r->region & PAGE_USER) && va < r->hi; va += PAGE)
		(void)*(volatile char *)va;
}

static void copy_run(const struct page_run *r, pid_t child, char *scratch)
{
	for (uintptr_t va = r->lo; r->have & PROT_READ && va < r->hi; va += PAGE)
		if ((char *)va != scratch)
			copy_page(child, (char *)va, scratch, r->region);	/* the entry's W may be taken by fork */
}

static volatile int global = 1;

static pid_t dumbfork(void)
{
	char *scratch = window(1);
	pid_t pid;

	each_run(fill_run, 0, 0);
	pid = exofork();
	if (pid > 0) {
		each_run(copy_run, pid, scratch);
		EQUAL(set_status(pid, STATUS_RUN), 0);
	}
	return pid;
}

TEST(exo_dumbfork, "child: a child copied by hand, page by page, runs on by itself")
{
	int local = 1, status;
	pid_t pid = dumbfork();

	CHECK(pid >= 0);
	if (pid == 0) {
		CHECK(local == 1 && global == 1);
		local = global = 2;
		_exit(40 + local + global);
	}
	EQUAL(waitpid(pid, &status, 0), pid);
	CHECK(WIFEXITED(status));
	EQUAL(WEXITSTATUS(status), 44);
	EQUAL(local, 1);
	EQUAL(global, 1);
}

static void other_way(void)
{
	_exit(21);
}

TEST(exo_frame, "child: a stopped child's registers are its parent's to set, a running one's not")
{
	struct regs regs = { { 0 } };
	int status;
	pid_t pid;
	static char stack[PAGE] __attribute__((aligned(16)));
	char *scratch = window(1);

	kernel_forks();
	each_run(fill_run, 0, 0);
	pid = stopped_child();
	each_run(copy_run, pid, scratch);
	regs.r[FR_PC] = (uintptr_t)other_way;
	regs.r[FR_SP] = (uintptr_t)stack + sizeof stack - 16;
	EQUAL(set_frame(pid, &regs), 0);
	EQUAL(set_status(pid, STATUS_RUN), 0);
	EQUAL(waitpid(pid, &status, 0), pid);
	EQUAL(WEXITSTATUS(status), 21);
	if ((pid = fork()) == 0)
		msleep(100000);
	EQUAL(set_frame(pid, &regs), -1);
	EQUAL(errno, EINVAL);
	kill_child(pid);
	if ((pid = fork()) == 0)
		_exit(set_frame(0, &regs));		/* its own: it goes on with them */
	EQUAL(waitpid(pid, &status, 0), pid);
	EQUAL(WEXITSTATUS(status), 21);
}

TEST(exo_no_pages, "child: a child without a page ends at its first instruction")
{
	struct wait_info w;
	pid_t pid = stopped_child();

	EQUAL(set_status(pid, STATUS_RUN), 0);
	EQUAL(waitinfo(pid, &w, 0), pid);
	EQUAL(w.how, END_FAULT);
	EQUAL(w.code, FAULT_PAGE);
	EQUAL(w.va, w.pc);
}

TEST(exo_page_gone, "exo: a page given to a child and let go is the child's own; what it was is kept (H16)")
{
	struct page_run run;
	char *p = window(2);
	pid_t pid;

	EQUAL(page_alloc(0, p, RW), 0);
	strcpy(p, "kept");
	pid = stopped_child();
	EQUAL(page_map(0, p, pid, p, PROT_READ), 0);
	EQUAL(page_unmap(0, p), 0);
	EQUAL(page_alloc(0, p, RW), 0);
	strcpy(p, "new");
	EQUAL(page_map(pid, p, 0, p + PAGE, PROT_READ), 0);
	EQUAL(strcmp(p + PAGE, "kept"), 0);
	EQUAL(query(pid, p, p + PAGE, &run, 1), 1);
	CHECK(run.have & PAGE_PRESENT);
	kill_child(pid);
	EQUAL(strcmp(p + PAGE, "kept"), 0);
}
