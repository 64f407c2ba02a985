/* SPDX-License-Identifier: MIT */
/*
 * ufork.c: fork by the program itself, whatever the boot's strategy: what it
 * must do that the kernel's does.  The cases of cow.c, memory.c and oom.c
 * try it under `fork=upcall`.
 */
#include <errno.h>
#include <fcntl.h>
#include "test.h"

enum { MANY = 200 };

static int global = 1;
static char untouched[4 * PAGE];		/* .bss that nothing has been written to */
static const char constant[PAGE] = "read-only";

static void forked(void (*fn)(void *), void *arg)
{
	child_passes(FORK_UPCALL, fn, arg);
}

static struct wait_info ended(void (*fn)(void *), void *arg)
{
	return in_child(FORK_UPCALL, fn, arg);
}

static void nothing_at_all(void *arg)
{
	(void)arg;
}

/* ---- who sees whose writes ---- */

static void write_all(void *arg)
{
	char *p = arg;

	for (int i = 0; i < MANY; i++) {
		EQUAL(p[i * PAGE], (char)i);
		p[i * PAGE] = i + 1;
	}
	for (int i = 0; i < MANY; i++)
		EQUAL(p[i * PAGE], (char)(i + 1));
}

TEST(ufork_isolation, "ufork: 200 pages, the child's writes its own, three forks in a row")
{
	char *p = pages(MANY);

	for (int i = 0; i < MANY; i++)
		p[i * PAGE] = i;
	for (int round = 0; round < 3; round++)
		forked(write_all, p);
	for (int i = 0; i < MANY; i++)
		EQUAL(p[i * PAGE], (char)i);
	EQUAL(audit(), 0);
}

TEST(ufork_snapshot, "ufork: the parent's writes after fork are hidden from the child")
{
	char *p = pages(MANY), go;
	int fd[2];
	pid_t pid;

	CHECK(pipe(fd) == 0);
	for (int round = 0; round < 3; round++) {
		memset(p, 1, MANY * PAGE);
		if ((pid = rfork(FORK_UPCALL)) == 0) {
			CHECK(read(fd[0], &go, 1) == 1);
			for (int i = 0; i < MANY * PAGE; i += 512)
				EQUAL(p[i], 1);
			exit(0);
		}
		CHECK(pid > 0);
		memset(p, 2, MANY * PAGE);
		CHECK(write(fd[1], "g", 1) == 1);
		CHECK(waitpid(pid, 0, 0) == pid);
	}
}

static void descend(void *arg)
{
	int left = (int)(intptr_t)arg, before = global;

	global = before + 1;
	if (left > 0)
		forked(descend, (void *)(intptr_t)(left - 1));
	EQUAL(global, before + 1);
}

TEST(ufork_chain, "ufork: eight generations, each adds one to a page of data (H1)")
{
	descend((void *)8);
	EQUAL(global, 2);
}

static void zeros(void *arg)
{
	char *p = arg, frame[6 * PAGE];

	for (int i = 0; i < 4 * PAGE; i++)
		EQUAL(p[i], 0);
	for (int i = 0; i < 4 * PAGE; i++)
		EQUAL(untouched[i], 0);
	memset(p, 7, 4 * PAGE);
	memset(untouched, 7, sizeof untouched);
	memset(frame, 7, sizeof frame);			/* the stack grows */
	for (unsigned i = 0; i < sizeof frame; i++)
		EQUAL(((volatile char *)frame)[i], 7);
}

TEST(ufork_lazy, "ufork: heap, bss, mappings and stack not yet touched are zero for both sides (H12)")
{
	char *p = pages(4), *heap = sbrk(4 * PAGE);

	forked(zeros, p);
	memset(untouched, 0, sizeof untouched);
	forked(zeros, heap);
	zeros(p);
}

static void use_file(void *arg)
{
	volatile char *p = arg;

	CHECK(p[0] == 0x7f && p[1] == 'E' && p[2] == 'L' && p[3] == 'F');
	p[0] = 1;
	EQUAL(p[0], 1);
}

TEST(ufork_file, "ufork: a private mapping of a file that nobody has read yet")
{
	int fd = open("/bin/true", O_RDONLY);
	char *p = mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0), first;

	CHECK(fd >= 0 && p != MAP_FAILED);
	forked(use_file, p);
	forked(use_file, p);
	EQUAL(p[0], 0x7f);
	CHECK(read(fd, &first, 1) == 1 && first == 0x7f);
}

static void write_shared(void *arg)
{
	((volatile char *)arg)[0] = 5;
	((volatile char *)arg)[PAGE] = 6;		/* untouched before */
}

TEST(ufork_shared, "ufork: MAP_SHARED stays shared, pages nobody has touched too (H18)")
{
	volatile char *p = pages_prot(2, PROT_READ | PROT_WRITE, MAP_SHARED);

	p[0] = 1;
	forked(write_shared, (void *)p);
	EQUAL(p[0], 5);
	EQUAL(p[PAGE], 6);
}

static void look_beside(void *arg)
{
	char *p = arg;

	EQUAL(p[0], 1);
	p[0] = 2;
	(void)*(volatile char *)(p + PAGE);		/* dies here */
}

TEST(ufork_inherit, "ufork: what is not to be inherited is not there")
{
	struct wait_info w;
	char *p = pages(2);

	memset(p, 1, 2 * PAGE);
	CHECK(minherit(p + PAGE, PAGE, INHERIT_NONE) == 0);
	w = ended(look_beside, p);
	EQUAL(w.how, END_FAULT);
	EQUAL(w.va, (uintptr_t)p + PAGE);
	EQUAL(p[0], 1);
}

/* ---- memory that comes and goes afterwards ---- */

static void change(void *arg)
{
	char *p = pages(8), *heap = sbrk(3 * PAGE);

	(void)arg;
	memset(p, 1, 8 * PAGE);
	memset(heap, 2, 3 * PAGE);
	CHECK(munmap(p + 2 * PAGE, 2 * PAGE) == 0);
	CHECK(mprotect(p, PAGE, PROT_READ) == 0);
	CHECK(sbrk(-2 * PAGE) == heap + 3 * PAGE);
	EQUAL(p[0], 1);
	EQUAL(heap[PAGE - 1], 2);
	CHECK(mprotect(p, PAGE, PROT_READ | PROT_WRITE) == 0);
	p[0] = 3;
	CHECK(sbrk(2 * PAGE) == heap + PAGE);
	EQUAL(heap[2 * PAGE], 0);
	heap[2 * PAGE] = 4;
}

static void change_twice(void *arg)
{
	change(arg);
	forked(change, arg);
	change(arg);
}

TEST(ufork_changes, "ufork: sbrk, mmap, munmap and mprotect after the first fork, in both, and a fork again")
{
	forked(nothing_at_all, 0);
	change(0);
	forked(change_twice, 0);
	change(0);
}

/* ---- the last holder, and what is refused ---- */

TEST(ufork_reuse, "ufork: the last holder writes without a copy; with a living child each page is copied once")
{
	enum { N = 20 };
	char *p = pages(N), go;
	uint64_t copied;
	int fd[2];
	pid_t pid;

	memset(p, 1, N * PAGE);
	forked(nothing_at_all, 0);
	copied = count(C_COPY);
	memset(p, 2, N * PAGE);
	EQUAL(count(C_COPY), copied);
	CHECK(pipe(fd) == 0);
	if ((pid = rfork(FORK_UPCALL)) == 0)
		exit(read(fd[0], &go, 1) != 1);
	copied = count(C_COPY);
	memset(p, 3, N * PAGE);
	memset(p, 4, N * PAGE);
	CHECK(count(C_COPY) - copied <= N + 2);		/* two more: the stack, the data */
	CHECK(count(C_COPY) - copied >= N);
	CHECK(write(fd[1], "g", 1) == 1);
	CHECK(waitpid(pid, 0, 0) == pid);
}

static void write_constant(void *arg)
{
	*(volatile char *)arg = 'x';
}

static void bad_calls(void *arg)
{
	int fd[2];

	(void)arg;
	CHECK(pipe(fd) == 0);
	CHECK(write(fd[1], "zz", 2) == 2);
	for (int i = 0; i < 3; i++) {
		EQUAL(read(fd[0], (char *)constant, 2), -1);
		EQUAL(errno, EFAULT);
		EQUAL(read(fd[0], (char *)16, 2), -1);
		EQUAL(write(fd[1], (char *)16, 2), -1);
	}
	CHECK(strcmp(constant, "read-only") == 0);
	global = 9;					/* faults are served all the while */
}

TEST(ufork_refuses, "ufork: a write to what is read-only is a fault there; a call's is -EFAULT, and the program goes on (H2)")
{
	volatile char *p = (volatile char *)constant + 100;
	struct wait_info w;

	CHECK(*p == 0);
	w = ended(write_constant, (void *)p);
	EQUAL(w.how, END_FAULT);
	EQUAL(w.code, FAULT_PAGE);
	EQUAL(w.va, (uintptr_t)p);
	EQUAL(w.want, PROT_WRITE);
	w = ended(write_constant, (void *)16);
	EQUAL(w.how, END_FAULT);
	EQUAL(w.va, 16);
	forked(bad_calls, 0);
	bad_calls(0);
}

static void recurse(void *arg)
{
	volatile char frame[2000];

	frame[0] = 1;
	if (arg)
		recurse(arg);
	frame[1] = frame[0];
}

static void store(void *arg)
{
	*(volatile char *)arg = 1;
}

TEST(ufork_stack, "ufork: the stack ends where it must, and keeps its gap (H22)")
{
	char here, *low = (char *)((uintptr_t)&here & ~(uintptr_t)(PAGE - 1)) - 400 * PAGE;
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
	struct wait_info w;

	w = ended(recurse, &w);
	EQUAL(w.how, END_FAULT);
	EQUAL(w.code, FAULT_PAGE);
	CHECK(mmap(low, PAGE, PROT_READ | PROT_WRITE, flags, -1, 0) == low);
	w = ended(store, low + PAGE);
	EQUAL(w.how, END_FAULT);
	EQUAL(w.va, (uintptr_t)low + PAGE);
	w = ended(store, low + 200 * PAGE);
	EQUAL(w.how, END_FAULT);
	forked(store, low + 300 * PAGE);
}
