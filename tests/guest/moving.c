/* SPDX-License-Identifier: MIT */
/*
 * moving.c: buffers that change while the kernel copies: another thread takes
 * their rights, or themselves, away and gives them back.  No byte of a stream
 * is lost or comes twice, and no result is given away that nobody got.
 */
#include <errno.h>
#include <fcntl.h>
#include <thread.h>
#include "test.h"

enum { RW = PROT_READ | PROT_WRITE, PERIOD = 251, TOTAL = 12000, MOST = 90 };

static char *area;			/* two pages; buffers lie astride */
static volatile int stop;

static int loses_rights(void *arg)
{
	int less = *(int *)arg;

	for (unsigned n = 0; !stop; n++) {
		CHECK(mprotect(area + n % 2 * PAGE, PAGE, less) == 0);
		if (n % 4 == 0)
			yield();
		CHECK(mprotect(area, 2 * PAGE, RW) == 0);
		if (n % 3 == 0)
			yield();
	}
	return 0;
}

static int goes_away(void *arg)
{
	(void)arg;
	for (unsigned n = 0; !stop; n++) {
		CHECK(munmap(area + n % 2 * PAGE, PAGE) == 0);
		if (n % 4 == 0)
			yield();
		CHECK(mmap(area, 2 * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == area);
		if (n % 3 == 0)
			yield();
	}
	return 0;
}

static pid_t begin(int (*fn)(void *), void *arg)
{
	pid_t pid;

	stop = 0;
	pid = thread_create(fn, arg);
	CHECK(pid > 0);
	return pid;
}

static void end(pid_t pid)
{
	int status;

	stop = 1;
	EQUAL(thread_join(pid, &status), 0);
	EQUAL(status, 0);
}

/* A call failed, as it may: the other shall get on, even where ticks are rare. */
static void failed(ssize_t k)
{
	CHECK(k == -1 && errno == EFAULT);
	yield();
}

/* The n-th byte of the stream. */
static char byte(unsigned n) { return n % PERIOD; }

/* Writes the stream in pieces of all sizes. */
static void feed(int fd)
{
	char out[MOST];

	for (unsigned n = 0, k; n < TOTAL; n += k) {
		k = 1 + n % MOST < TOTAL - n ? 1 + n % MOST : TOTAL - n;
		for (unsigned i = 0; i < k; i++)
			out[i] = byte(n + i);
		if (write(fd, out, k) != (ssize_t)k)
			_exit(1);
	}
	_exit(0);
}

static void check(int fd)
{
	char in[MOST];
	unsigned n = 0;
	ssize_t k;

	while ((k = read(fd, in, 1 + n % MOST)) > 0)
		for (ssize_t i = 0; i < k; i++, n++)
			if (in[i] != byte(n))
				_exit(2);
	_exit(k == 0 && n == TOTAL ? 0 : 3);
}

/* A child with the other end of a pipe. */
static pid_t other_end(int fd[2], void (*fn)(int), int end)
{
	pid_t pid;

	CHECK(pipe(fd) == 0);
	if ((pid = fork()) == 0) {
		close(fd[!end]);
		fn(fd[end]);
	}
	CHECK(pid > 0);
	close(fd[end]);
	return pid;
}

TEST(reads_moving, "race: a pipe is read while the buffer turns read-only and back: every byte comes, once (H3, H14)")
{
	int fd[2], status;
	pid_t child = other_end(fd, feed, 1), thread;
	unsigned n = 0;

	area = pages(2);
	thread = begin(loses_rights, &(int){ PROT_READ });
	for (;;) {
		char *to = area + PAGE - n % MOST;
		ssize_t k = read(fd[0], to, 70);

		if (k == 0)
			break;
		if (k < 0)
			failed(k);
		for (ssize_t i = 0; i < k; i++, n++)
			EQUAL(to[i], byte(n));
	}
	end(thread);
	EQUAL(n, TOTAL);
	CHECK(waitpid(child, &status, 0) == child && status == 0);
	close(fd[0]);
}

TEST(writes_moving, "race: a pipe is written while the buffer turns PROT_NONE and back: every byte goes, once (H3, H36)")
{
	int fd[2], status;
	pid_t child = other_end(fd, check, 0), thread;
	char *base;

	area = pages(2);
	base = area + PAGE - PERIOD;
	for (int i = 0; i < 2 * PERIOD; i++)
		base[i] = byte(i);
	thread = begin(loses_rights, &(int){ PROT_NONE });
	for (unsigned n = 0; n < TOTAL; ) {
		unsigned most = 1 + n % MOST < TOTAL - n ? 1 + n % MOST : TOTAL - n;
		ssize_t k = write(fd[1], base + n % PERIOD, most);

		if (k < 0)
			failed(k);
		n += k > 0 ? k : 0;
	}
	end(thread);
	close(fd[1]);
	CHECK(waitpid(child, &status, 0) == child);
	EQUAL(status, 0);
}

/* Who got the report, or made the pipe, does not know: a result that went to a page that is gone by now went there. */
TEST(results_moving, "race: results go to memory that is unmapped and mapped again: given, or -EFAULT and kept (H3, H17)")
{
	struct file_info info;
	int first = dup(0);
	pid_t thread;

	kernel_forks();			/* by itself, a program with threads does not */
	CHECK(first >= 0 && close(first) == 0);
	area = pages(2);
	thread = begin(goes_away, 0);
	for (int i = 0; i < 150; i++) {
		char *to = area + PAGE - 4;
		struct wait_info w;
		pid_t child;

		if (pipe((int *)(void *)to) == 0)
			CHECK(close(first) == 0 && close(first + 1) == 0);
		else
			EQUAL(errno, EFAULT);
		CHECK(fileinfo(0, (void *)to) == 0 || errno == EFAULT);
		if ((child = fork()) == 0)
			_exit(5);
		CHECK(child > 0);
		if (waitinfo(child, (void *)(area + PAGE - 16), 0) < 0) {
			EQUAL(errno, EFAULT);
			EQUAL(waitinfo(child, &w, 0), child);
			EQUAL(w.code, 5);
		}
		EQUAL(waitinfo(child, &w, 0), -1);
	}
	end(thread);
	CHECK(fileinfo(0, &info) == 0 && dup(0) == first);
}

TEST(reads_gone, "race: a pipe is read while the buffer is unmapped and mapped again: as many bytes as came are gone, no more (H17)")
{
	int fd[2], status;
	pid_t child = other_end(fd, feed, 1), thread;
	unsigned n = 0;
	ssize_t k;

	area = pages(2);
	thread = begin(goes_away, 0);
	while ((k = read(fd[0], area + PAGE - n % 70, 70)) != 0) {
		if (k < 0)
			failed(k);
		n += k > 0 ? k : 0;
	}
	end(thread);
	EQUAL(n, TOTAL);
	CHECK(waitpid(child, &status, 0) == child && status == 0);
	close(fd[0]);
}
