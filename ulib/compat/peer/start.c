/* SPDX-License-Identifier: MIT */
/*
 * start.c: a process becomes an environment: it manages its memory, and runs on a stack where the peer has it.
 *
 * The peers' machines run until no environment is left, whichever was the first; a command ends when its
 * process does.  So the first process stays outside as the watcher: all environments hold the writing end of a
 * pipe to it, and when the last is gone, it reads the end.
 */
#include <errno.h>
#include <stdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <yoke.h>
#include "area.h"
#include "peer.h"

enum { INIT = 1, WINDOW = 4 << 20, TOP_ROOM = 512 };
enum { FAILED = 'f', HALT = 128 };	/* what a byte to the watcher says; HALT: and the status */

#ifdef __i386__
enum { RETURN_ADDRESS = 4 };		/* where a function begins the stack is aligned but for this */
#else
enum { RETURN_ADDRESS = 0 };
#endif

static int arg_count;
static char **arg_list;

static _Noreturn void fail(const char *what)
{
	perror(what);
	_exit(1);
}

/* The first thing on the new stack. */
static void begin(void)
{
	peer_main(arg_count, arg_list);
	_exit(0);
}

static void new_stack(void)
{
	struct regs r = { 0 };

	for (uintptr_t n = 1; n <= PEER_STACK_PAGES; n++)
		if (page_alloc(0, (void *)(peer_stack_top - n * PEER_PAGE), PEER_RIGHTS | PROT_WRITE) < 0)
			fail("stack");
	r.r[FR_PC] = (uintptr_t)begin;
	r.r[FR_SP] = peer_stack_top - TOP_ROOM - RETURN_ADDRESS;
	resume(&r);
	fail("resume");
}

/* All is as the library's fork would make it first: memory that is managed, an upcall stack, and a known one. */
static void prepare_fork(void)
{
	struct sys_info s;

	sysinfo(&s);
	upcalls.top = s.user_top;
	upcalls.lo = peer_stack_top - PEER_STACK_PAGES * PEER_PAGE;
	upcalls.hi = peer_stack_top;
	upcalls.area = (char *)peer_area;
	upcalls.deep = true;
	upcalls.ufork_on = 1;
}

/* Make what may be written ours alone, while the kernel still copies on write. */
static void touch(const struct page_run *r)
{
	if (r->region & (PAGE_USER | PAGE_SHARED) || !(r->region & PROT_WRITE))
		return;
	for (uintptr_t va = r->lo; va < r->hi; va += PEER_PAGE)
		*(volatile char *)va = *(volatile char *)va;
}

static void touch_all(void)
{
	const uintptr_t end = peer_window + WINDOW;
	struct page_run run;
	uintptr_t lo = 0;

	for (; lo < end && query(0, (void *)lo, (void *)end, &run, 1) == 1; lo = run.hi)
		touch(&run);
}

/*
 * Nothing of a managed process comes by itself: we take all that is ours, manage brings in the rest of the file,
 * and the stack that we leave stays as it is.  Nobody waits for children; the kernel reaps them.
 */
static _Noreturn void become(int argc, char **argv)
{
	arg_count = argc;
	arg_list = argv;
	if (set_status(0, STATUS_FORGET) < 0)
		fail("set_status");
	touch_all();
	if (manage((void *)PEER_PAGE, peer_window + WINDOW - PEER_PAGE) < 0)
		fail("manage");
	prepare_fork();
	if (peer_handlers_on() < 0)
		fail("upcall");
	new_stack();
	__builtin_unreachable();
}

static int say(unsigned char byte)
{
	return write(PEER_LINE, &byte, 1) == 1;
}

_Noreturn void peer_failed(void)
{
	say(FAILED);
	_exit(1);
}

_Noreturn void peer_halt(int status)
{
	say(HALT | status);
	for (;;)
		msleep(1000);
}

/* They have the watcher's name; who shares its parent is another's watcher, but orphans share init with all. */
static bool is_environment(const struct proc_info *p, const struct proc_info *me)
{
	return p->pid != me->pid && (p->ppid == INIT || p->ppid != me->ppid) && strcmp(p->name, me->name) == 0;
}

/* End all environments: again until none is found, for they fork meanwhile, and procinfo's count shifts as they end. */
static void kill_all(void)
{
	struct proc_info me = { 0 }, p;
	bool found = true;

	for (unsigned n = 0; me.pid != getpid() && procinfo(n, &me) == 0; n++)
		;
	while (found) {
		found = false;
		for (unsigned n = 0; procinfo(n, &p) == 0; n++)
			if (p.state != PROC_ZOMBIE && is_environment(&p, &me)) {
				found = true;
				kill(p.pid, SIGKILL);
			}
		yield();
	}
}

/* Until no environment is left, all ended by one that stopped the machine or not.  What the run was worth. */
static int watch(int line, pid_t first)
{
	struct wait_info end;
	unsigned char byte;
	int halted = -1;
	bool failed = false;

	while (read(line, &byte, 1) == 1) {
		if (byte & HALT) {
			halted = byte & ~HALT;
			kill_all();
		}
		failed |= byte == FAILED;
	}
	if (waitinfo(first, &end, 0) != first)
		return 1;
	if (halted >= 0)
		return halted;
	return wait_code(&end) ? wait_code(&end) : failed;
}

static bool watched(void)
{
	struct file_info info;

	return fileinfo(PEER_LINE, &info) == 0 && info.type == FILE_PIPE;
}

/* The peers pass nothing, not even a name, to what their kernels start. */
int main(int argc, char **argv)
{
	int line[2];
	pid_t first;

	if (watched())
		become(argc, argv);
	if (pipe(line) < 0 || dup2(line[1], PEER_LINE) < 0 || close(line[1]) < 0)
		fail("pipe");
	first = rfork(FORK_PAGE);	/* the peer's process manages its memory by our code, not by ulib's fork */
	if (first < 0)
		fail("fork");
	if (first == 0) {
		close(line[0]);
		become(argc > 1 ? argc : 0, argv);
	}
	close(PEER_LINE);
	return watch(line[0], first);
}

/* A write to a page that fork made copy-on-write. */
static bool is_cow(const struct upcall *u)
{
	return u->event == UPCALL_PAGE && u->want & PROT_WRITE && (u->have & (PAGE_S0 | PAGE_S1)) == PAGE_S0;
}

static void page_fault(struct upcall *u)
{
	if (is_cow(u) && ufork_fault(u))
		return;
	if (!peer_window_fault(u))
		peer_handle(u);
}

void peer_refuse(struct upcall *u)
{
	upcall_refuse(u, EFAULT);
}

/* A child that was made by hand has our words, but no upcall stack, nor does the kernel know of its handler. */
int peer_handlers_on(void)
{
	static pid_t on_in;

	if (on_in == getpid())
		return 0;
	if (area_fill(0, upcalls.area) < 0 || upcall_install(UPCALL_PAGE, page_fault, 0) < 0)
		return -1;
	on_in = getpid();
	return 0;
}
