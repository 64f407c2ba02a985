/* SPDX-License-Identifier: MIT */
/* oom.c: every allocation refused once, in every operation (H10, H11, H35). */
#include "test.h"

static void fork_once(void *arg)
{
	struct wait_info w;
	pid_t pid = rfork(*(int *)arg);

	if (pid == 0)
		_exit(0);
	if (pid > 0)
		CHECK(waitinfo(pid, &w, 0) == pid);
}

TEST(fork_fails, "oom: fork refused at its n-th allocation, for every n, by every strategy (H10)")
{
	char *p = pages(40);

	memset(p, 1, 40 * PAGE);
	for (int s = 0; each_strategy(&s); s++) {
		unsigned n = fail_each(fork_once, &s);

		CHECK(n >= 3);				/* fork does allocate */
		for (int i = 0; i < 40 * PAGE; i += PAGE)
			EQUAL(p[i], 1);
	}
}

static void break_cow(void *arg)
{
	char *p = arg;

	for (int i = 0; i < 4; i++)
		p[i * PAGE] = 2;
}

TEST(cow_fails, "oom: refused in a COW fault, the faulter ends with the address, nobody else (H11)")
{
	char *p = pages(4);

	memset(p, 1, 4 * PAGE);
	for (int s = 0; each_strategy(&s); s++) {
		if (s == FORK_EAGER)
			continue;
		forkmode(s);
		CHECK(fail_each(break_cow, p) >= 4);
		for (int i = 0; i < 4 * PAGE; i += PAGE)
			EQUAL(p[i], 1);
	}
}

static void refuse_and_touch(void *arg)
{
	failalloc_alone(1);
	*(volatile char *)arg = 1;
}

TEST(zero_fails, "oom: refused in a zero-fill fault, the report says where (H11)")
{
	char *p = pages(4) + PAGE;
	struct wait_info w = in_child(FORK_DEFAULT, refuse_and_touch, p);

	failalloc(0);
	EQUAL(w.how, END_NOMEM);
	EQUAL(w.va, (uintptr_t)p);
}

static char *area;

static void unmap_middle(void *arg)
{
	char *p = arg;

	if (munmap(p + 4 * PAGE, 4 * PAGE) == -1)
		for (int i = 0; i < 16; i++)
			EQUAL(p[i * PAGE], 1);		/* all still there */
}

TEST(munmap_fails, "oom: munmap refused half way has lost nothing (H35)")
{
	area = pages(16);
	memset(area, 1, 16 * PAGE);
	for (int s = 0; each_strategy(&s); s++) {
		forkmode(s);
		CHECK(fail_each(unmap_middle, area) >= 1);
	}
}

static void protect_middle(void *arg)
{
	char *p = arg;

	if (mprotect(p + 4 * PAGE, 4 * PAGE, PROT_NONE) == -1) {
		failalloc(0);
		for (int i = 0; i < 16; i++) {
			EQUAL(p[i * PAGE], 1);
			p[i * PAGE] = 2;		/* and writable */
		}
		exit(REFUSED);
	}
}

TEST(mprotect_fails, "oom: mprotect to PROT_NONE refused half way has changed nothing (H35)")
{
	area = pages(16);
	memset(area, 1, 16 * PAGE);
	for (int s = 0; each_strategy(&s); s++) {
		forkmode(s);
		CHECK(fail_each(protect_middle, area) >= 1);
	}
}

/* A refusal returns here, the old program whole. */
_Noreturn static void exec_true(char **argv, char **envp)
{
	execve("/bin/true", argv, envp);
	failalloc(0);
	exit(REFUSED);
}

static void exec_each(char **argv, char **envp)
{
	for (unsigned n = 1; n < 200; n++) {
		struct wait_info w;
		pid_t pid = fork();

		if (pid == 0) {
			failalloc_alone(n);
			exec_true(argv, envp);
		}
		CHECK(pid > 0 && waitinfo(pid, &w, 0) == pid);
		if (failalloc(0) > 0) {			/* never reached: exec needs fewer than n */
			EQUAL(w.how, END_EXIT);
			EQUAL(w.code, 0);
			CHECK(n > 3);
			return;
		}
		CHECK(w.how == END_NOMEM || w.how == END_EXIT);
		EQUAL(audit(), 0);
	}
	test_fail(__FILE__, __LINE__, "exec needs 200 allocations");
}

TEST(exec_fails, "oom: exec refused at every allocation, with one word and with sixty: the old program runs on, or the new one ends")
{
	char *one[] = { "true", 0 }, *many[61] = { 0 }, *envp[] = { "HOME=/", "WORD=more words", 0 };

	exec_each(one, NULL);
	for (int i = 0; i < 60; i++)
		many[i] = "a word of thirty bytes, or so";
	exec_each(many, envp);
}

static void make_pipe(void *arg)
{
	int fd[2];

	(void)arg;
	if (pipe(fd) == 0) {
		close(fd[0]);
		close(fd[1]);
	}
}

TEST(pipe_fails, "oom: pipe refused at every allocation leaks nothing")
{
	CHECK(fail_each(make_pipe, 0) >= 1);
}

static void map_and_touch(void *arg)
{
	char *p = mmap(0, 4 * PAGE, PROT_READ | PROT_WRITE, *(int *)arg | MAP_ANONYMOUS, -1, 0);

	if (p != MAP_FAILED)
		memset(p, 1, 4 * PAGE);
}

TEST(mmap_fails, "oom: mmap and first touch, private and shared, refused at every allocation")
{
	int flags[] = { MAP_PRIVATE, MAP_SHARED };

	for (int i = 0; i < 2; i++)
		CHECK(fail_each(map_and_touch, &flags[i]) >= 4);
}

/* ---- the real thing: no memory left at all ---- */

static void eat(void *arg)
{
	(void)arg;
	for (;;) {
		char *p = mmap(0, 256 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (p == MAP_FAILED)
			exit(3);
		for (int i = 0; i < 256; i++)
			p[i * PAGE] = 1;
	}
}

TEST(exhausted, "oom: a process that eats all memory ends; the machine goes on")
{
	struct wait_info w = in_child(FORK_DEFAULT, eat, 0);

	CHECK(w.how == END_NOMEM || (w.how == END_EXIT && w.code == 3));
	child_passes(FORK_DEFAULT, map_and_touch, &(int){ MAP_PRIVATE });
}

TEST(fork_exhausted, "oom: eager fork of more than half of memory fails with an error")
{
	struct mem_info m;
	size_t n;
	char *p;
	pid_t pid;

	kernel_forks();
	CHECK(meminfo(&m) == 0);
	n = m.free / 2 + m.free / 16;
	p = pages(n);
	for (size_t i = 0; i < n; i++)
		p[i * PAGE] = 1;
	pid = rfork(FORK_EAGER);
	if (pid == 0)
		_exit(0);
	EQUAL(pid, -1);
	EQUAL(audit(), 0);
	p[0] = 2;
	child_passes(FORK_TABLE, map_and_touch, &(int){ MAP_PRIVATE });
}
