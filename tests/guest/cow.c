/* SPDX-License-Identifier: MIT */
/* cow.c: who sees whose writes after a fork. */
#include "test.h"

static int global = 1;
static const char constant[PAGE] = "read-only";

/* ---- H1: a page that is already copy-on-write ---- */

static void grandchild_writes(void *p)
{
	*(int *)p = 3;
	EQUAL(*(int *)p, 3);
}

static void child_forks(void *p)
{
	child_passes(FORK_DEFAULT, grandchild_writes, p);
	EQUAL(*(int *)p, 1);
	*(int *)p = 2;
	child_passes(FORK_DEFAULT, grandchild_writes, p);
	EQUAL(*(int *)p, 2);
}

TEST(chain, "cow: three generations write one page, each its own (H1)")
{
	child_passes(FORK_DEFAULT, child_forks, &global);
	EQUAL(global, 1);
}

struct depth { int *p; int left; };

static void descend(void *arg)
{
	struct depth *d = arg, next = { d->p, d->left - 1 };
	int before = *d->p;

	*d->p = before + 1;
	if (d->left > 0)
		child_passes(d->left % 2 ? FORK_TABLE : FORK_PAGE, descend, &next);
	EQUAL(*d->p, before + 1);
}

TEST(deep_chain, "cow: ten generations, strategies alternating, each adds one (H1)")
{
	struct depth d = { &global, 10 };

	descend(&d);
	EQUAL(global, 2);
}

/* ---- H2: what is read-only stays so ---- */

static void write_constant(void *p)
{
	*(volatile char *)p = 'x';
}

TEST(rodata, "cow: a write to read-only data after fork is a fault at that address (H2)")
{
	volatile char *p = (volatile char *)constant + 100;

	CHECK(*p == 0);
	child_faults(write_constant, (void *)p, (uintptr_t)p, PROT_WRITE);
	CHECK(strcmp(constant, "read-only") == 0);
}

TEST(text, "cow: a write to program text is a fault (H2)")
{
	uintptr_t pc = (uintptr_t)write_constant & ~(uintptr_t)3;

	child_faults(write_constant, (void *)pc, pc, PROT_WRITE);
}

/* ---- isolation, both ways, every strategy, many pages ---- */

enum { MANY = 300 };

static void all_are(char *p, int value)
{
	for (int i = 0; i < MANY; i++)
		EQUAL(p[i * PAGE], (char)(value + i));
}

static void fill(char *p, int value)
{
	for (int i = 0; i < MANY; i++)
		p[i * PAGE] = value + i;
}

static void rewrite(void *p)
{
	all_are(p, 1);
	fill(p, 2);
	all_are(p, 2);
}

TEST(isolation, "cow: a child's writes to 300 pages are its own, by every strategy")
{
	char *p = pages(MANY);

	fill(p, 1);
	for (int s = 0; each_strategy(&s); s++) {
		child_passes(s, rewrite, p);
		all_are(p, 1);
	}
}

TEST(snapshot, "cow: a parent's writes after fork are hidden from the child, by every strategy")
{
	char *p = pages(MANY);
	struct wait_info w;
	int fd[2];
	char go;

	CHECK(pipe(fd) == 0);
	for (int s = 0; each_strategy(&s); s++) {
		pid_t pid;

		fill(p, 1);
		if ((pid = rfork(s)) == 0) {
			CHECK(read(fd[0], &go, 1) == 1);
			all_are(p, 1);
			exit(0);
		}
		fill(p, 2);
		CHECK(write(fd[1], "g", 1) == 1);
		CHECK(waitinfo(pid, &w, 0) == pid);
		EQUAL(w.how, END_EXIT);
		EQUAL(w.code, 0);
		all_are(p, 2);
	}
}

static void odd_pages(void *p)
{
	for (int i = 1; i < MANY; i += 2)
		((char *)p)[i * PAGE] = 99;
	for (int i = 0; i < MANY; i++)
		EQUAL(((char *)p)[i * PAGE], i % 2 ? 99 : (char)(1 + i));
}

TEST(scattered, "cow: writes to every other page leave their neighbours alone (H28)")
{
	char *p = pages(MANY);

	fill(p, 1);
	for (int s = 0; each_strategy(&s); s++)
		child_passes(s, odd_pages, p);
	all_are(p, 1);
}

/* ---- reuse by the last holder ---- */

static void nothing(void *p)
{
	(void)p;
}

TEST(reuse, "cow: the sole owner writes without a copy")
{
	enum { N = 20 };
	char *p = pages(N);
	uint64_t copied, reused;

	kernel_forks();
	memset(p, 1, N * PAGE);
	child_passes(FORK_PAGE, nothing, 0);
	copied = count(C_COPY), reused = count(C_REUSE);
	for (int i = 0; i < N; i++)
		p[i * PAGE] = 2;
	EQUAL(count(C_COPY) - copied, 0);
	EQUAL(count(C_REUSE) - reused, N);
}

static void hold(void *p)
{
	char go;

	read(*(int *)p, &go, 1);
}

TEST(copies, "cow: with a living child each page is copied once, and once only")
{
	enum { N = 20 };
	char *p = pages(N);
	struct wait_info w;
	uint64_t copied;
	int fd[2];
	pid_t pid;

	kernel_forks();
	CHECK(pipe(fd) == 0);
	memset(p, 1, N * PAGE);
	if ((pid = rfork(FORK_PAGE)) == 0) {
		hold(&fd[0]);
		exit(0);
	}
	for (int i = 0; i < N; i++)
		p[i * PAGE] = 2;
	copied = count(C_COPY);
	for (int i = 0; i < N; i++)
		p[i * PAGE] = 3;
	EQUAL(count(C_COPY), copied);
	CHECK(copied >= N);
	write(fd[1], "g", 1);
	CHECK(waitinfo(pid, &w, 0) == pid);
}

TEST(table_reuse, "cow: by table sharing, a second fork sweeps nothing")
{
	enum { N = 64 };
	char *p = pages(N);
	uint64_t entries;

	kernel_forks();
	memset(p, 1, N * PAGE);
	child_passes(FORK_TABLE, nothing, 0);
	child_passes(FORK_TABLE, nothing, 0);
	entries = count(C_SHARE);
	child_passes(FORK_TABLE, nothing, 0);
	EQUAL(count(C_SHARE), entries);			/* no entry was shared one by one */
}

/* ---- H12, H13: lazy pages ---- */

static void touch_lazy(void *arg)
{
	char *p = arg;

	for (int i = 0; i < 8 * PAGE; i++)
		EQUAL(p[i], 0);
	memset(p, 7, 8 * PAGE);
}

TEST(lazy, "cow: pages not yet populated at fork are zero for both sides (H12, H13)")
{
	for (int s = 0; each_strategy(&s); s++) {
		char *p = pages(8);

		child_passes(s, touch_lazy, p);
		touch_lazy(p);
		CHECK(munmap(p, 8 * PAGE) == 0);
	}
}

TEST(fresh_zero, "cow: a page that others filled and gave back comes back zero (H13)")
{
	for (int round = 0; round < 4; round++) {
		char *p = pages(64);

		for (int i = 0; i < 64 * PAGE; i += 64)
			EQUAL(p[i], 0);
		memset(p, 0xa5, 64 * PAGE);
		CHECK(munmap(p, 64 * PAGE) == 0);
	}
}

/* ---- H14: rights that come and go ---- */

static void protect_cycle(void *arg)
{
	char *p = arg;

	CHECK(mprotect(p, PAGE, PROT_READ) == 0);
	CHECK(mprotect(p, PAGE, PROT_READ | PROT_WRITE) == 0);
	p[0] = 2;
}

TEST(mprotect_cow, "cow: read-only and back does not hand out the shared page (H14, H15)")
{
	char *p = pages(1);

	p[0] = 1;
	for (int s = 0; each_strategy(&s); s++) {
		child_passes(s, protect_cycle, p);
		EQUAL(p[0], 1);
	}
}

static void dirty_then_protect(void *arg)
{
	char *p = arg;

	p[0] = 2;					/* dirty, and our own now */
	CHECK(mprotect(p, PAGE, PROT_READ) == 0);
	p[0] = 3;					/* must fault */
}

TEST(dirty_readonly, "cow: a dirty page made read-only cannot be written (H15)")
{
	char *p = pages(1);

	p[0] = 1;
	child_faults(dirty_then_protect, p, (uintptr_t)p, PROT_WRITE);
	EQUAL(p[0], 1);
}

/* ---- shared memory is not copied ---- */

static void write_shared(void *arg)
{
	((volatile char *)arg)[PAGE] = 5;
	((volatile char *)arg)[2 * PAGE] = 6;
}

TEST(shared, "cow: MAP_SHARED stays shared over fork, lazy pages too, by every strategy (H18)")
{
	volatile char *p = pages_prot(3, PROT_READ | PROT_WRITE, MAP_SHARED);

	for (int s = 0; each_strategy(&s); s++) {
		p[PAGE] = 1;				/* the page after it is untouched the first time */
		child_passes(s, write_shared, (void *)p);
		EQUAL(p[PAGE], 5);
		EQUAL(p[2 * PAGE], 6);
		p[2 * PAGE] = 0;
	}
}

/* ---- H3: the kernel writes into copy-on-write pages ---- */

static void read_into(void *arg)
{
	char *p = arg;
	int fd[2];

	CHECK(pipe(fd) == 0);
	CHECK(write(fd[1], "abcdefgh", 8) == 8);
	CHECK(read(fd[0], p + PAGE - 4, 8) == 8);	/* astride two pages */
	CHECK(memcmp(p + PAGE - 4, "abcdefgh", 8) == 0);
}

TEST(kernel_writes, "cow: read() into a COW buffer astride two pages stays the child's (H3, H4)")
{
	char *p = pages(2);

	memset(p, 'x', 2 * PAGE);
	for (int s = 0; each_strategy(&s); s++) {
		child_passes(s, read_into, p);
		for (int i = 0; i < 2 * PAGE; i++)
			EQUAL(p[i], 'x');
	}
}

TEST(kernel_fills, "cow: read() into a page never touched (H3)")
{
	char *p = pages(2);

	read_into(p);
	for (int i = 0; i < PAGE - 4; i++)
		EQUAL(p[i], 0);
}

static void read_to_constant(void *arg)
{
	int fd[2];

	(void)arg;
	CHECK(pipe(fd) == 0);
	CHECK(write(fd[1], "zz", 2) == 2);
	EQUAL(read(fd[0], (char *)constant, 2), -1);
}

TEST(kernel_respects, "cow: read() into read-only data is an error, and writes nothing (H2, H4)")
{
	child_passes(FORK_DEFAULT, read_to_constant, 0);
	CHECK(strcmp(constant, "read-only") == 0);
}

TEST(wait_into_cow, "cow: wait() stores into a COW page of the caller only (H3)")
{
	struct wait_info *w = (void *)pages(1);
	pid_t pid;

	memset(w, 0x55, sizeof *w);
	if ((pid = fork()) == 0) {
		if ((pid = fork()) == 0)
			exit(3);
		CHECK(waitinfo(pid, w, 0) == pid);
		EQUAL(w->code, 3);
		exit(0);
	}
	CHECK(waitpid(pid, 0, 0) == pid);
	EQUAL(w->code, 0x55555555);
}

/* ---- counts ---- */

static void unmap_half(void *arg)
{
	CHECK(munmap((char *)arg + 8 * PAGE, 8 * PAGE) == 0);
	((char *)arg)[0] = 9;
}

TEST(unmap_shared, "cow: a child that unmaps half of what it shares leaves the parent's (H8)")
{
	char *p = pages(16);

	memset(p, 4, 16 * PAGE);
	for (int s = 0; each_strategy(&s); s++)
		child_passes(s, unmap_half, p);
	for (int i = 0; i < 16 * PAGE; i += PAGE)
		EQUAL(p[i], 4);
	EQUAL(audit(), 0);
}
