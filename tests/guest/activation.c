/* SPDX-License-Identifier: MIT */
/*
 * activation.c: threads that the program schedules, on activations: a thread
 * that sleeps in the kernel does not keep the others from running.
 */
#include <errno.h>
#include <stdatomic.h>
#include "upcalls.h"

enum { THREADS = 5, ROUNDS = 60, STACK = 4 };

/* ---- a scheduler: run is the thread that an activation runs, by its number ---- */

static struct thread { struct regs regs; int next; } thread[THREADS];
static _Atomic int busy;			/* a spin lock, for the queue */
static int queue, queue_end;
static int run[256];
static int blocks, unblocks;

static void lock_queue(void)
{
	while (atomic_exchange(&busy, 1))
		yield();
}

static void unlock_queue(void)
{
	busy = 0;
}

/* => queue locked */
static void put(int t)
{
	thread[t].next = -1;
	if (queue < 0)
		queue = t;
	else
		thread[queue_end].next = t;
	queue_end = t;
}

/* The next thread's registers, or never back.  => queue locked; unlocked */
static void next_one(struct upcall *u)
{
	int t = queue;

	if (t >= 0) {
		queue = thread[t].next;
		run[getpid() % 256] = t;
		u->regs = thread[t].regs;
	}
	unlock_queue();
	if (t < 0) {
		park();
		_exit(8);
	}
}

static void schedule(struct upcall *u)
{
	int t = run[u->kind % 256];

	lock_queue();
	if (u->event == UPCALL_BLOCK) {
		blocks++;
		next_one(u);
		return;
	}
	unblocks++;
	if (u->va) {				/* what we ran can wait: who was asleep goes first */
		int ours = run[getpid() % 256];

		thread[ours].regs = ((struct upcall *)u->va)->regs;
		put(ours);
	}
	run[getpid() % 256] = t;
	unlock_queue();
}

static void new_thread(int t, void (*fn)(void))
{
	char *top = pages(STACK) + STACK * PAGE - 64;

	thread[t].regs.r[FR_PC] = (uintptr_t)fn;
	thread[t].regs.r[FR_SP] = (uintptr_t)top - sizeof(void *);
	put(t);
}

/* The caller becomes thread 0; n activations beside it. */
static void begin(int n)
{
	queue = -1;
	blocks = unblocks = 0;
	memset(thread, 0, sizeof thread);	/* as aim does with what is its */
	memset(run, 0, sizeof run);
	aim(MASK(UPCALL_BLOCK) | MASK(UPCALL_UNBLOCK), schedule, 0);
	while (n--) {
		char *stack = pages(UP_STACK);

		CHECK(activation(stack, stack + UP_STACK * PAGE) > 0);
	}
}

/* ---- one sleeps, the other runs ---- */

static int pipe_fd[2];
static volatile int steps;

static void other_thread(void)
{
	steps = 1;
	for (volatile int i = 0; i < 100000; i++)
		;
	steps = 2;
	CHECK(write(pipe_fd[1], "x", 1) == 1);
	steps = 3;
	for (;;)
		;				/* till the reader's registers come to us */
}

static void read_beside(void *unused)
{
	pid_t me = getpid();
	char c = 0;

	(void)unused;
	CHECK(pipe(pipe_fd) == 0);
	steps = 0;
	begin(1);
	new_thread(1, other_thread);
	EQUAL(read(pipe_fd[0], &c, 1), 1);
	EQUAL(c, 'x');
	CHECK(steps >= 2);
	CHECK(getpid() != me);
	EQUAL(blocks, 1);
	EQUAL(unblocks, 1);
	exit(5);
}

static void ends(void (*fn)(void *), enum end how, int code)
{
	struct wait_info w = in_child(FORK_DEFAULT, fn, 0);

	EQUAL(w.how, how);
	EQUAL(w.code, code);
}

TEST(beside, "activation: one thread sleeps in a pipe, another runs meanwhile and wakes it; its exit is the program's")
{
	ends(read_beside, END_EXIT, 5);
}

/* ---- who ends, ends all ---- */

static void fault_elsewhere(void)
{
	*(volatile char *)8 = 1;
}

static void read_for_ever(void *fn)
{
	char c;

	CHECK(pipe(pipe_fd) == 0);
	begin(2);
	new_thread(1, (void (*)(void))fn);
	read(pipe_fd[0], &c, 1);
	_exit(9);
}

static void exit_elsewhere(void) { _exit(17); }
static void faults(void *unused) { (void)unused; read_for_ever((void *)fault_elsewhere); }
static void spin_elsewhere(void) { for (;;) ; }
static void exits(void *unused) { (void)unused; read_for_ever((void *)exit_elsewhere); }

TEST(one_end, "activation: the fault or exit of one ends all, and is what the parent hears")
{
	ends(faults, END_FAULT, FAULT_PAGE);
	ends(exits, END_EXIT, 17);
}

TEST(killed, "activation: a kill ends them all, asleep, parked or running")
{
	for (int i = 0; i < 4; i++) {
		struct wait_info w;
		pid_t pid = fork();

		if (pid == 0)
			read_for_ever((void *)spin_elsewhere);
		msleep(i * 10);
		EQUAL(kill(pid, SIGKILL), 0);
		EQUAL(waitinfo(pid, &w, 0), pid);
		EQUAL(w.how, END_KILLED);
	}
}

/* ---- many ---- */

static int ring[THREADS][2];
static volatile int done;
static _Atomic int names;

static void pass(int t)
{
	for (int i = 0; i < ROUNDS; i++) {
		char c = 0;

		if (read(ring[t][0], &c, 1) != 1 || c != (char)i)
			_exit(20);
		if (t == THREADS - 1)
			c++;
		if (i + 1 < ROUNDS || t + 1 < THREADS)
			if (write(ring[(t + 1) % THREADS][1], &c, 1) != 1)
				_exit(21);
	}
}

static void passer(void)
{
	pass(++names);
	if (names != THREADS - 1)
		_exit(22);
	done++;
	for (;;)
		msleep(1000);
}

static void ring_of(int activations)
{
	for (int t = 0; t < THREADS; t++)
		CHECK(pipe(ring[t]) == 0);
	done = 0;
	names = 0;
	begin(activations);
	for (int t = 1; t < THREADS; t++)
		new_thread(t, passer);
	CHECK(write(ring[0][1], "", 1) == 1);
	pass(0);
	while (done < THREADS - 1)
		msleep(10);
	_exit(0);
}

static void ring_run(void *n) { ring_of((int)(intptr_t)n); }

TEST(many, "activation: five threads pass a byte round through pipes, on as many activations and on more")
{
	for (intptr_t n = THREADS - 1; n < THREADS + 2; n++) {
		struct wait_info w = in_child(FORK_DEFAULT, ring_run, (void *)n);

		EQUAL(w.how, END_EXIT);
		EQUAL(w.code, 0);
	}
}

/* ---- arguments, and what a group may not ---- */

static void alone(void *unused)
{
	char *stack = pages(1);
	int fd;

	(void)unused;
	EQUAL(park(), -1);
	EQUAL(errno, EPERM);
	CHECK(activation(stack, stack + PAGE) > 0);
	EQUAL(execv("/bin/true", (char *[]){ "true", 0 }), -1);
	EQUAL(errno, EBUSY);
	fd = dup(1);
	CHECK(fd > 2);
	EQUAL(close(fd), 0);
	EQUAL(close(fd), -1);
	EQUAL(dup2(1, fd), fd);
	if (fork() == 0) {			/* no activation of ours, and no descriptors in common */
		CHECK(close(fd) == 0);
		EQUAL(park(), -1);
		execv("/bin/true", (char *[]){ "true", 0 });
		_exit(9);
	}
	wait(0);
	EQUAL(close(fd), 0);
	_exit(3);
}

TEST(arguments, "activation: park needs a group, exec must not have one, a child has none; descriptors work as ever")
{
	ends(alone, END_EXIT, 3);
}

static void out_of_stack(void *unused)
{
	char c;

	(void)unused;
	CHECK(pipe(pipe_fd) == 0);
	aim(MASK(UPCALL_BLOCK) | MASK(UPCALL_UNBLOCK), schedule, 0);
	CHECK(activation(0, (void *)16) > 0);
	read(pipe_fd[0], &c, 1);
	_exit(9);
}

TEST(bad_stack, "activation: one whose stack is none ends the program, when it is to be used")
{
	ends(out_of_stack, END_FAULT, FAULT_PAGE);
}
