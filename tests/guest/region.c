/* SPDX-License-Identifier: MIT */
/* region.c: madvise, and very many regions. */
#include <errno.h>
#include <fcntl.h>
#include "pages.h"
#include "test.h"

enum { N = 24, RW = PROT_READ | PROT_WRITE };

static void zeros(const char *p, int n)
{
	for (int i = 0; i < n * PAGE; i++)
		EQUAL(p[i], 0);
}

/* A file of n pages, each byte of page i 'a' + i. */
static int file(const char *name, int n)
{
	static char page[PAGE];
	int fd = open(name, O_RDWR | O_CREAT | O_TRUNC);

	CHECK(fd >= 0);
	for (int i = 0; i < n; i++) {
		memset(page, 'a' + i, PAGE);
		EQUAL(write(fd, page, PAGE), PAGE);
	}
	return fd;
}

/* ---- madvise ---- */

TEST(dontneed, "region: madvise(DONTNEED) gives zeros, a file's bytes, or shared memory as it is")
{
	char *zero = pages(N), *shared = pages_prot(N, RW, MAP_SHARED), *mapped;
	int fd = file("/dontneed", 4);

	mapped = mmap(NULL, 4 * PAGE, RW, MAP_PRIVATE, fd, 0);
	CHECK(mapped != MAP_FAILED);
	fill(zero, N, 1);
	fill(shared, N, 1);
	fill(mapped, 4, 1);
	CHECK(madvise(zero + PAGE, (N - 2) * PAGE, MADV_DONTNEED) == 0);
	CHECK(madvise(shared, N * PAGE, MADV_DONTNEED) == 0 && madvise(mapped, 4 * PAGE, MADV_DONTNEED) == 0);
	zeros(zero + PAGE, N - 2);
	EQUAL(zero[0], 1);
	EQUAL(zero[(N - 1) * PAGE], N);
	holds(shared, N, 1);
	holds(mapped, 4, 'a');
	fill(mapped, 4, 7);
	holds(mapped, 4, 7);
	CHECK(munmap(mapped, 4 * PAGE) == 0 && close(fd) == 0 && unlink("/dontneed") == 0);
}

TEST(dontneed_fork, "region: what a child gives up the parent keeps, and the reverse, by every strategy")
{
	for (int s = 0; each_strategy(&s); s++) {
		char *p = pages(N);
		int status;
		pid_t pid;

		fill(p, N, 3);
		if ((pid = rfork(s)) == 0) {
			CHECK(madvise(p + PAGE, (N / 2) * PAGE, MADV_DONTNEED) == 0);
			zeros(p + PAGE, N / 2);
			holds(p + (N / 2 + 1) * PAGE, N / 2 - 1, 3 + N / 2 + 1);
			fill(p, N, 50);
			_exit(0);
		}
		CHECK(madvise(p + (N / 2) * PAGE, (N / 2) * PAGE, MADV_DONTNEED) == 0);
		CHECK(waitpid(pid, &status, 0) == pid && status == 0);
		holds(p, N / 2, 3);
		zeros(p + (N / 2) * PAGE, N / 2);
		CHECK(munmap(p, N * PAGE) == 0);
	}
}

TEST(madvise_refuses, "region: madvise of a hole or with nonsense is an error, and changes nothing")
{
	char *p = pages(3);

	fill(p, 3, 1);
	CHECK(munmap(p + PAGE, PAGE) == 0);
	CHECK(madvise(p, 3 * PAGE, MADV_DONTNEED) == -1 && errno == ENOMEM);
	CHECK(madvise(p, 3 * PAGE, MADV_WILLNEED) == -1 && errno == ENOMEM);
	CHECK(madvise(p, PAGE, 99) == -1 && errno == EINVAL);
	CHECK(madvise(p + 1, PAGE, MADV_DONTNEED) == -1 && errno == EINVAL);
	CHECK(madvise(p, (size_t)-PAGE, MADV_DONTNEED) == -1 && errno == EINVAL);
	CHECK(madvise(p, PAGE, MADV_SEQUENTIAL) == 0);
	EQUAL(p[0], 1);
	EQUAL(p[2 * PAGE], 3);
}

static void give_up(void *arg)
{
	char *p = arg;

	CHECK(madvise(p + PAGE, (N - 2) * PAGE, MADV_DONTNEED) == 0 || errno == ENOMEM);
	if (p[PAGE])
		holds(p, N, 9);
	else
		zeros(p + PAGE, N - 2);
	EQUAL(p[0], 9);
}

TEST(dontneed_oom, "region: madvise(DONTNEED) without memory gives up all or nothing (H35)")
{
	char *p = pages(N);

	kernel_forks();
	fill(p, N, 9);
	CHECK(fail_each(give_up, p) >= 1);
	holds(p, N, 9);
}

/* ---- very many ---- */

enum { FEW = 100, MANY = 10000, TIMES = 16 };

/* Regions of one page, none like its neighbour, up to n. */
static void grow(char *p, int from, int to)
{
	for (int i = from; i < to; i++)
		CHECK(mmap(p + i * PAGE, PAGE, i % 2 ? PROT_READ : RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == p + i * PAGE);
}

/* What a mapping somewhere, a change of one page amid them all, and what takes both back cost. */
static uint64_t cost(char *p, int n)
{
	char *middle = p + (n / 2 | 1) * PAGE;
	uint64_t begin = cycles();

	for (int i = 0; i < TIMES; i++) {
		char *one = mmap(NULL, 2 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		CHECK(one != MAP_FAILED && mprotect(middle, PAGE, PROT_NONE) == 0);
		CHECK(mprotect(middle, PAGE, PROT_READ) == 0 && madvise(middle, PAGE, MADV_DONTNEED) == 0);
		CHECK(munmap(one, 2 * PAGE) == 0);
	}
	return (cycles() - begin) / TIMES;
}

/* Broken by a search through the regions one by one: of mmap for a hole, say. */
TEST(many_regions, "region: with 10,000 regions an operation costs little more than with 100")
{
	struct mem_info m;
	uint64_t few, many;
	char *p;

	kernel_forks();
	meminfo(&m);
	if (m.free < 2000)
		test_skip("memory is too small");
	p = mmap(NULL, MANY * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(p != MAP_FAILED && munmap(p, MANY * PAGE) == 0);
	grow(p, 0, FEW);
	cost(p, FEW);
	few = cost(p, FEW);
	grow(p, FEW, MANY);
	cost(p, MANY);
	many = cost(p, MANY);
	printf("# with %d regions %llu, with %d %llu\n", FEW, (unsigned long long)few, MANY, (unsigned long long)many);
	CHECK(munmap(p, MANY * PAGE) == 0);
	if (sys.cpus > 1 || few == 0)
		return;				/* what is not counted is not compared */
	CHECK(many < 3 * few);
}
