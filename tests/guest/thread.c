/* SPDX-License-Identifier: MIT */
/* thread.c: processes that share a space, and fork beside them. */
#include <errno.h>
#include <stdatomic.h>
#include <thread.h>
#include "pair.h"
#include "test.h"

enum { THREADS = 4, ROUNDS = 2000 };

static void join(pid_t pid, int want)
{
	int status;

	EQUAL(thread_join(pid, &status), 0);
	CHECK(WIFEXITED(status));
	EQUAL(WEXITSTATUS(status), want);
}

static int store(void *arg)
{
	*(volatile int *)arg = 5;
	return 9;
}

TEST(shares, "thread: memory is shared, the status comes back, a thread is joined once")
{
	volatile int x = 1;
	pid_t pid = thread_create(store, (void *)&x);

	CHECK(pid > 0);
	join(pid, 9);
	EQUAL(x, 5);
	EQUAL(thread_join(pid, 0), -1);
}

/* ---- errno ---- */

static _Atomic int spoiling;

/* Fails as its argument says, again and again. */
static int fails_as(void *arg)
{
	int err = (int)(intptr_t)arg;

	spoiling++;
	for (int i = 0; i < ROUNDS; i++) {
		CHECK(err == EBADF ? close(-1) < 0 : unlink("/none") < 0);
		if (i % 16 == 0)
			yield();
		EQUAL(errno, err);
	}
	return 3;
}

TEST(errno_each, "thread: each has its own errno")
{
	pid_t a, b;

	errno = 77;
	a = thread_create(fails_as, (void *)EBADF);
	b = thread_create(fails_as, (void *)ENOENT);
	CHECK(a > 0 && b > 0);
	for (int i = 0; i < ROUNDS || spoiling < 2; i++) {
		EQUAL(errno, 77);
		if (i % 16 == 0)
			yield();
	}
	join(a, 3);
	join(b, 3);
	EQUAL(errno, 77);
	CHECK(thread_join(a, 0) == -1 && errno == ESRCH);
}

/* ---- the mutex ---- */

static struct mutex mutex;
static volatile long sum;

static int add(void *arg)
{
	for (int i = 0; i < ROUNDS; i++) {
		mutex_lock(&mutex);
		sum = sum + (long)(intptr_t)arg;
		mutex_unlock(&mutex);
	}
	return 0;
}

TEST(mutual, "thread: four threads add under a mutex, and no addition is lost")
{
	pid_t pid[THREADS];

	sum = 0;
	for (int i = 0; i < THREADS; i++)
		CHECK((pid[i] = thread_create(add, (void *)(intptr_t)(i + 1))) > 0);
	for (int i = 0; i < THREADS; i++)
		join(pid[i], 0);
	EQUAL(sum, ROUNDS * (1 + 2 + 3 + 4));
}

static _Atomic uint32_t flag;

static int sleeper(void *arg)
{
	(void)arg;
	while (flag == 0)
		futex_wait(&flag, 0);
	return flag;
}

TEST(futex, "thread: a futex sleeps until it is woken, and not if its word has changed")
{
	pid_t pid[THREADS];

	flag = 0;
	for (int i = 0; i < THREADS; i++)
		CHECK((pid[i] = thread_create(sleeper, 0)) > 0);
	msleep(20);
	flag = 7;
	EQUAL(futex_wake(&flag), 0);
	for (int i = 0; i < THREADS; i++)
		join(pid[i], 7);
	EQUAL(futex_wait(&flag, 6), -1);
	EQUAL(futex_wait((void *)((uintptr_t)&flag + 1), 7), -1);
	EQUAL(futex_wait((void *)(uintptr_t)sys.user_top, 7), -1);
}

/* ---- fork beside threads ---- */

TEST(snapshot_threads, "thread: fork beside a writing thread is a snapshot, by every strategy (H6, H7, H42)")
{
	struct pair *p = (void *)pages(2);
	pid_t pid = thread_create(count_up, p);

	CHECK(pid > 0);
	for (int round = 0; round < 5; round++)
		for (int s = 0; each_strategy(&s); s++)
			child_passes(s, look, p);
	p->stop = 1;
	join(pid, 0);
	EQUAL(p->x, p->y);
}

static int fault_in(void *arg)
{
	char *p = arg;

	for (int i = 0; i < 200; i++)
		p[i * PAGE] += 1;
	return 0;
}

static void all_same(void *arg)
{
	char *p = arg;

	for (int i = 0; i < 200; i++)
		CHECK(p[i * PAGE] >= 0 && p[i * PAGE] <= THREADS);
	memset(p, 9, 200 * PAGE);
}

TEST(fault_fork, "thread: threads fault in one region while it is forked (H7)")
{
	for (int s = 0; each_strategy(&s); s++) {
		pid_t pid[THREADS];
		char *p = pages(200);

		for (int i = 0; i < THREADS; i++)
			CHECK((pid[i] = thread_create(fault_in, p)) > 0);
		child_passes(s, all_same, p);
		for (int i = 0; i < THREADS; i++)
			join(pid[i], 0);
		for (int i = 0; i < 200; i++)
			CHECK(p[i * PAGE] >= 1 && p[i * PAGE] <= THREADS);
		CHECK(munmap(p, 200 * PAGE) == 0);
	}
}

static int map_and_unmap(void *arg)
{
	(void)arg;
	for (int i = 0; i < 50; i++) {
		char *p = pages(8);

		memset(p, i, 8 * PAGE);
		EQUAL(p[7 * PAGE], i);
		CHECK(munmap(p + 2 * PAGE, 3 * PAGE) == 0);
		EQUAL(p[5 * PAGE], i);
		CHECK(munmap(p, 8 * PAGE) == 0);
	}
	return 0;
}

TEST(munmap_fork, "thread: threads map and unmap while the space is forked")
{
	pid_t pid[THREADS];

	for (int i = 0; i < THREADS; i++)
		CHECK((pid[i] = thread_create(map_and_unmap, 0)) > 0);
	for (int round = 0; round < 4; round++)
		for (int s = 0; each_strategy(&s); s++) {
			pid_t child = rfork(s);

			if (child == 0)
				_exit(map_and_unmap(0));
			CHECK(child > 0 && waitpid(child, 0, 0) == child);
		}
	for (int i = 0; i < THREADS; i++)
		join(pid[i], 0);
}

/* ---- ends ---- */

static int crash(void *arg)
{
	(void)arg;
	*(volatile int *)8 = 1;
	return 0;
}

TEST(thread_dies, "thread: a fault ends the thread; the others go on")
{
	struct wait_info w;
	pid_t pid = thread_create(crash, 0);

	CHECK(pid > 0 && waitinfo(pid, &w, 0) == pid);
	EQUAL(w.how, END_FAULT);
	EQUAL(w.va, 8);
}

static int outlive(void *arg)
{
	int *fd = arg;

	msleep(50);
	write(fd[1], "x", 1);
	return 0;
}

TEST(main_dies, "thread: one outlives the process that made it, with the memory they shared")
{
	static int fd[2];
	char c;
	pid_t pid;

	CHECK(pipe(fd) == 0);
	if ((pid = fork()) == 0) {
		CHECK(thread_create(outlive, fd) > 0);
		_exit(0);
	}
	CHECK(waitpid(pid, 0, 0) == pid);
	close(fd[1]);
	EQUAL(read(fd[0], &c, 1), 1);
	EQUAL(read(fd[0], &c, 1), 0);
}

static int run_true(void *arg)
{
	char *argv[] = { "false", 0 };

	(void)arg;
	execv("/bin/false", argv);
	return 77;
}

TEST(exec_thread, "thread: exec in a thread replaces that thread only")
{
	pid_t pid = thread_create(run_true, 0);

	CHECK(pid > 0);
	join(pid, 1);
}

TEST(bad_thread, "thread: a wild start or stack ends that thread only")
{
	long syscall(long, ...);
	struct wait_info w;
	long pid = syscall(38L, 0x10000000L, (long)sys.user_top, 0L, 0L, 0L, 0L);

	CHECK(pid > 0);
	CHECK(waitinfo(pid, &w, 0) == pid);
	EQUAL(w.how, END_FAULT);
	EQUAL(w.va, 0x10000000);
}
