/* SPDX-License-Identifier: MIT */
/* kernel_lib.c: what programs of a test share, and how a run begins.  See kernel.h. */
#include "kernel.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TRIES = 300, SCRATCH = PLAIN + (PLAIN_PAGES - 1) * PGSIZE };

/* ---- processes ---- */

static word as_word(program *fn) { return (word)fn; }

int start(program *fn, void *arg)
{
	return (int)call(fork, FORK_PAGE, 0, 0, 0, as_word(fn), (word)arg);
}

int start_exofork(program *fn, void *arg)
{
	return (int)call(exofork, 0, 0, 0, 0, as_word(fn), (word)arg);
}

int start_thread(program *fn)
{
	return (int)call(thread, as_word(fn), 0);
}

struct wait_info ended(int pid)
{
	struct wait_info w;
	intptr_t r;

	memset(at(SCRATCH, P_W), 0, sizeof w);
	r = call(wait, (word)pid, SCRATCH, 0);
	w = LOAD(struct wait_info, SCRATCH);
	if (r != w.pid || r <= 0)
		w = (struct wait_info){ .pid = (int)r, .how = -1 };
	return w;
}

bool exits(int pid, int code)
{
	struct wait_info w = ended(pid);

	if (w.how == END_EXIT && w.code == code)
		return true;
	printf("# process %d ended: how %d, code %d\n", pid, w.how, w.code);
	return false;
}

int state_of(int pid)
{
	struct proc *p;
	int state;

	lock(&proc_lock);
	p = proc_find(pid);
	state = p ? p->state : PROC_FREE;
	unlock(&proc_lock);
	return state;
}

bool until(int pid, int state)
{
	for (int i = 0; i < TRIES; i++) {
		if (state_of(pid) == state)
			return true;
		call(sleep, 10);
	}
	printf("# process %d is in state %d, not %d\n", pid, state_of(pid), state);
	return false;
}

intptr_t arm(unsigned events, void (*fn)(struct upcall *, va_t), word period)
{
	handler = fn;
	return call(set_upcall, 0, events, HANDLER, UPSTACK, UPSTACK_END, period);
}

/* ---- what is left ---- */

static size_t pages_before;

static size_t nfree(void)
{
	return pg_nfree() + pool_spare();
}

void count_pages(void)
{
	pages_before = nfree();
}

static unsigned others(void)
{
	unsigned n = 0;

	for (struct proc *p = proc_next(NULL); p; p = proc_next(p))
		n += p->pid != 1;
	return n;
}

bool settled(void)
{
	for (int i = 0; i < TRIES && others(); i++) {
		while (call(wait, (word)-1, 0, WAIT_NOHANG) > 0)
			;
		call(sleep, 10);
	}
	for (struct proc *p = proc_next(NULL); p; p = proc_next(p))
		if (p->pid != 1)
			printf("# %s[%d], child of %d, is left in state %d\n", p->name, p->pid, p->parent->pid, p->state);
	if (nfree() != pages_before)
		printf("# %zu pages free before, %zu after\n", pages_before, nfree());
	return !others() && nfree() == pages_before && call(audit, 0) == 0;
}

bool check_at(const char *file, int line, bool good, const char *what)
{
	if (!good)
		printf("# %s:%d: %s\n", file, line, what);
	return good;
}

/* ---- every allocation ---- */

struct nth { program *fn; void *arg; unsigned n; };

/* 2: the failure came, and was survived. */
static int with_failure(void *arg)
{
	struct nth *t = arg;
	int code;

	call(failalloc, t->n);
	code = t->fn(t->arg);
	if (code)
		return code;
	return call(failalloc, 0) ? 0 : 2;
}

unsigned fail_each(program *fn, void *arg)
{
	for (unsigned n = 1; ; n++) {
		struct nth t = { fn, arg, n };
		struct wait_info w = ended(start(with_failure, &t));

		call(failalloc, 0);
		if (w.how == END_EXIT && w.code == 0)
			return n - 1;
		if (w.how != END_NOMEM && (w.how != END_EXIT || w.code != 2)) {
			printf("# allocation %u refused: how %d, code %d\n", n, w.how, w.code);
			return 0;
		}
		if (call(audit, 0))
			return 0;
	}
}
