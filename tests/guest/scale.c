/* SPDX-License-Identifier: MIT */
/*
 * scale.c: what several CPUs share, while each takes faults in a space of its
 * own, or all in one.  Which locks: where the kernel counts them (yoke test
 * --only locks).
 */
#include <crowd.h>
#include <errno.h>
#include <fcntl.h>
#include "test.h"

enum { PAGES = 256, TRIES = 10 };

static char *parents, *file, *fresh[CROWD_MAX];
static size_t file_pages;

static unsigned cpus(void)
{
	if (sys.cpus_running < 2)
		test_skip("one CPU runs");
	return sys.cpus_running < CROWD_MAX ? sys.cpus_running : CROWD_MAX;
}

static void needs_counts(void)
{
	struct lock_counts n;

	if (locks(LOCKS_ALL, &n) < 0)
		test_skip("this kernel does not count its locks");
}

/* What c costs, once nobody had to change CPUs. */
static struct crowd_cost cost_of(const struct crowd *c)
{
	struct crowd_cost cost;
	int rc, tries = TRIES;

	while ((rc = crowd_run(c, &cost)) < 0 && errno == EAGAIN && tries-- > 0)
		;
	EQUAL(rc, 0);
	EQUAL(cost.ops, (uint64_t)c->workers * c->n);
	return cost;
}

/* No lock of another class was taken by two CPUs; a tick takes its CPU's run queue. */
static void check_shared(const struct crowd_cost *cost, unsigned workers, unsigned allowed)
{
	for (unsigned i = 0; i < LOCK_N; i++) {
		uint64_t most = i == LOCK_RUNQ ? 2 * (cost->ticks + 1) * workers : 0;

		if (allowed >> i & 1 || cost->locks.of[i].shared <= most)
			continue;
		printf("# %s: %llu of %llu were shared\n", lock_names[i], (unsigned long long)cost->locks.of[i].shared,
		       (unsigned long long)cost->locks.of[i].taken);
		CHECK(!"a lock is taken by several CPUs");
	}
}

/* ---- a space each ---- */

static void map_fresh(unsigned worker)
{
	fresh[worker] = pages(PAGES);
}

/* A page filled with zeros, one of a file, one copied that the others hold, too. */
static void three_faults(unsigned worker, unsigned i)
{
	*(volatile char *)(fresh[worker] + i * PAGE) = 1;
	(void)*(volatile char *)(file + i % file_pages * PAGE);
	*(volatile char *)(parents + i * PAGE) = 1;
}

TEST(spaces, "scale: page faults in N spaces take no lock that another CPU takes, but for frames, by the batch")
{
	struct crowd c = { .workers = cpus(), .n = PAGES, .prepare = map_fresh, .work = three_faults };
	struct file_info info;
	struct crowd_cost cost;
	int fd;

	needs_counts();
	CHECK((fd = open("/bin/suite", O_RDONLY)) >= 0 && fileinfo(fd, &info) == 0);
	file_pages = (info.size + PAGE - 1) / PAGE;
	file = mmap(0, file_pages * PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
	CHECK(file != MAP_FAILED && file_pages < PAGES);
	parents = pages(PAGES);
	memset(parents, 1, PAGES * PAGE);
	cost = cost_of(&c);
	CHECK(cost.counts.n[C_ZERO] >= PAGES * c.workers && cost.counts.n[C_FILE] >= file_pages * c.workers);
	CHECK(cost.counts.n[C_COPY] >= PAGES * c.workers || forkmode(FORK_DEFAULT) == FORK_EAGER);
	CHECK(cost.locks.of[LOCK_SPACE].taken >= cost.counts.n[C_FAULT] - 16 * c.workers);
	check_shared(&cost, c.workers, 1 << LOCK_DEPOT);
	CHECK(cost.locks.of[LOCK_DEPOT].taken <= 3 * PAGES * c.workers / 32);
}

/* ---- one space ---- */

static void touch_fresh(unsigned worker, unsigned i)
{
	*(volatile char *)(fresh[worker] + i * PAGE) = 1;
}

TEST(one_space, "scale: page faults of threads share their space's lock alone")
{
	struct crowd c = { .workers = cpus(), .threads = true, .n = PAGES, .prepare = map_fresh, .work = touch_fresh };
	struct crowd_cost cost;

	needs_counts();
	cost = cost_of(&c);
	check_shared(&cost, c.workers, 1 << LOCK_SPACE | 1 << LOCK_DEPOT);
	CHECK(cost.locks.of[LOCK_SPACE].shared > 0);
}

/* ---- interrupts ---- */

/* It says when it has made its last page its own: from then on its space counts nothing. */
static void hold(const int fd[2], int ready)
{
	char c = 0;

	close(fd[1]);
	write(ready, &c, 1);
	_exit(read(fd[0], &c, 1));
}

TEST(gathers, "scale: a gather interrupts each other CPU at most once, and each answers once")
{
	struct crowd c = { .workers = cpus(), .threads = true, .n = PAGES / 8, .work = touch_fresh };
	struct crowd_cost cost;
	struct counts before, after;
	uint64_t ipis;
	char *all = pages(c.workers * c.n);
	int fd[2], ready[2];
	pid_t pid;
	char byte;

	memset(all, 1, c.workers * c.n * PAGE);
	for (unsigned i = 0; i < c.workers; i++)
		fresh[i] = all + i * c.n * PAGE;
	CHECK(pipe(fd) == 0 && pipe(ready) == 0 && (pid = rfork(FORK_PAGE)) >= 0);
	if (pid == 0)
		hold(fd, ready[1]);
	close(fd[0]);
	EQUAL(read(ready[0], &byte, 1), 1);
	counts(getpid(), &before);		/* of this space: others may end at the time, whose counts nobody holds for a moment */
	cost = cost_of(&c);
	counts(getpid(), &after);
	close(fd[1]);
	CHECK(waitpid(pid, 0, 0) == pid);
	for (int i = 0; i < C_SPACE_N; i++)
		after.n[i] -= before.n[i];
	ipis = after.n[C_IPI];
	CHECK(after.n[C_COPY] >= c.workers * c.n);
	CHECK(after.n[C_SHOOT] > 0 && after.n[C_SHOOT] <= after.n[C_INVAL]);
	CHECK(ipis >= after.n[C_SHOOT] && ipis <= after.n[C_SHOOT] * (sys.cpus_running - 1));
	CHECK(cost.counts.n[C_ACK] <= ipis && cost.counts.n[C_ACK] > 0);
	close(ready[0]);
	close(ready[1]);
}
