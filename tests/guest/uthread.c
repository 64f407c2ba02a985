/* SPDX-License-Identifier: MIT */
/* uthread.c: threads that the program schedules, on timer, block and unblock upcalls. */
#include <errno.h>
#include <uthread.h>
#include "test.h"

enum { THREADS = 4, ROUNDS = 1000, SLICE = 10 };

static struct umutex mutex;
static struct ucond cond;
static volatile long sum, turns[THREADS];
static volatile int stop;

static int add(void *arg)
{
	for (int i = 0; i < ROUNDS; i++) {
		umutex_lock(&mutex);
		sum = sum + (long)(intptr_t)arg;
		if (i % 50 == 0)
			uthread_yield();		/* with the mutex: the others queue up */
		umutex_unlock(&mutex);
	}
	return (int)(intptr_t)arg;
}

TEST(uthread_mutex, "uthread: four threads add under a mutex; each gives its result")
{
	struct uthread *t[THREADS];

	kernel_forks();
	CHECK(uthread_start(SLICE) == 0);
	for (int i = 0; i < THREADS; i++)
		CHECK((t[i] = uthread_create(add, (void *)(intptr_t)(i + 1))));
	for (int i = 0; i < THREADS; i++)
		EQUAL(uthread_join(t[i]), i + 1);
	EQUAL(sum, ROUNDS * (1 + 2 + 3 + 4));
}

static int compute(void *arg)
{
	int self = (int)(intptr_t)arg;
	volatile long r[8];			/* registers and stack are its own whenever it is interrupted */

	for (int i = 0; i < 8; i++)
		r[i] = self * 100 + i;
	while (!stop) {
		turns[self]++;
		for (int i = 0; i < 8; i++)
			CHECK(r[i] == self * 100 + i);
	}
	return 0;
}

TEST(uthread_preempt, "uthread: threads that only compute take turns, by the timer")
{
	struct uthread *t[THREADS];

	kernel_forks();
	CHECK(uthread_start(SLICE) == 0);
	for (int i = 0; i < THREADS; i++)
		CHECK((t[i] = uthread_create(compute, (void *)(intptr_t)i)));
	for (int i = 0; i < THREADS; i++)
		for (long was = turns[i]; turns[i] < was + 1000; )
			;				/* does not yield, either */
	stop = 1;
	for (int i = 0; i < THREADS; i++)
		EQUAL(uthread_join(t[i]), 0);
}

static int fails_as(void *arg)
{
	int err = (int)(intptr_t)arg;

	for (int i = 0; i < 300; i++) {
		CHECK(err == EBADF ? close(-1) < 0 : unlink("/none") < 0);
		if (i % 3)
			uthread_yield();
		else
			msleep(i % 30 ? 0 : 10);
		EQUAL(errno, err);
	}
	return 0;
}

TEST(uthread_errno, "uthread: each has its own errno, whoever runs in between, and how")
{
	struct uthread *a, *b;

	kernel_forks();
	CHECK(uthread_start(SLICE) == 0);
	CHECK((a = uthread_create(fails_as, (void *)EBADF)) && (b = uthread_create(fails_as, (void *)ENOENT)));
	errno = 77;
	for (int i = 0; i < 100; i++) {
		uthread_yield();
		EQUAL(errno, 77);
	}
	EQUAL(uthread_join(a), 0);
	EQUAL(uthread_join(b), 0);
	EQUAL(errno, 77);
}

static int fd[2];

static int read_pipe(void *arg)
{
	char c;

	(void)arg;
	if (read(fd[0], &c, 1) != 1)
		return -1;
	return c;
}

TEST(uthread_block, "uthread: one sleeps in a pipe read while the others run, and is woken by one of them")
{
	struct uthread *reader, *t;
	long was;

	CHECK(pipe(fd) == 0);
	kernel_forks();
	CHECK(uthread_start(SLICE) == 0);
	CHECK((reader = uthread_create(read_pipe, 0)));
	CHECK((t = uthread_create(compute, 0)));
	for (int round = 0; round < 3; round++)
		for (was = turns[0]; turns[0] < was + 1000; )
			;
	CHECK(write(fd[1], "x", 1) == 1);
	EQUAL(uthread_join(reader), 'x');
	stop = 1;
	EQUAL(uthread_join(t), 0);
}

TEST(uthread_many_blocked, "uthread: all sleep in the kernel at once, each is woken with its own byte")
{
	enum { N = 8 };
	struct uthread *t[N];
	int got = 0;

	CHECK(pipe(fd) == 0);
	kernel_forks();
	CHECK(uthread_start(0) == 0);
	for (int i = 0; i < N; i++)
		CHECK((t[i] = uthread_create(read_pipe, 0)));
	uthread_yield();
	msleep(30);				/* the first thread sleeps, too: none is left to run */
	CHECK(write(fd[1], "\1\2\4\10\20\40\100", 7) == 7);
	msleep(30);
	close(fd[1]);				/* the last one's read ends with nothing */
	for (int i = 0; i < N; i++) {
		int r = uthread_join(t[i]);

		got |= r < 0 ? 128 : r;
	}
	EQUAL(got, 255);
}

static volatile pid_t forked;

static int forks_and_reads(void *arg)
{
	if ((forked = fork()) == 0)
		_exit(23);
	return read_pipe(arg);
}

TEST(uthread_child, "uthread: a child of one thread's is another's to wait for, whatever they run on")
{
	struct uthread *t;
	int status;

	CHECK(pipe(fd) == 0);
	kernel_forks();
	CHECK(uthread_start(SLICE) == 0);
	CHECK((t = uthread_create(forks_and_reads, 0)));
	while (!forked)
		uthread_yield();
	msleep(30);				/* it sleeps in its read, and its activation with it */
	EQUAL(waitpid(forked, &status, 0), forked);
	EQUAL(WEXITSTATUS(status), 23);
	EQUAL(waitpid(-1, 0, 0), -1);
	CHECK(write(fd[1], "y", 1) == 1);
	EQUAL(uthread_join(t), 'y');
}

struct box { volatile int full, value, taken; };

static int produce(void *arg)
{
	struct box *b = arg;

	for (int i = 1; i <= ROUNDS; i++) {
		umutex_lock(&mutex);
		while (b->full)
			ucond_wait(&cond, &mutex);
		b->value = i;
		b->full = 1;
		ucond_broadcast(&cond);
		umutex_unlock(&mutex);
	}
	return 0;
}

static int consume(void *arg)
{
	struct box *b = arg;
	int total = 0;

	umutex_lock(&mutex);
	while (b->taken < ROUNDS) {
		if (b->full) {
			total += b->value;
			b->full = 0;
			b->taken++;
		}
		ucond_broadcast(&cond);
		if (b->taken < ROUNDS)
			ucond_wait(&cond, &mutex);
	}
	umutex_unlock(&mutex);
	return total;
}

TEST(uthread_cond, "uthread: a producer and two consumers by a condition; nothing is lost or taken twice")
{
	struct box b = { 0, 0, 0 };
	struct uthread *p, *c[2];
	int total = 0;

	kernel_forks();
	CHECK(uthread_start(SLICE) == 0);
	CHECK((c[0] = uthread_create(consume, &b)) && (c[1] = uthread_create(consume, &b)));
	CHECK((p = uthread_create(produce, &b)));
	EQUAL(uthread_join(p), 0);
	for (int i = 0; i < 2; i++)
		total += uthread_join(c[i]);
	EQUAL(total, ROUNDS * (ROUNDS + 1) / 2);
}

static int one(void *arg)
{
	return (int)(intptr_t)arg;
}

TEST(uthread_churn, "uthread: 300 threads one after the other, in a bounded number of processes")
{
	struct uthread *t;

	kernel_forks();
	CHECK(uthread_start(SLICE) == 0);
	for (int i = 0; i < 300; i++) {
		CHECK((t = uthread_create(one, (void *)(intptr_t)i)));
		EQUAL(uthread_join(t), i);
	}
}
