/* SPDX-License-Identifier: MIT */
/* remap.c: mremap. */
#include <errno.h>
#include <fcntl.h>
#include <upcall.h>
#include "pages.h"
#include "test.h"

enum { N = 40, RW = PROT_READ | PROT_WRITE, ANON = MAP_PRIVATE | MAP_ANONYMOUS };

static void load(void *p) { (void)*(volatile char *)p; }

/* n pages with another mapping right above, so that they cannot go on where they are. */
static char *hemmed(int n)
{
	char *p = pages((size_t)n + 1);

	CHECK(mprotect(p + n * PAGE, PAGE, PROT_NONE) == 0);
	return p;
}

TEST(remap_in_place, "mremap: grows where it is if there is room, and shrinks")
{
	char *p = pages(N), *q;

	kernel_forks();
	CHECK(munmap(p + 4 * PAGE, (N - 4) * PAGE) == 0);
	fill(p, 4, 1);
	CHECK(mremap(p, 4 * PAGE, 8 * PAGE, 0) == p);
	holds(p, 4, 1);
	holds(p + 7 * PAGE, 1, 0);
	p[7 * PAGE] = 9;
	CHECK(mremap(p, 8 * PAGE, 2 * PAGE, 0) == p);
	holds(p, 2, 1);
	child_faults(load, p + 2 * PAGE, (uintptr_t)p + 2 * PAGE, PROT_READ);
	CHECK(mremap(p, 2 * PAGE, 4 * PAGE - 5, MREMAP_MAYMOVE) == p && p[3 * PAGE] == 0);
	q = hemmed(2);
	fill(q, 2, 5);
	CHECK(mremap(q, 2 * PAGE, 3 * PAGE, 0) == MAP_FAILED && errno == ENOMEM);
	CHECK(mremap(q, 2 * PAGE, 2 * PAGE, 0) == q);
	holds(q, 2, 5);
}

TEST(remap_moves, "mremap: moves pages, copies none, and leaves nothing where they were")
{
	char *p = hemmed(N), *q;
	uint64_t copied;

	fill(p, N, 3);
	copied = count(C_COPY) + count(C_ZERO);
	q = mremap(p, N * PAGE, 2 * N * PAGE, MREMAP_MAYMOVE);
	CHECK(q != MAP_FAILED && q != p);
	EQUAL(count(C_COPY) + count(C_ZERO), copied);
	holds(q, N, 3);
	fill(q, 2 * N, 7);
	holds(q, 2 * N, 7);
	child_faults(load, p, (uintptr_t)p, PROT_READ);
	child_faults(load, p + (N - 1) * PAGE, (uintptr_t)p + (N - 1) * PAGE, PROT_READ);
	CHECK(munmap(q, 2 * N * PAGE) == 0 && munmap(p + N * PAGE, PAGE) == 0);
}

TEST(remap_fork, "mremap: of what fork has shared, in parent and child, by every strategy")
{
	kernel_forks();
	for (int s = 0; each_strategy(&s); s++) {
		char *p = hemmed(N), *q;
		int status;
		pid_t pid;

		fill(p, N, 3);
		if ((pid = rfork(s)) == 0) {
			q = mremap(p, N / 2 * PAGE, N * PAGE, MREMAP_MAYMOVE);
			CHECK(q != MAP_FAILED);
			holds(q, N / 2, 3);
			fill(q, N, 90);
			holds(p + N / 2 * PAGE, N - N / 2, 3 + N / 2);
			_exit(0);
		}
		q = mremap(p + PAGE, 2 * PAGE, 3 * PAGE, MREMAP_MAYMOVE);
		CHECK(q != MAP_FAILED);
		holds(q, 2, 4);
		fill(q, 3, 50);
		CHECK(waitpid(pid, &status, 0) == pid && status == 0);
		holds(q, 3, 50);
		holds(p, 1, 3);
		holds(p + 3 * PAGE, N - 3, 6);
		CHECK(munmap(p, (N + 1) * PAGE) == 0 && munmap(q, 3 * PAGE) == 0);
	}
}

TEST(remap_kinds, "mremap: of shared memory, of a file's private mapping, of several regions")
{
	char *p = pages_prot(4, RW, MAP_SHARED), *q;
	int fd, status;
	static char page[PAGE];
	pid_t pid;

	kernel_forks();
	fd = open("/remap", O_RDWR | O_CREAT | O_TRUNC);
	fill(p, 4, 1);
	CHECK(mmap(p + 3 * PAGE, PAGE, PROT_READ, ANON | MAP_FIXED, -1, 0) == p + 3 * PAGE);
	q = mremap(p, 3 * PAGE, 4 * PAGE, MREMAP_MAYMOVE);
	CHECK(q != MAP_FAILED && q != p);
	if ((pid = fork()) == 0) {
		holds(q, 3, 1);
		q[PAGE] = 77;
		_exit(0);
	}
	CHECK(waitpid(pid, &status, 0) == pid && status == 0 && q[PAGE] == 77);
	CHECK(fd >= 0 && unlink("/remap") == 0);
	for (int i = 0; i < 3; i++) {
		memset(page, 'a' + i, PAGE);
		EQUAL(write(fd, page, PAGE), PAGE);
	}
	q = mmap(NULL, 3 * PAGE, RW, MAP_PRIVATE, fd, 0);
	CHECK(q != MAP_FAILED);
	q[PAGE] = 'x';
	CHECK(mprotect(q + 2 * PAGE, PAGE, PROT_READ) == 0);
	p = mremap(q, 3 * PAGE, 20 * PAGE, MREMAP_MAYMOVE);
	CHECK(p != MAP_FAILED);
	EQUAL(p[0] + p[PAGE] + p[PAGE + 1] + p[2 * PAGE], 'a' + 'x' + 'b' + 'c');
	child_faults(load, p + 3 * PAGE, (uintptr_t)p + 3 * PAGE, PROT_READ);	/* past the file */
	close(fd);
}

TEST(remap_refuses, "mremap: holes, stacks, what the program manages, bad numbers")
{
	char *p = pages(4), here;

	CHECK(munmap(p + PAGE, PAGE) == 0);
	CHECK(mremap(p, 2 * PAGE, 3 * PAGE, MREMAP_MAYMOVE) == MAP_FAILED && errno == EFAULT);
	CHECK(mremap(p + PAGE, PAGE, PAGE, 0) == MAP_FAILED && errno == EFAULT);
	CHECK(mremap(p + 1, PAGE, 2 * PAGE, MREMAP_MAYMOVE) == MAP_FAILED && errno == EINVAL);
	CHECK(mremap(p, PAGE, 0, MREMAP_MAYMOVE) == MAP_FAILED && errno == EINVAL);
	CHECK(mremap(p, 0, PAGE, MREMAP_MAYMOVE) == MAP_FAILED && errno == EINVAL);
	CHECK(mremap(p, PAGE, PAGE, 2) == MAP_FAILED && errno == EINVAL);
	CHECK(mremap(p, PAGE, ~(size_t)0, MREMAP_MAYMOVE) == MAP_FAILED && errno == EINVAL);
	CHECK(mremap((void *)((uintptr_t)&here & -PAGE), PAGE, 2 * PAGE, MREMAP_MAYMOVE) == MAP_FAILED && errno == EINVAL);
	kernel_forks();
	CHECK(manage(p, PAGE) == 0);
	CHECK(mremap(p, PAGE, 2 * PAGE, MREMAP_MAYMOVE) == MAP_FAILED && errno == EINVAL);
}

/* All but the ends, which stay. */
static void go(void *arg)
{
	char *p = arg, *middle = p + PAGE, *q = mremap(middle, (N - 2) * PAGE, N * PAGE, MREMAP_MAYMOVE);

	CHECK(q != MAP_FAILED || errno == ENOMEM);
	holds(q != MAP_FAILED ? q : middle, N - 2, 10);
	EQUAL(p[0], 9);
	EQUAL(p[(N - 1) * PAGE], 9 + N - 1);
}

TEST(remap_oom, "mremap: without memory nothing has moved, whichever allocation is refused (H35)")
{
	char *p = hemmed(N);

	kernel_forks();
	fill(p, N, 9);
	CHECK(fail_each(go, p) >= 2);
	holds(p, N, 9);
}
