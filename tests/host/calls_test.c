/* SPDX-License-Identifier: MIT */
/*
 * calls_test.c: any arguments to any call (kernel.h): programs of which
 * nothing is left but registers, and these at random: each instruction is a
 * system call, mostly of the exokernel's, or a fault.  Whatever becomes of
 * them, the audit is content and nothing is lost.  Prints TAP.  Usage:
 * calls_test [SEED [INSTRUCTIONS]].
 */
#include "kernel.h"
#include "tap.h"
#include <stdlib.h>

enum { BREED = 4, CROWD = 40 };
static unsigned left, made[SYS_N], good[SYS_N];

static const unsigned char calls[] = {
	SYS_manage, SYS_page_alloc, SYS_page_map, SYS_page_unmap, SYS_query, SYS_exofork, SYS_set_status, SYS_set_frame,
	SYS_ipc_send, SYS_ipc_recv, SYS_ipc_call, SYS_ipc_ask, SYS_page_alloc, SYS_page_map, SYS_page_map, SYS_page_map, SYS_query,
	SYS_set_upcall, SYS_set_upcall, SYS_resume, SYS_activation, SYS_activation, SYS_park, SYS_getcpu, SYS_locks,
	/* and what they meet */
	SYS_fork, SYS_thread, SYS_wait, SYS_kill, SYS_yield, SYS_sleep, SYS_pipe, SYS_read, SYS_write, SYS_mmap, SYS_munmap,
	SYS_mprotect, SYS_minherit, SYS_exit, SYS_vfork, SYS_futex_wait, SYS_futex_wake, SYS_close,
	SYS_dup, SYS_dup2, SYS_fcntl, SYS_pread, SYS_pwrite, SYS_cputime,
	SYS_signals, SYS_pause, SYS_setjob, SYS_getjob,
};

static word any_pid(void)
{
	word odd[] = { 0, 0, 0, 0, 1, (word)-1, 32767, INT32_MAX, (word)1 << 40 };
	unsigned n = below(20);
	struct proc *p = NULL;

	if (n < 9)
		return odd[n];
	for (n = below(CROWD); n; n--)
		p = proc_next(p);
	return p ? (word)p->pid : (word)cur()->pid;
}

static word any_address(void)
{
	word odd[] = { 0, 1, PGSIZE, USERTOP, USERTOP - PGSIZE, USERTOP - 8, (word)-1, (word)-PGSIZE, (word)1 << 31, (word)1 << 47 };
	word page = below(3) == 0 ? PLAIN + (word)below(PLAIN_PAGES) * PGSIZE : below(4) == 0 ? UPSTACK + (word)below(UPSTACK_PAGES) * PGSIZE
		: WINDOW + (word)below(WINDOW_PAGES) * PGSIZE;
	unsigned n = below(30);

	if (n < 10)
		return odd[n];
	return n < 14 ? page + below(PGSIZE) : n < 16 ? page + PGSIZE - 8 : page;
}

static word any_rights(void)
{
	word r = below(8) | below(4) * PAGE_S0;

	if (below(6) == 0)
		r ^= PAGE_MOVE;
	if (below(6) == 0)
		r ^= PAGE_COPY;
	return below(20) ? r : (word)1 << below(64);
}

static word any_length(void)
{
	return below(8) ? (word)below(4) * PGSIZE : (word)below(1 << 16) << below(48);
}

static word any_time(void)
{
	return below(8) ? below(4) * 10 : below(4) ? (word)-2 - below(9) : (word)IPC_FOREVER;
}

static word any(void)
{
	switch (below(6)) {
	case 0: return any_pid();
	case 1: return any_rights();
	case 2: return any_length();
	case 3: return below(17);
	default: return any_address();
	}
}

/* Mostly what such a call wants; else they would all end at the first check. */
static void sensible(word nr, word a[6])
{
	bool whom = nr == SYS_page_alloc || nr == SYS_page_map || nr == SYS_page_unmap || nr == SYS_query || nr == SYS_set_upcall
		|| nr == SYS_set_status || nr == SYS_set_frame || nr == SYS_ipc_send || nr == SYS_ipc_call || nr == SYS_ipc_ask || nr == SYS_kill || nr == SYS_wait;

	for (int i = 0; i < 6; i++)
		a[i] = any_address();
	if (whom)
		a[0] = any_pid();
	switch (nr) {
	case SYS_manage: case SYS_munmap: a[1] = any_length(); break;
	case SYS_mmap: a[1] = any_length(), a[2] = below(8), a[3] = 0x20 | (1 + below(2)) | below(2) * 0x10; break;
	case SYS_mprotect: case SYS_minherit: a[1] = any_length(), a[2] = below(8); break;
	case SYS_page_alloc: a[2] = any_rights(); break;
	case SYS_page_map: a[2] = any_pid(), a[4] = any_rights(); break;
	case SYS_query: a[2] = a[1] + any_length(), a[4] = below(100); break;
	case SYS_set_status: a[1] = below(4); break;
	case SYS_set_upcall: a[1] = below(1 << UPCALL_N), a[3] = a[4] - any_length(), a[5] = below(50); break;
	case SYS_activation: a[0] = a[1] - any_length(); break;
	case SYS_ipc_recv: a[0] = below(2) ? a[0] : IPC_NOPAGE, a[2] = any_time(); break;
	case SYS_ipc_send: a[2] = below(2) ? a[2] : IPC_NOPAGE, a[3] = any_rights(), a[4] = any_time(); break;
	case SYS_ipc_call: case SYS_ipc_ask: a[2] = below(2) ? a[2] : IPC_NOPAGE, a[3] = any_rights(), a[5] = any_time(); break;
	case SYS_fork: a[0] = below(6) - 1; break;
	case SYS_wait: a[1] = below(2) ? a[1] : 0, a[2] = below(4) > 0; break;
	case SYS_kill: a[1] = below(3) ? below(SIG_N) : 0; break;
	case SYS_signals: a[0] = below(1 << 16) & 0xfdfe, a[1] = 0, a[2] = below(1 << 16) & 0xfffe; a[3] = below(1 << 16) & 0xfffe; break;
	case SYS_pause: a[0] = below(1 << 16) & 0xfffe; break;
	case SYS_sleep: a[0] = below(50); break;
	case SYS_read: case SYS_write: a[0] = below(4), a[2] = below(200); break;
	case SYS_pread: case SYS_pwrite: a[0] = below(4), a[2] = below(200), a[3] = below(200); break;
	case SYS_fcntl: a[0] = below(4), a[1] = below(8) < 7 ? below(5) : F_DUPFD_CLOEXEC, a[2] = below(4) ? below(FD_N) : O_NONBLOCK; break;
	case SYS_pipe: a[0] = PLAIN; break;
	case SYS_dup: case SYS_dup2: a[1] = below(FD_N); /* fall through */
	case SYS_close: a[0] = below(below(2) ? 4 : FD_N); break;
	}
}

/* An exokernel call that comes back, and is likely enough to come back well? */
static bool likely(word nr)
{
	return nr >= SYS_set_upcall && nr <= SYS_ipc_recv && nr != SYS_resume && nr != SYS_set_frame;
}

static unsigned crowd(void)
{
	unsigned n = 0;

	for (struct proc *p = proc_next(NULL); p; p = proc_next(p))
		n++;
	return n;
}

static bool quits(struct frame *f)
{
	f->r[FR_NR] = SYS_exit;
	return true;
}

static bool anything(struct frame *f)
{
	static const enum fault_kind kinds[] = { FAULT_ALIGN, FAULT_ILLEGAL, FAULT_BREAK, FAULT_DIVIDE, FAULT_BUS };
	word nr = calls[below(sizeof calls)], odd;

	if (f->r[FR_NR] < SYS_N && (intptr_t)f->r[FR_RET] >= 0)
		good[f->r[FR_NR]]++;
	if (!left || !left--)
		return quits(f);
	f->r[FR_SP] = any_address();
	if (below(50) == 0) {
		if (below(4))
			trip(FAULT_PAGE, any_address(), (unsigned[]){ P_R, P_W, P_W, P_X }[below(4)]);
		else
			trip(kinds[below(5)], f->r[FR_PC], 0);
		return false;
	}
	if (crowd() > CROWD && (nr == SYS_fork || nr == SYS_exofork || nr == SYS_thread || nr == SYS_activation || nr == SYS_vfork))
		nr = SYS_exit;
	if (nr == SYS_exit && below(4))
		nr = SYS_page_alloc;
	sensible(nr, &f->r[FR_A0]);
	odd = below(12);
	if (odd < 6)
		f->r[FR_A0 + odd] = any();
	f->r[FR_NR] = nr;
	f->r[FR_PC] += 4;
	made[nr]++;
	return true;
}

/* Who sleeps for ever, or is stopped, makes room. */
static void thin_out(void)
{
	for (struct proc *p = proc_next(NULL); p; p = proc_next(p))
		if (p->state != PROC_READY && below(3) == 0)
			call(kill, (word)p->pid, SIGKILL);
}

static bool wild(unsigned n)
{
	left = n;
	user_mode = anything;
	for (int i = 0; left; i++) {
		for (int k = 0; k < BREED; k++)
			start(NULL, NULL);
		call(sleep, 20);
		while (call(wait, (word)-1, 0, WAIT_NOHANG) > 0)
			;
		if (crowd() > CROWD / 2)
			thin_out();
		if (i % 16 == 0)
			NEED(call(audit, 0) == 0);
	}
	user_mode = quits;
	while (crowd() > 1) {
		for (struct proc *p = proc_next(NULL); p; p = proc_next(p))
			call(kill, (word)p->pid, SIGKILL);
		while (call(wait, (word)-1, 0, WAIT_NOHANG) > 0)
			;
		call(sleep, 10);
	}
	user_mode = NULL;
	return settled();
}

/* What exec would close is closed before: nothing is left of that. */
static bool marks(void)
{
	NEED(is(call(pipe, PLAIN), 0) && is(call(fcntl, 0, F_SETFD, FD_CLOEXEC), 0) && is(call(fcntl, 1, F_DUPFD_CLOEXEC, 9), 9));
	NEED(is(call(close, 0), 0) && is(call(dup2, 1, 9), 9) && is(call(audit, 0), 0) && is(call(fcntl, 9, F_GETFD), 0));
	NEED(is(call(close, 1), 0) && is(call(close, 9), 0));
	return settled();
}

static unsigned instructions = 20000;

static void tests(void)
{
	bool all = true;

	count_pages();
	ok(marks(), "calls: a descriptor that is closed leaves no mark");
	for (int round = 0; round < 4; round++)
		ok(wild(instructions), "calls: any arguments to any of them, from a crowd of processes");
	for (unsigned i = 0; i < sizeof calls; i++)
		if (!made[calls[i]] || (!good[calls[i]] && likely(calls[i]))) {
			printf("# call %d: %u times, %u well\n", calls[i], made[calls[i]], good[calls[i]]);
			all = false;
		}
	ok(all, "calls: each has been made, and the exokernel's have worked");
	exit(tap_end());
}

int main(int argc, char **argv)
{
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;

	if (argc > 2)
		instructions = (unsigned)strtoul(argv[2], NULL, 0);
	kernel_run(tests, seed % 3 ? NCPU : 1, seed);	/* some seeds: one CPU */
}
