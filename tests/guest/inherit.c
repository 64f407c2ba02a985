/* SPDX-License-Identifier: MIT */
/* inherit.c: minherit's four modes, and private memory that turns into shared memory (H18, H39). */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include "test.h"

enum { N = 32, MODES = 4, RW = PROT_READ | PROT_WRITE };

/* Pages whose mode goes round; of each eight the first four are touched, the others lazy. */
static int mode(int i) { return i % MODES; }
static bool touched(int i) { return i % (2 * MODES) < MODES; }

static char *modes(void)
{
	char *p = pages(N);

	for (int i = 0; i < N; i++)
		if (touched(i))
			p[i * PAGE] = (char)(1 + i);
	for (int i = 0; i < N; i++)
		CHECK(minherit(p + i * PAGE, PAGE, mode(i)) == 0);
	return p;
}

static void load(void *p) { (void)*(volatile char *)p; }

/* What a child finds, and changes. */
static void child(char *p, char add)
{
	for (int i = 0; i < N; i++) {
		char *at = p + i * PAGE;

		if (mode(i) == INHERIT_NONE)
			continue;
		EQUAL(*at, mode(i) == INHERIT_ZERO || !touched(i) ? 0 : 1 + i);
		*at = (char)(add + i);
	}
	CHECK(in_child(FORK_DEFAULT, load, p + INHERIT_NONE * PAGE).how == END_FAULT);
}

TEST(inherit_all, "minherit: copy, share, none and zero side by side, touched and lazy, by every strategy")
{
	for (int s = 0; each_strategy(&s); s++) {
		char *p = modes();
		int status;
		pid_t pid;

		if ((pid = rfork(s)) == 0) {
			child(p, 60);
			_exit(0);
		}
		CHECK(waitpid(pid, &status, 0) == pid && status == 0);
		for (int i = 0; i < N; i++)
			EQUAL(p[i * PAGE], mode(i) == INHERIT_SHARE ? 60 + i : touched(i) ? 1 + i : 0);
		CHECK(munmap(p, N * PAGE) == 0);
	}
}

/* What grandparent, parent and child hold of a page that was the grandparent's. */
static void grandchild(char *p)
{
	EQUAL(p[0] + p[PAGE] + p[2 * PAGE], 11 + 22 + 0);
	p[PAGE] = 23;
	p[2 * PAGE] = 33;
	p[3 * PAGE] = 43;
}

TEST(inherit_grandparent, "minherit: shared from a COW page on; the grandparent sees nothing of it (H39)")
{
	kernel_forks();
	for (int s = 0; each_strategy(&s); s++) {
		char *p = pages(4);
		int status;
		pid_t pid, kid;

		p[0] = 11;
		p[PAGE] = 12;
		if ((pid = rfork(s)) == 0) {
			p[PAGE] = 22;
			CHECK(minherit(p, 4 * PAGE, INHERIT_SHARE) == 0);
			if ((kid = rfork(s)) == 0) {
				grandchild(p);
				_exit(0);
			}
			CHECK(waitpid(kid, &status, 0) == kid && status == 0);
			EQUAL(p[0] + p[PAGE] + p[2 * PAGE] + p[3 * PAGE], 11 + 23 + 33 + 43);
			p[0] = 99;
			_exit(0);
		}
		CHECK(waitpid(pid, &status, 0) == pid && status == 0);
		EQUAL(p[0] + p[PAGE] + p[2 * PAGE] + p[3 * PAGE], 11 + 12);
		CHECK(munmap(p, 4 * PAGE) == 0);
	}
}

TEST(inherit_file, "minherit: a file's private mapping turns into shared memory, the file stays")
{
	int fd = open("/inherit", O_RDWR | O_CREAT | O_TRUNC), status;
	static char page[PAGE];
	char *p;
	pid_t pid;

	CHECK(fd >= 0 && unlink("/inherit") == 0);
	for (int i = 0; i < 3; i++) {
		memset(page, 'a' + i, PAGE);
		EQUAL(write(fd, page, PAGE), PAGE);
	}
	p = mmap(NULL, 3 * PAGE, RW, MAP_PRIVATE, fd, 0);
	CHECK(p != MAP_FAILED && p[0] == 'a');
	p[PAGE] = 'x';
	CHECK(minherit(p, 3 * PAGE, INHERIT_SHARE) == 0);
	if ((pid = fork()) == 0) {
		EQUAL(p[0] + p[PAGE] + p[PAGE + 1] + p[2 * PAGE], 'a' + 'x' + 'b' + 'c');
		p[0] = p[2 * PAGE] = 'y';
		_exit(0);
	}
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	EQUAL(p[0] + p[2 * PAGE], 'y' + 'y');
	CHECK(lseek(fd, 0, SEEK_SET) == 0 && read(fd, page, 1) == 1 && page[0] == 'a' && close(fd) == 0);
}

TEST(inherit_refuses, "minherit: shared memory is shared or not inherited; a stack is not shared")
{
	char *p = pages(2), here;

	CHECK(minherit(p, 2 * PAGE, INHERIT_SHARE) == 0 && minherit(p, PAGE, INHERIT_NONE) == 0);
	CHECK(minherit(p, PAGE, INHERIT_SHARE) == 0);
	CHECK(minherit(p, PAGE, INHERIT_COPY) < 0 && errno == EINVAL);
	CHECK(minherit(p, PAGE, INHERIT_ZERO) < 0 && errno == EINVAL);
	CHECK(minherit((void *)((uintptr_t)&here & -PAGE), PAGE, INHERIT_SHARE) < 0 && errno == EINVAL);
}

static void turn(void *arg)
{
	char *p = arg;
	bool turned = minherit(p, N * PAGE, INHERIT_SHARE) == 0;

	CHECK(turned || errno == ENOMEM);
	for (int i = 0; i < N; i++)
		EQUAL(p[i * PAGE], i % 2 ? 5 : 0);
}

TEST(inherit_oom, "minherit: turned into shared memory or not, whichever allocation is refused (H35)")
{
	char *p = pages(N);

	kernel_forks();
	for (int i = 1; i < N; i += 2)
		p[i * PAGE] = 5;
	CHECK(fail_each(turn, p) >= 5);
	for (int i = 0; i < N; i++)
		EQUAL(p[i * PAGE], i % 2 ? 5 : 0);
}
