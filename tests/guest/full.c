/* SPDX-License-Identifier: MIT */
/*
 * full.c: memory that is really full.  One program holds all of it, by pages
 * that it manages itself, for page_alloc says so where a store would end it.
 */
#include <errno.h>
#include <fcntl.h>
#include <upcall.h>
#include "abi/syscall.h"
#include "test.h"

enum { RW = PROT_READ | PROT_WRITE };
enum { SPAN = 64 << 20 };		/* bytes of addresses, all of memory and more */

static char *hoard;
static size_t hoarded;

/* Everything, to the last page.  The tables it needs are had before. */
static void take_all(void)
{
	struct mem_info m;

	CHECK(meminfo(&m) == 0);
	if ((size_t)m.total * PAGE > 4ul * SPAN)
		test_skip("there is too much memory to fill it");
	hoard = mmap(0, 4ul * SPAN, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(hoard != MAP_FAILED && manage(hoard, 4ul * SPAN) == 0);
	for (hoarded = 0; page_alloc(0, hoard + hoarded * PAGE, RW) == 0; hoarded++)
		;
	EQUAL(errno, ENOMEM);
}

static void give_back(size_t n)
{
	for (; n && hoarded; n--)
		EQUAL(page_unmap(0, hoard + --hoarded * PAGE), 0);
}

static void nobody(void *arg)
{
	(void)arg;
}

static char lazy_bytes[4 * PAGE];

/* Of the stack and the data, what will be written when there is no page to copy it to. */
static void own_pages(void)
{
	volatile char deep[4 * PAGE];

	for (int i = 0; i < 4 * PAGE; i += 64)
		deep[i] = 1;
	EQUAL(open("", O_RDONLY), -1);
}

/* No call may have worked that needs a page.  => every page of ours that it touches is there */
static void calls_fail(int fd, const int full[2])
{
	char *argv[] = { (char *)"true", 0 };
	int two[2];

	EQUAL(pipe(two), -1);
	EQUAL(errno, ENOMEM);
	EQUAL(fork(), -1);
	EQUAL(errno, ENOMEM);
	EQUAL(spawn("/bin/true", argv, 0), -1);
	EQUAL(execv("/bin/true", argv), -1);
	EQUAL(exofork(), -1);
	CHECK(syscall(SYS_thread, (long)calls_fail, 0l) < 0);	/* ulib would write to a fresh stack */
	EQUAL(read(full[0], lazy_bytes + PAGE, 8), -1);
	EQUAL(errno, ENOMEM);
	CHECK(write(fd, hoard, 3 * PAGE) < 3 * PAGE);
	CHECK(page_map(0, hoard, 0, hoard, RW | PAGE_COPY) == 0 || errno == ENOMEM);
	EQUAL(audit(), 0);
}

TEST(full, "full: not one page is left: every call says so, nobody ends, and then there is enough again")
{
	int fd, p[2];
	char got[8];

	kernel_forks();
	if (sys.cpus_running > 1)
		test_skip("other CPUs keep some pages for themselves");
	fd = open("/full", O_RDWR | O_CREAT);
	CHECK(fd >= 0 && pipe(p) == 0);
	EQUAL(write(p[1], "12345678", 8), 8);
	own_pages();
	take_all();
	for (int i = 0; i < 3; i++) {
		calls_fail(fd, p);
		give_back(2);				/* not enough for anybody */
		while (page_alloc(0, hoard + hoarded * PAGE, RW) == 0)
			hoarded++;
	}
	give_back(64);
	child_passes(FORK_DEFAULT, nobody, 0);
	EQUAL(read(p[0], got, 8), 8);
	CHECK(memcmp(got, "12345678", 8) == 0);
	CHECK(close(fd) == 0 && unlink("/full") == 0);
}

/* ---- who cannot be served ends, and nobody else ---- */

static struct { _Atomic unsigned turns; _Atomic int stop, starved; } *both;

/* Work for which all is there: memory, a pipe, a child's end. */
static _Noreturn void work(void)
{
	static char bytes[PAGE];
	int p[2];

	memset(bytes, 'b', sizeof bytes);
	if (pipe(p) < 0)
		_exit(1);
	while (!both->stop) {
		if (write(p[1], bytes, 500) != 500 || read(p[0], bytes + 700, 500) != 500 || bytes[900] != 'b')
			_exit(2);
		both->turns++;
		yield();
	}
	_exit(0);
}

static void hog(void *arg)
{
	(void)arg;
	for (;;) {
		char *p = mmap(0, 64 * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (p == MAP_FAILED)
			exit(3);
		for (int i = 0; i < 64; i++) {
			p[i * PAGE] = 1;
			if (i == 0)
				yield();
		}
	}
}

TEST(bystander, "full: one takes all memory and ends for it, three times; another goes on all the while")
{
	pid_t worker;
	int status;

	both = (void *)pages_prot(1, RW, MAP_SHARED);
	if ((worker = fork()) == 0)
		work();
	CHECK(worker > 0);
	while (both->turns < 10)
		yield();
	for (int i = 0; i < 3; i++) {
		unsigned before = both->turns;
		struct wait_info w = in_child(FORK_DEFAULT, hog, 0);

		CHECK(w.how == END_NOMEM || (w.how == END_EXIT && w.code == 3));
		CHECK(both->turns > before + 10);
	}
	both->stop = 1;
	CHECK(waitpid(worker, &status, 0) == worker);
	EQUAL(status, 0);
}

/* Lazily, there is more than there is: a fork promises what it cannot keep to both (docs/vm.md). */
static void write_all(void *arg)
{
	char *p = arg;

	for (size_t i = 0; i < hoarded; i++)
		p[i * PAGE] = 2;
	exit(0);
}

TEST(overcommit, "full: fork of two thirds of memory succeeds; the child that then writes all of it ends; the parent's is as it was")
{
	struct mem_info m;
	struct wait_info w;
	char *p;

	kernel_forks();
	CHECK(meminfo(&m) == 0);
	hoarded = m.free / 3 * 2;
	p = pages(hoarded);
	for (size_t i = 0; i < hoarded; i++)
		p[i * PAGE] = 1;
	for (int s = FORK_PAGE; each_strategy(&s); s++) {
		w = in_child(s, write_all, p);
		EQUAL(w.how, END_NOMEM);
		CHECK(w.va >= (uintptr_t)p && w.va < (uintptr_t)p + hoarded * PAGE);
		for (size_t i = 0; i < hoarded; i++)
			EQUAL(p[i * PAGE], 1);
	}
}
