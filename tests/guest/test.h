/* SPDX-License-Identifier: MIT */
/*
 * test.h: what a guest test looks like.
 *
 *	TEST(fork_chain, "a page that is already COW stays so over fork (H1)")
 *	{
 *		...
 *		CHECK(x == 1);
 *	}
 *
 * Each case runs in a process of its own, forked from the suite by the
 * boot's strategy.  It passes if the function returns, it left no process
 * behind, the kernel's audit finds nothing and as many pages are free as
 * before.  One boot runs all cases.
 */
#pragma once
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <yoke.h>
#include "abi/errno.h"

struct test { const char *title; void (*run)(void); };

#define TEST(name, title) \
	static void name(void); \
	static const struct test test_##name \
		__attribute__((used, aligned(sizeof(void *)), section("tests"))) = { title, name }; \
	static void name(void)

/* The case fails here.  In a child of the case: the child ends with status 1, and the case must notice. */
_Noreturn void test_fail(const char *file, int line, const char *what);
_Noreturn void test_skip(const char *why);		/* from the case's own process only */
#define CHECK(e)	do { if (!(e)) test_fail(__FILE__, __LINE__, #e); } while (0)
/* Two integers are equal; prints both if not. */
void test_equal(const char *file, int line, const char *what, long long got, long long want);
#define EQUAL(got, want)	test_equal(__FILE__, __LINE__, #got " == " #want, (got), (want))

/* ---- helpers ---- */

enum { PAGE = 4096 };
extern struct sys_info sys;				/* this machine's */

char *pages(size_t n);					/* n fresh private pages, readable and writable */
char *pages_prot(size_t n, int prot, int flags);	/* anonymous; flags: MAP_PRIVATE or MAP_SHARED */
/* Run fn(arg) in a child (by strategy, or FORK_DEFAULT): how it ended, reaped. */
struct wait_info in_child(int strategy, void (*fn)(void *), void *arg);
/* The same, and it must exit 0. */
void child_passes(int strategy, void (*fn)(void *), void *arg);
/* The same, and it must die of a page fault for want at va. */
void child_faults(void (*fn)(void *), void *arg, uintptr_t va, unsigned want);
/* Each strategy that this machine has, one after the other: for (int s = 0; each_strategy(&s); s++). */
int each_strategy(int *s);
void kernel_forks(void);				/* skips the case under `fork=upcall` */
/* A counter of this process (C_*), now. */
uint64_t count(enum counter);
/* failalloc(n) in a child whose parent sleeps, or will: on another CPU the failure could be the parent's. */
void failalloc_alone(unsigned n);
/*
 * Try fn(arg) in a child with its n-th allocation failing, for every n, until one run sees no failure.  fn returns, or ends
 * by exit(REFUSED) if it saw one: nothing else tells which run was the last.
 */
enum { REFUSED = 2, UNREFUSED = 90 };
unsigned fail_each(void (*fn)(void *), void *arg);
