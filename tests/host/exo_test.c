/* SPDX-License-Identifier: MIT */
/* exo_test.c: core/exo.c: who may act on whom, and every argument (kernel.h).  Prints TAP.  Usage: exo_test [SEED]. */
#include "kernel.h"
#include "tap.h"
#include <stdlib.h>
#include <string.h>

enum { RW = P_R | P_W, OUT = PLAIN + 2 * PGSIZE, REGS = PLAIN + 3 * PGSIZE, FREE = WINDOW + 15 * PGSIZE };
static const word END = (word)-PGSIZE;

static int parent(void) { return (int)call(getppid, 0); }

static int sleeps(void *ms)
{
	call(sleep, (word)ms);
	return 3;
}

static struct page_run run_at(int pid, va_t va)
{
	struct page_run none = { 0 };

	return call(query, (word)pid, va, va + PGSIZE, OUT, 1) == 1 ? LOAD(struct page_run, OUT) : none;
}

static unsigned have(int pid, va_t va)
{
	return run_at(pid, va).have & ~(unsigned)PAGE_PRESENT;
}

/* ---- who may act on whom ---- */

enum { ACTS = 10 };

/* The same, harmless, of every call; set_frame harms nobody if it is refused, and the running process it only resumes. */
static intptr_t act(int which, word pid)
{
	intptr_t r;

	switch (which) {
	case 0: return call(page_alloc, pid, FREE, RW);
	case 1: return call(page_map, pid, FREE, 0, FREE, P_R);
	case 2: return call(page_map, 0, FREE, pid, FREE, P_R);
	case 3: return call(page_map, pid, FREE, pid, FREE, P_R);
	case 4: r = call(query, pid, FREE, FREE + PGSIZE, OUT, 1); return r == 1 ? 0 : r;
	case 5: return call(page_unmap, pid, FREE);
	case 6: return call(set_upcall, pid, 0, 0, 0, 0, 0);
	case 7: return call(set_status, pid, STATUS_RUN);
	case 8: return call(set_status, pid, 3);		/* -EINVAL, of one's own only */
	default: return call(set_frame, pid, REGS);		/* -EINVAL, too, if it is not stopped */
	}
}

static bool acts(word pid, int err)
{
	call(page_alloc, 0, FREE, RW);
	for (int i = 0; i < ACTS; i++) {
		intptr_t r = act(i, pid);

		if (r == (err ? err : i >= 8 ? -EINVAL : 0))
			continue;
		printf("# act %d on %ld: %ld, wanted %d\n", i, (long)pid, (long)r, err);
		return false;
	}
	call(page_unmap, 0, FREE);
	return true;
}

static int grandchild_pid;

static int has_child(void *unused)
{
	int pid = start(sleeps, (void *)100000);

	(void)unused;
	grandchild_pid = pid;
	call(sleep, 100000);
	return 0;
}

static int tries_kin(void *sibling)
{
	CHECK(acts((word)parent(), -EPERM));
	CHECK(acts((word)*(int *)sibling, -EPERM));
	return 0;
}

static bool kin(void)
{
	int child = start(has_child, NULL), other;
	word nobody[] = { (word)-1, INT32_MAX, 32000, (word)1 << 31, 0 };

	NEED(until(child, PROC_SLEEPING) && grandchild_pid > 0);
	nobody[4] = (word)child + PROC_N;
	STORE(char, REGS, 0);
	NEED(acts((word)child, 0));
	NEED(acts((word)grandchild_pid, -EPERM));
	for (int i = 0; i < 5; i++)
		NEED(acts(nobody[i], -ESRCH));
	other = start(tries_kin, &child);
	NEED(exits(other, 0));
	NEED(acts((word)other, -ESRCH));		/* gone */
	other = start(sleeps, 0);
	NEED(until(other, PROC_ZOMBIE) && acts((word)other, -ESRCH) && exits(other, 3));
	call(kill, (word)grandchild_pid, SIGKILL);
	call(kill, (word)child, SIGKILL);
	NEED(ended(child).how == END_KILLED);
	return settled();
}

static int acts_on_itself(void *by_pid)
{
	word pid = by_pid ? (word)call(getpid, 0) : 0;

	for (int i = 0; i < 9; i++)
		CHECK(is(act(i, pid), i == 8 ? -EINVAL : 0));
	return 0;
}

static int thread_of_ours(void *unused)
{
	(void)unused;
	call(sleep, 1000);
	return 4;
}

static bool itself(void)
{
	int pid;

	NEED(exits(start(acts_on_itself, NULL), 0) && exits(start(acts_on_itself, "pid"), 0));
	pid = start_thread(thread_of_ours);		/* a child in our own space */
	NEED(pid > 0 && acts((word)pid, 0));
	NEED(exits(pid, 4));
	return settled();
}

/* ---- arguments ---- */

static bool bad_rights(void)
{
	for (int bit = 0; bit < 64; bit++) {
		word r = (word)1 << bit;
		bool good = r & (P_RWX | PAGE_S0 | PAGE_S1), how = r == PAGE_MOVE || r == PAGE_COPY;

		NEED(is(call(page_alloc, 0, FREE, RW | r), good ? 0 : -EINVAL));
		NEED(is(call(page_alloc, 0, FREE, RW), 0));
		NEED(is(call(page_map, 0, FREE, 0, WINDOW, RW | r), good || how ? 0 : -EINVAL));
		NEED(have(0, WINDOW) == (good || how ? RW | (r & ~(word)(PAGE_MOVE | PAGE_COPY)) : 0));
		NEED(is(call(page_unmap, 0, WINDOW), 0));
	}
	NEED(is(call(page_map, 0, FREE, 0, WINDOW, RW | PAGE_MOVE | PAGE_COPY), -EINVAL));
	NEED(is(call(page_unmap, 0, FREE), 0));
	return settled();
}

static bool bad_addresses(void)
{
	word bad[] = { 1, FREE + 1, FREE + 8, PLAIN, USERTOP, USERTOP + 1, END, END + 1, (word)-1, (word)1 << 40 };

	NEED(is(call(page_alloc, 0, FREE, RW), 0));
	for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
		NEED(is(call(page_alloc, 0, bad[i], RW), -EINVAL));
		NEED(is(call(page_unmap, 0, bad[i]), -EINVAL));
		NEED(is(call(page_map, 0, FREE, 0, bad[i], P_R), -EINVAL));
		if (bad[i] != PLAIN)
			NEED(is(call(page_map, 0, bad[i], 0, WINDOW, P_R), -EINVAL));
	}
	NEED(is(call(page_map, 0, 0, 0, WINDOW, P_R), -EFAULT));			/* no region there */
	NEED(is(call(page_map, 0, WINDOW + PGSIZE, 0, WINDOW, P_R), -EFAULT));		/* no page there */
	NEED(is(call(page_map, 0, PLAIN, 0, WINDOW, RW), -EACCES));			/* private */
	NEED(is(call(page_unmap, 0, FREE), 0) && is(call(page_unmap, 0, FREE), 0));
	return settled();
}

static bool bad_ranges(void)
{
	word lo[] = { FREE + 1, FREE, FREE, USERTOP, END, FREE + PGSIZE };
	word hi[] = { FREE + PGSIZE, FREE + PGSIZE + 1, USERTOP + PGSIZE, END, 0, FREE };

	for (int i = 0; i < 6; i++)
		NEED(is(call(query, 0, lo[i], hi[i], OUT, 10), -EINVAL));
	NEED(is(call(query, 0, FREE, FREE + PGSIZE, OUT, (word)INT32_MAX + 1), -EINVAL));
	NEED(is(call(query, 0, FREE, FREE + PGSIZE, OUT, 0), 0) && is(call(query, 0, FREE, FREE, 0, 9), 0));
	NEED(is(call(query, 0, FREE, FREE + PGSIZE, 0, 1), -EFAULT) && is(call(query, 0, FREE, FREE + PGSIZE, USERTOP - 1, 1), -EFAULT));
	NEED(is(call(manage, FREE + 1, PGSIZE), -EINVAL) && is(call(manage, FREE, 0), -EINVAL));
	NEED(is(call(manage, USERTOP, PGSIZE), -EINVAL) && is(call(manage, FREE, END), -EINVAL));
	NEED(is(call(manage, FREE, (word)-1), -EINVAL) && is(call(manage, FREE, PGSIZE), 0));
	return settled();
}

/* More runs than the kernel copies at a time, and a buffer that ends in their midst. */
static bool many_runs(void)
{
	struct page_run *r;
	intptr_t n;

	for (int i = 0; i < WINDOW_PAGES; i++)
		NEED(is(call(page_alloc, 0, WINDOW + i * PGSIZE, i % 2 ? RW : P_R), 0));
	for (word most = 1; most <= 40; most++) {
		n = call(query, 0, WINDOW, WINDOW + WINDOW_PAGES * PGSIZE, OUT, most);
		NEED(n == (intptr_t)(most < WINDOW_PAGES ? most : WINDOW_PAGES));
		for (int i = 0; i < n; i++)
			NEED(LOAD(struct page_run, OUT + i * sizeof *r).lo == WINDOW + (va_t)i * PGSIZE);
	}
	n = call(query, 0, 0, USERTOP, OUT, 40);	/* and plain memory, and the upcall stack */
	r = at(OUT, P_R);
	NEED(n >= 18 && n < 40 && r[0].lo == PLAIN && r[n - 1].hi == UPSTACK_END);
	for (int i = 1; i < n; i++)
		NEED(r[i].lo >= r[i - 1].hi && r[i].lo < r[i].hi);
	for (int i = 0; i < WINDOW_PAGES; i++)
		NEED(is(call(page_unmap, 0, WINDOW + i * PGSIZE), 0));
	return settled();
}

static bool bad_upcalls(void)
{
	NEED(is(call(set_upcall, 0, 1 << UPCALL_N, HANDLER, 0, 0, 0), -EINVAL));
	NEED(is(call(set_upcall, 0, (word)1 << 63, HANDLER, 0, 0, 0), -EINVAL));
	NEED(is(call(set_upcall, 0, 1 << UPCALL_TIMER, HANDLER, 0, 0, 0), -EINVAL));
	NEED(is(call(set_upcall, 0, 0, HANDLER, 0, 0, (word)INT32_MAX + 1), -EINVAL));
	NEED(is(call(set_upcall, 0, 0, END, 1, END, 0), 0));		/* what is wrong shows when it is used */
	NEED(is(call(set_upcall, 0, 0, 0, 0, 0, 0), 0));
	NEED(is(call(resume, 1), -EINVAL) && is(call(resume, 0), -EFAULT) && is(call(resume, USERTOP), -EFAULT));
	NEED(is(call(resume, USERTOP - 8), -EFAULT) && is(call(resume, (word)-8), -EFAULT));
	NEED(is(call(park, 0), -EPERM));
	return settled();
}

/* ---- stop, run, forget ---- */

static int stops_itself(void *unused)
{
	(void)unused;
	CHECK(is(call(set_status, 0, STATUS_STOP), 0));
	return 6;
}

static int of_init(void *unused)
{
	int pid;

	(void)unused;
	CHECK(is(call(set_status, 0, STATUS_STOP), -EPERM));	/* init would never let it run */
	pid = start(stops_itself, NULL);
	CHECK(until(pid, PROC_STOPPED));
	CHECK(is(call(wait, (word)-1, 0, WAIT_NOHANG), 0));
	CHECK(is(call(set_status, (word)pid, STATUS_RUN), 0) && exits(pid, 6));
	pid = start(stops_itself, NULL);
	CHECK(until(pid, PROC_STOPPED));
	CHECK(is(call(kill, (word)pid, SIGKILL), 0) && ended(pid).how == END_KILLED);
	pid = start(stops_itself, NULL);
	CHECK(until(pid, PROC_STOPPED));
	return 0;				/* it ends with us */
}

static bool stopping(void)
{
	int pid;

	NEED(is(call(set_status, 0, STATUS_STOP), -EPERM) && is(call(set_status, 0, STATUS_FORGET), -EPERM));
	NEED(exits(start(of_init, NULL), 0) && settled());
	pid = start(sleeps, (void *)1000);
	NEED(until(pid, PROC_SLEEPING) && is(call(set_status, (word)pid, STATUS_STOP), 0));
	NEED(until(pid, PROC_STOPPED));			/* it sleeps on first */
	NEED(is(call(set_status, (word)pid, STATUS_STOP), 0) && is(call(set_status, (word)pid, STATUS_RUN), 0));
	NEED(exits(pid, 3));
	pid = start(sleeps, (void *)1000);
	NEED(is(call(set_status, (word)pid, STATUS_STOP), 0) && is(call(set_status, (word)pid, STATUS_RUN), 0) && exits(pid, 3));
	return settled();
}

static int has_forgotten(void *unused)
{
	(void)unused;
	CHECK(start(sleeps, 0) > 0 && is(call(wait, (word)-1, 0, 0), -ECHILD));
	return 0;
}

static int forgets(void *already)
{
	int pid;

	if (!already)
		CHECK(is(call(set_status, 0, STATUS_FORGET), 0));
	CHECK((pid = start(sleeps, 0)) > 0);
	if (already) {
		CHECK(until(pid, PROC_ZOMBIE));
		CHECK(is(call(set_status, 0, STATUS_FORGET), 0));
	}
	CHECK(is(call(wait, (word)-1, 0, 0), -ECHILD));
	CHECK((pid = start(sleeps, (void *)50)) > 0 && is(call(wait, (word)pid, 0, 0), -ECHILD));
	CHECK((pid = start(has_forgotten, NULL)) > 0 && is(call(wait, (word)-1, 0, 0), -ECHILD));
	return 0;
}

static bool forgetting(void)
{
	NEED(exits(start(forgets, NULL), 0) && exits(start(forgets, "already"), 0));
	return settled();
}

/* ---- a process by hand ---- */

static int reads_copy(void *unused)
{
	(void)unused;
	return LOAD(char, PLAIN) == 'c' && LOAD(char, FREE) == 's' ? 7 : 1;
}

static int other_program(void *unused)
{
	(void)unused;
	return 8;
}

static bool by_hand(void)
{
	int pid;

	STORE(char, PLAIN, 'c');
	NEED(is(call(page_alloc, 0, FREE, RW), 0));
	STORE(char, FREE, 's');
	NEED((pid = start_exofork(reads_copy, NULL)) > 0 && state_of(pid) == PROC_STOPPED && !have(pid, PLAIN));
	NEED(run_at(pid, PLAIN).region & PAGE_USER);
	NEED(is(call(page_map, 0, PLAIN, (word)pid, PLAIN, P_R | PAGE_COPY), 0));
	NEED(is(call(page_map, 0, FREE, (word)pid, FREE, P_R), 0) && have(pid, FREE) == P_R);
	STORE(char, PLAIN, 'd');			/* not the child's */
	NEED(is(call(page_unmap, 0, FREE), 0));		/* the child holds it */
	NEED(is(call(set_status, (word)pid, STATUS_RUN), 0) && exits(pid, 7));
	NEED((pid = start_exofork(reads_copy, NULL)) > 0);
	memset(at(REGS, P_W), 0, sizeof(struct frame));
	((struct frame *)at(REGS, P_W))->r[FR_PC] = (word)other_program;
	NEED(is(call(set_frame, (word)pid, 0), -EFAULT) && is(call(set_frame, (word)pid, REGS), 0));
	NEED(is(call(set_status, (word)pid, STATUS_RUN), 0) && exits(pid, 8));
	NEED((pid = start_exofork(reads_copy, NULL)) > 0 && is(call(set_status, (word)pid, STATUS_RUN), 0));
	NEED(ended(pid).how == END_FAULT);		/* it has no page */
	return settled();
}

static int all_of_it(void *unused)
{
	int pid;

	(void)unused;
	if (call(manage, PLAIN + PGSIZE, PGSIZE) < 0 || call(page_alloc, 0, FREE, RW) < 0)
		return 0;
	if ((pid = start_exofork(sleeps, 0)) < 0)
		return 0;
	call(page_alloc, (word)pid, WINDOW, RW);
	call(page_map, 0, FREE, (word)pid, FREE, P_R);
	call(page_map, 0, PLAIN, (word)pid, PLAIN, P_R | PAGE_COPY);
	call(page_map, 0, PLAIN, 0, FREE, P_R);
	call(set_status, (word)pid, STATUS_RUN);
	call(kill, (word)pid, SIGKILL);
	CHECK(call(wait, (word)pid, 0, 0) == pid);
	return 0;
}

static void tests(void)
{
	count_pages();
	ok(kin(), "exo: on a child, and on nobody else: parent, sibling, grandchild, zombie, nobody");
	ok(itself(), "exo: on oneself, by 0 or by number, and on a thread");
	ok(bad_rights(), "exo: every bit of the rights");
	ok(bad_addresses(), "exo: addresses that are not managed, aligned, or the program's");
	ok(bad_ranges(), "exo: ranges and buffers");
	ok(many_runs(), "exo: query: more runs than fit");
	ok(bad_upcalls(), "exo: set_upcall, resume, park: arguments");
	ok(stopping(), "exo: stop and run, asleep or not; who is left behind stopped, ends");
	ok(forgetting(), "exo: children that are forgotten");
	ok(by_hand(), "exo: a process made by hand");
	ok(fail_each(all_of_it, NULL) > 8 && settled(), "exo: every allocation refused");
	exit(tap_end());
}

int main(int argc, char **argv)
{
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;

	kernel_run(tests, seed % 3 ? NCPU : 1, seed);	/* some seeds: one CPU */
}
