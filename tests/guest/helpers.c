/* SPDX-License-Identifier: MIT */
/* helpers.c: what many cases need. */
#include "exo.h"
#include "test.h"

char *pages_prot(size_t n, int prot, int flags)
{
	char *p = mmap(0, n * PAGE, prot, flags | MAP_ANONYMOUS, -1, 0);

	CHECK(p != MAP_FAILED);
	return p;
}

char *pages(size_t n)
{
	return pages_prot(n, PROT_READ | PROT_WRITE, MAP_PRIVATE);
}

struct wait_info in_child(int strategy, void (*fn)(void *), void *arg)
{
	struct wait_info w;
	pid_t pid = strategy == FORK_DEFAULT ? fork() : rfork(strategy);

	if (pid == 0) {
		fn(arg);
		exit(0);
	}
	CHECK(pid > 0);
	CHECK(waitinfo(pid, &w, 0) == pid);
	return w;
}

void child_passes(int strategy, void (*fn)(void *), void *arg)
{
	struct wait_info w = in_child(strategy, fn, arg);

	EQUAL(w.how, END_EXIT);
	EQUAL(w.code, 0);
}

void child_faults(void (*fn)(void *), void *arg, uintptr_t va, unsigned want)
{
	struct wait_info w = in_child(FORK_DEFAULT, fn, arg);

	EQUAL(w.how, END_FAULT);
	EQUAL(w.code, FAULT_PAGE);
	EQUAL(w.va, va);
	EQUAL(w.want, want);
}

/* Who forks by itself can be forked by nobody else. */
int each_strategy(int *s)
{
	if (forkmode(FORK_DEFAULT) == FORK_UPCALL) {
		if (*s > FORK_UPCALL)
			return 0;
		*s = FORK_UPCALL;
		return 1;
	}
	return *s <= FORK_TABLE || (*s == FORK_DIR && sys.cut_max >= 2);
}

void kernel_forks(void)
{
	if (forkmode(FORK_DEFAULT) == FORK_UPCALL)
		test_skip("by itself the program forks otherwise, and has a handler");
}

uint64_t count(enum counter c)
{
	struct counts n;

	CHECK(counts(getpid(), &n) == 0);
	return n.n[c];
}

void failalloc_alone(unsigned n)
{
	while (state_of(getppid()) != PROC_SLEEPING)
		yield();
	failalloc(n);
}

struct nth { void (*fn)(void *); void *arg; unsigned n; };

static void with_failure(void *p)
{
	struct nth *t = p;

	failalloc_alone(t->n);
	t->fn(t->arg);
	exit(failalloc(0) ? UNREFUSED : REFUSED);
}

unsigned fail_each(void (*fn)(void *), void *arg)
{
	for (unsigned n = 1; ; n++) {
		struct nth t = { fn, arg, n };
		struct wait_info w = in_child(FORK_DEFAULT, with_failure, &t);

		failalloc(0);
		if (w.how == END_EXIT && w.code == UNREFUSED)
			return n - 1;		/* n was never reached */
		CHECK(w.how == END_NOMEM || (w.how == END_EXIT && w.code == REFUSED));
		EQUAL(audit(), 0);
	}
}
