/* SPDX-License-Identifier: MIT */
/* memory.c: sbrk, mmap, munmap, mprotect, minherit, the stack. */
#include "test.h"

static void load(void *p)
{
	(void)*(volatile char *)p;
}

static void store(void *p)
{
	*(volatile char *)p = 1;
}

/* ---- sbrk (H21) ---- */

TEST(sbrk_grows, "memory: sbrk gives zeroed bytes and takes them back (H21)")
{
	char *p = sbrk(3 * PAGE);

	CHECK(p != (void *)-1);
	for (int i = 0; i < 3 * PAGE; i++)
		EQUAL(p[i], 0);
	memset(p, 1, 3 * PAGE);
	CHECK(sbrk(-2 * PAGE) == p + 3 * PAGE);
	CHECK(sbrk(2 * PAGE) == p + PAGE);
	for (int i = 2 * PAGE; i < 3 * PAGE; i++)
		EQUAL(p[i], 0);
}

TEST(sbrk_bytes, "memory: sbrk of single bytes adds up")
{
	char *p = sbrk(0);

	for (int i = 0; i < 2 * PAGE; i += 100) {
		CHECK(sbrk(100) == p + i);
		p[i] = p[i + 99] = 1;
	}
}

TEST(sbrk_refuses, "memory: sbrk below the start, wrapping or huge is refused and changes nothing (H21)")
{
	char *p = sbrk(0);
	static const long bad[] = { -(1L << 28), (long)(~0UL >> 1), -1 - (long)(~0UL >> 1) };

	for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (bad[i] > 0 && (unsigned long)bad[i] < sys.user_top - (uintptr_t)p)
			continue;		/* 2 GiB fit where programs have 3 */
		CHECK(sbrk(bad[i]) == (void *)-1);
		CHECK(sbrk(0) == p);
	}
	CHECK(sbrk(PAGE) == p);
	store(p);
}

static void write_heap(void *arg)
{
	char *p = arg;

	EQUAL(p[0], 1);
	p[0] = 2;
	CHECK(sbrk(PAGE) == p + PAGE);
	p[PAGE] = 3;
}

TEST(sbrk_fork, "memory: shrink, then fork, then grow in the child (H21)")
{
	char *p = sbrk(4 * PAGE);

	memset(p, 1, 4 * PAGE);
	CHECK(sbrk(-3 * PAGE) != (void *)-1);
	for (int s = 0; each_strategy(&s); s++)
		child_passes(s, write_heap, p);
	EQUAL(p[0], 1);
	child_faults(load, p + PAGE, (uintptr_t)p + PAGE, PROT_READ);
}

/* ---- mmap, munmap ---- */

TEST(mmap_distinct, "memory: mappings are aligned, distinct and below the stack")
{
	char *a = pages(3), *b = pages(5), here;

	CHECK(((uintptr_t)a | (uintptr_t)b) % PAGE == 0);
	CHECK(a + 3 * PAGE <= b || b + 5 * PAGE <= a);
	CHECK(a < &here && b < &here);
	memset(a, 1, 3 * PAGE);
	memset(b, 2, 5 * PAGE);
	EQUAL(a[3 * PAGE - 1], 1);
}

TEST(munmap_middle, "memory: a hole in the middle of a mapping, its ends untouched")
{
	char *p = pages(9);

	memset(p, 3, 9 * PAGE);
	CHECK(munmap(p + 3 * PAGE, 3 * PAGE) == 0);
	EQUAL(p[3 * PAGE - 1], 3);
	EQUAL(p[6 * PAGE], 3);
	child_faults(load, p + 3 * PAGE, (uintptr_t)p + 3 * PAGE, PROT_READ);
	child_faults(store, p + 6 * PAGE - 1, (uintptr_t)p + 6 * PAGE - 1, PROT_WRITE);
	CHECK(mmap(p + 3 * PAGE, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == p + 3 * PAGE);
	EQUAL(p[4 * PAGE], 0);
}

TEST(munmap_twice, "memory: munmap of nothing is no error; of a bad range it is")
{
	char *p = pages(2);

	CHECK(munmap(p, 2 * PAGE) == 0);
	CHECK(munmap(p, 2 * PAGE) == 0);
	CHECK(munmap(p + 1, PAGE) == -1);
	CHECK(munmap(p, 0) == -1);
	CHECK(munmap(p, (size_t)0 - (uintptr_t)p) == -1);
	CHECK(munmap((void *)(uintptr_t)(sys.user_top - PAGE), 2 * PAGE) == -1);
}

TEST(mmap_fixed, "memory: MAP_FIXED replaces what was there")
{
	char *p = pages(4);

	memset(p, 1, 4 * PAGE);
	CHECK(mmap(p + PAGE, 2 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == p + PAGE);
	EQUAL(p[0], 1);
	EQUAL(p[PAGE], 0);
	EQUAL(p[3 * PAGE], 1);
	child_faults(store, p + PAGE, (uintptr_t)p + PAGE, PROT_WRITE);
}

TEST(mmap_refuses, "memory: mmap of a kernel address, of nothing, of too much is refused")
{
	uintptr_t top = sys.user_top;
	int flags = MAP_PRIVATE | MAP_ANONYMOUS;

	CHECK(mmap(0, 0, PROT_READ, flags, -1, 0) == MAP_FAILED);
	CHECK(mmap(0, ~(size_t)0, PROT_READ, flags, -1, 0) == MAP_FAILED);
	CHECK(mmap((void *)top, PAGE, PROT_READ, flags | MAP_FIXED, -1, 0) == MAP_FAILED);
	CHECK(mmap((void *)(top - PAGE), 2 * PAGE, PROT_READ, flags | MAP_FIXED, -1, 0) == MAP_FAILED);
	CHECK(mmap((void *)-PAGE, 2 * PAGE, PROT_READ, flags | MAP_FIXED, -1, 0) == MAP_FAILED);
	CHECK(mmap((void *)0x10000001, PAGE, PROT_READ, flags | MAP_FIXED, -1, 0) == MAP_FAILED);
	CHECK(mmap(0, PAGE, 0x80, flags, -1, 0) == MAP_FAILED);
	CHECK(mmap(0, PAGE, PROT_READ, MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
}

TEST(many_regions, "memory: 500 mappings with alternating rights, then all gone")
{
	char *p = pages(500);

	for (int i = 0; i < 500; i += 2)
		CHECK(mprotect(p + i * PAGE, PAGE, PROT_READ) == 0);
	for (int i = 1; i < 500; i += 2)
		p[i * PAGE] = i;
	child_faults(store, p + 100 * PAGE, (uintptr_t)p + 100 * PAGE, PROT_WRITE);
	for (int i = 0; i < 500; i += 2)
		CHECK(mprotect(p + i * PAGE, PAGE, PROT_READ | PROT_WRITE) == 0);
	for (int i = 0; i < 500; i++)
		p[i * PAGE] = i;
	CHECK(munmap(p, 500 * PAGE) == 0);
	EQUAL(audit(), 0);
}

/* ---- mprotect ---- */

TEST(mprotect_none, "memory: PROT_NONE hides a page and keeps its bytes (H36)")
{
	char *p = pages(1);

	p[0] = 42;
	CHECK(mprotect(p, PAGE, PROT_NONE) == 0);
	child_faults(load, p, (uintptr_t)p, PROT_READ);
	child_faults(store, p, (uintptr_t)p, PROT_WRITE);
	CHECK(mprotect(p, PAGE, PROT_READ) == 0);
	EQUAL(p[0], 42);
}

static void write_from(void *p)
{
	int fd[2];

	CHECK(pipe(fd) == 0);
	CHECK(write(fd[1], p, 1) == -1);
}

TEST(copyin_none, "memory: write() from a PROT_NONE page is an error (H36)")
{
	char *p = pages(1);

	p[0] = 42;
	CHECK(mprotect(p, PAGE, PROT_NONE) == 0);
	child_passes(FORK_DEFAULT, write_from, p);
}

TEST(mprotect_gap, "memory: mprotect over a gap is refused, and changes nothing (H35)")
{
	char *p = pages(4);

	CHECK(munmap(p + 2 * PAGE, PAGE) == 0);
	CHECK(mprotect(p, 4 * PAGE, PROT_READ) == -1);
	store(p);
	store(p + 3 * PAGE);
	CHECK(mprotect(p + 1, PAGE, PROT_READ) == -1);
	CHECK(mprotect(p, PAGE, 0x1000) == -1);
}

TEST(mprotect_split, "memory: mprotect in the middle splits, and joins again")
{
	struct proc_info before, split, after;
	char *p = pages(9);
	unsigned i = 0;

	while (procinfo(i, &before) == 0 && before.pid != getpid())
		i++;
	CHECK(mprotect(p + 3 * PAGE, 3 * PAGE, PROT_READ) == 0);
	CHECK(procinfo(i, &split) == 0);
	CHECK(mprotect(p + 3 * PAGE, 3 * PAGE, PROT_READ | PROT_WRITE) == 0);
	CHECK(procinfo(i, &after) == 0);
	EQUAL(split.regions, before.regions + 2);
	EQUAL(after.regions, before.regions);
}

/* ---- minherit (H18, H38) ---- */

struct beside { char *copy, *none, *zero; };

static void look_beside(void *arg)
{
	struct beside *b = arg;

	EQUAL(b->copy[0], 1);
	EQUAL(b->zero[0], 0);
	b->copy[0] = b->zero[0] = 9;
	load(b->none);				/* dies here */
}

TEST(inherit, "memory: inherit none and zero beside copy in one leaf table, by every strategy (H38)")
{
	char *p = pages(3);
	struct beside b = { p, p + PAGE, p + 2 * PAGE };

	memset(p, 1, 3 * PAGE);
	CHECK(minherit(b.none, PAGE, INHERIT_NONE) == 0);
	CHECK(minherit(b.zero, PAGE, INHERIT_ZERO) == 0);
	for (int s = 0; each_strategy(&s); s++) {
		struct wait_info w = in_child(s, look_beside, &b);

		EQUAL(w.how, END_FAULT);
		EQUAL(w.va, (uintptr_t)b.none);
		for (int i = 0; i < 3; i++)
			EQUAL(p[i * PAGE], 1);
	}
}

TEST(inherit_refuses, "memory: minherit of a gap or with a bad mode is refused")
{
	char *p = pages(3);

	CHECK(munmap(p + PAGE, PAGE) == 0);
	CHECK(minherit(p, 3 * PAGE, INHERIT_NONE) == -1);
	CHECK(minherit(p, PAGE, 17) == -1);
	CHECK(minherit(p + 1, PAGE, INHERIT_NONE) == -1);
	memset(p, 1, PAGE);
	child_passes(FORK_DEFAULT, store, p);
}

/* ---- the stack (H22) ---- */

static int deep(int n)
{
	volatile char frame[1000];

	frame[0] = n;
	return n == 0 ? frame[0] : deep(n - 1) + (frame[0] != (char)n);
}

TEST(stack_grows, "memory: the stack grows by what is used")
{
	EQUAL(deep(200), 0);
}

static void recurse(void *arg)
{
	volatile char frame[2000];

	frame[0] = 1;
	if (arg)
		recurse(arg);
	frame[1] = frame[0];
}

TEST(stack_ends, "memory: endless recursion ends that process only, with a page fault (H22)")
{
	struct wait_info w = in_child(FORK_DEFAULT, recurse, &w);

	CHECK(w.how == END_FAULT || w.how == END_NOMEM);
	EQUAL(w.code, FAULT_PAGE);
}

TEST(stack_guard, "memory: a mapping under the stack is not reached by growing it (H22)")
{
	char here, *low = (char *)((uintptr_t)&here & ~(uintptr_t)(PAGE - 1)) - 400 * PAGE;
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;

	CHECK(mmap(low, PAGE, PROT_READ | PROT_WRITE, flags, -1, 0) == low);
	child_faults(store, low + PAGE, (uintptr_t)low + PAGE, PROT_WRITE);		/* just above it: the gap */
	child_faults(store, low + 200 * PAGE, (uintptr_t)low + 200 * PAGE, PROT_WRITE);	/* 200 pages: still the gap */
	child_passes(FORK_DEFAULT, store, low + 300 * PAGE);
}

/* ---- other faults ---- */

TEST(null, "memory: a load and a store at address 0 are page faults there")
{
	child_faults(load, 0, 0, PROT_READ);
	child_faults(store, (void *)16, 16, PROT_WRITE);
}

TEST(kernel_memory, "memory: the kernel's memory is out of reach")
{
	if (!sys.has_isolation)
		test_skip("this emulator lets user mode read kernel memory");
	child_faults(load, (void *)(uintptr_t)(sys.user_top + 0x100000), sys.user_top + 0x100000, PROT_READ);
	child_faults(store, (void *)(uintptr_t)-PAGE, (uintptr_t)-PAGE, PROT_WRITE);
}
