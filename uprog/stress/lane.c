/* SPDX-License-Identifier: MIT */
/* lane.c: what a member does with the pages that are its own, while others fork them. */
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <yoke.h>
#include "stress.h"

void remap(char *p, int n, int prot, int flags, int fd)
{
	MUST(mmap(p, (size_t)n * PAGE, prot, MAP_FIXED | flags, fd, 0) == p);
}

static void lane_private(struct member *m)
{
	remap(lane(m), LANE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
}

static void stamp(struct member *m, char *p, int n)
{
	for (int i = 0; i < n; i++)
		*(volatile unsigned *)(p + i * PAGE + 8) = m->seed + i;
}

static void check_stamp(unsigned seed, const char *p, int n)
{
	for (int i = 0; i < n; i++)
		MUST(*(const volatile unsigned *)(p + i * PAGE + 8) == seed + i);
}

/* Unmapped and mapped again, all is zero; rights go and come, and what was written stays. */
void lane_anew(struct member *m)
{
	char *p = lane(m);
	unsigned seed;

	if (rnd(&m->seed, 2))
		MUST(munmap(p + PAGE, 2 * PAGE) == 0);
	remap(p, LANE, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | (rnd(&m->seed, 3) ? MAP_PRIVATE : MAP_SHARED), -1);
	for (int i = 0; i < LANE; i++)
		MUST(*(volatile unsigned *)(p + i * PAGE + 8) == 0);
	seed = m->seed;
	stamp(m, p, LANE);
	MUST(mprotect(p, LANE * PAGE, PROT_READ) == 0);
	check_stamp(seed, p, LANE);
	MUST(mprotect(p + PAGE, PAGE, PROT_NONE) == 0);
	MUST(mprotect(p, LANE * PAGE, PROT_READ | PROT_WRITE) == 0);
	check_stamp(seed, p, LANE);
	stamp(m, p, LANE);
}

/* A file's page: what is written stays here. */
void lane_of_file(struct member *m)
{
	static const char magic[4] = "\177ELF";
	char *p = lane(m);
	int fd = open("/bin/true", O_RDONLY);

	MUST(fd >= 0);
	remap(p, 1, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd);
	MUST(memcmp(p, magic, 4) == 0);
	memset(p, 0x55, PAGE);
	remap(p + PAGE, 1, PROT_READ, MAP_PRIVATE, fd);
	MUST(memcmp(p + PAGE, magic, 4) == 0 && p[PAGE - 1] == 0x55);
	close(fd);
	lane_private(m);
}

/* What a program that forks by itself manages neither moves nor is shared so. */
static bool program_forks(void)
{
	return forkmode(FORK_DEFAULT) == FORK_UPCALL;
}

/*
 * Longer, and so elsewhere if another's lane is next: what was written comes along, and is nowhere else.  A lane's first
 * page stays, lest the one before goes on into it meanwhile.
 */
void lane_moved(struct member *m)
{
	enum { MOVED = LANE - 1, LONGER = 2 * LANE };
	int n = 1 + (int)rnd(&m->seed, MOVED);
	char *p = lane(m) + PAGE, *q;

	if (program_forks())
		return;
	lane_private(m);
	stamp(m, p, n);
	q = mremap(p, MOVED * PAGE, LONGER * PAGE, MREMAP_MAYMOVE);
	MUST(q != MAP_FAILED);
	MUST(q == p || pipe((int *)p) < 0);
	check_stamp(m->seed, q, n);
	for (int i = n; i < LONGER; i++)
		MUST(*(volatile unsigned *)(q + i * PAGE + 8) == 0);
	stamp(m, q, LONGER);
	MUST(mremap(q, LONGER * PAGE, MOVED * PAGE, 0) == q);
	check_stamp(m->seed, q, MOVED);
	MUST(munmap(q, MOVED * PAGE) == 0);
	lane_private(m);
}

/* Some pages, which an earlier child has too, become shared: a later one writes them for us, and nobody else's. */
void lane_shared(struct member *m)
{
	int first = (int)rnd(&m->seed, LANE), n = 1 + (int)rnd(&m->seed, LANE - first), end = first + n;
	unsigned was = m->seed;
	pid_t before, after;
	char *p = lane(m);

	if (program_forks())
		return;
	lane_private(m);
	stamp(m, p, LANE);
	if ((before = fork_any(&m->seed)) == 0) {
		yield();
		check_stamp(was, p, LANE);
		_exit(0);
	}
	MUST(before > 0 && minherit(p + first * PAGE, n * PAGE, INHERIT_SHARE) == 0);
	if ((after = fork_any(&m->seed)) == 0) {
		check_stamp(was, p, LANE);
		m->seed = ~was;
		stamp(m, p, LANE);
		_exit(0);
	}
	MUST(after > 0);
	reap(after);
	check_stamp(was, p, first);
	check_stamp(~was + first, p + first * PAGE, n);
	check_stamp(was + end, p + end * PAGE, LANE - end);
	reap(before);
	lane_private(m);
}
