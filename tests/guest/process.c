/* SPDX-License-Identifier: MIT */
/* process.c: fork, wait, kill, exit, vfork, scheduling. */
#include <errno.h>
#include "test.h"

TEST(fork_twice_returns, "process: fork returns twice, with the child's pid and with 0")
{
	pid_t me = getpid(), pid = fork();
	int status;

	if (pid == 0) {
		CHECK(getpid() != me);
		EQUAL(getppid(), me);
		exit(7);
	}
	CHECK(pid > 0);
	EQUAL(waitpid(pid, &status, 0), pid);
	CHECK(WIFEXITED(status));
	EQUAL(WEXITSTATUS(status), 7);
}

TEST(wait_none, "process: wait without children is an error")
{
	EQUAL(wait(0), -1);
	EQUAL(waitpid(1, 0, 0), -1);
	EQUAL(waitpid(12345, 0, 0), -1);
}

TEST(wait_nohang, "process: wait that may not block says so")
{
	int fd[2], status;
	pid_t pid;
	char c;

	CHECK(pipe(fd) == 0);
	if ((pid = fork()) == 0) {
		read(fd[0], &c, 1);
		exit(0);
	}
	EQUAL(waitpid(pid, &status, WNOHANG), 0);
	write(fd[1], "g", 1);
	EQUAL(waitpid(pid, &status, 0), pid);
}

TEST(wait_any, "process: wait reaps each child once, with its own status")
{
	int seen[10] = { 0 }, status;

	for (int i = 0; i < 10; i++)
		if (fork() == 0)
			exit(i);
	for (int i = 0; i < 10; i++) {
		CHECK(wait(&status) > 0);
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) < 10);
		seen[WEXITSTATUS(status)]++;
	}
	for (int i = 0; i < 10; i++)
		EQUAL(seen[i], 1);
	EQUAL(wait(0), -1);
}

TEST(wait_job, "process: wait for a job's children, or for those of one's own, leaves the others be")
{
	pid_t job = 0, pid[4];

	for (int i = 0; i < 4; i++) {
		pid[i] = fork();
		if (pid[i] == 0) {
			msleep(30);			/* till its job is set */
			_exit(10 + i);
		}
		if (i == 1)
			job = pid[i];
		if (i == 1 || i == 2)
			EQUAL(setjob(pid[i], job), 0);
	}
	for (int i = 0, status; i < 2; i++) {
		pid_t got = waitpid(-job, &status, 0);

		CHECK(got == pid[1] || got == pid[2]);
		EQUAL(WEXITSTATUS(status), got == pid[1] ? 11 : 12);
	}
	CHECK(waitpid(-job, NULL, 0) < 0 && errno == ECHILD);
	for (int i = 0; i < 2; i++)
		CHECK(waitpid(0, NULL, WUNTRACED) > 0);
	CHECK(waitpid(0, NULL, 0) < 0 && errno == ECHILD);
	CHECK(waitpid(INT32_MIN, NULL, 0) < 0 && errno == ECHILD);
	CHECK(waitpid(-1, NULL, 64) < 0 && errno == EINVAL);
}

TEST(registers, "process: fork keeps every callee-saved value, in both")
{
	volatile long v[24];
	long s = 0;

	for (int i = 0; i < 24; i++)
		v[i] = i * 1234567;
	for (int k = 0; k < 20; k++) {
		pid_t pid = fork();

		for (int i = 0; i < 24; i++)
			EQUAL(v[i], i * 1234567L);
		if (pid == 0)
			exit(0);
		CHECK(waitpid(pid, 0, 0) == pid);
		s += k;
	}
	EQUAL(s, 190);
}

/* ---- how a process ended ---- */

static void spin(void *arg)
{
	(void)arg;
	for (;;)
		;
}

TEST(kill_spinning, "process: kill ends a process that never makes a call (pre-emption)")
{
	struct wait_info w;
	pid_t pid = fork();

	if (pid == 0)
		spin(0);
	msleep(30);
	CHECK(kill(pid, SIGKILL) == 0);
	CHECK(waitinfo(pid, &w, 0) == pid);
	EQUAL(w.how, END_KILLED);
	EQUAL(w.code, SIGKILL);
}

TEST(kill_sleeping, "process: kill ends a process asleep in a pipe read, in sleep and in wait")
{
	for (int kind = 0; kind < 3; kind++) {
		struct wait_info w;
		int fd[2];
		char c;
		pid_t pid;

		CHECK(pipe(fd) == 0);
		if ((pid = fork()) == 0) {
			if (kind == 0)
				read(fd[0], &c, 1);
			if (kind == 1)
				msleep(1000000);
			if (kind == 2 && (pid = fork()) == 0) {
				close(fd[1]);
				read(fd[0], &c, 1);	/* until the suite's case closes the pipe */
				exit(0);
			}
			wait(0);
			exit(1);
		}
		msleep(20);
		CHECK(kill(pid, SIGKILL) == 0);
		CHECK(waitinfo(pid, &w, 0) == pid);
		EQUAL(w.how, END_KILLED);
		close(fd[1]);
		close(fd[0]);
	}
}

TEST(kill_refuses, "process: kill of nobody is an error")
{
	EQUAL(kill(12345, SIGKILL), -1);
	EQUAL(kill(-1, SIGKILL), -1);
	EQUAL(kill(getpid(), 1000), -1);
}

static void divide(void *arg)
{
	volatile int zero = 0;

	*(volatile int *)arg = 1 / zero;
	exit(9);				/* a machine whose division does not trap */
}

static void illegal(void *arg)
{
	(void)arg;
#if defined __i386__
	__asm__ volatile("ud2");
#elif defined __riscv
	__asm__ volatile(".word 0");
#else
	__asm__ volatile(".word 0x7c00000b");	/* a reserved SPECIAL3 */
#endif
}

static void breakpoint(void *arg)
{
	(void)arg;
#if defined __i386__
	__asm__ volatile("int3");
#elif defined __riscv
	__asm__ volatile("ebreak");
#else
	__asm__ volatile("break");
#endif
}

/* For a debugger that is not there.  MIPS: sdbbp; code 0, for 1 is the emulator's own. */
static void debugger(void)
{
#if defined __mips__
	__asm__ volatile(".word 0x7000003f");
#else
	breakpoint(0);
#endif
}

TEST(debug_breakpoints, "process: a debugger's breakpoint ends that process only, several at once, on any CPU")
{
	enum { N = 16 };
	struct wait_info w;

	if (!sys.has_isolation)
		test_skip("it stops this emulator");
	for (int i = 0; i < N; i++)
		if (fork() == 0) {
			yield();
			debugger();
			exit(1);
		}
	for (int i = 0; i < N; i++) {
		CHECK(waitinfo(-1, &w, 0) > 0);
		EQUAL(w.how, END_FAULT);
		EQUAL(w.code, FAULT_BREAK);
	}
}

TEST(end_report, "process: wait tells exit, division, illegal instruction and breakpoint apart")
{
	struct wait_info w;
	int x;

	w = in_child(FORK_DEFAULT, illegal, 0);
	EQUAL(w.how, END_FAULT);
	EQUAL(w.code, FAULT_ILLEGAL);
	w = in_child(FORK_DEFAULT, breakpoint, 0);
	EQUAL(w.how, END_FAULT);
	EQUAL(w.code, FAULT_BREAK);
	w = in_child(FORK_DEFAULT, divide, &x);
	CHECK((w.how == END_FAULT && w.code == FAULT_DIVIDE) || (w.how == END_EXIT && w.code == 9));
}

static void privileged(void *arg)
{
	(void)arg;
#if defined __i386__
	__asm__ volatile("cli");
#elif defined __riscv
	__asm__ volatile("csrr a0, sstatus" ::: "a0");
#else
	__asm__ volatile("mtc0 $0, $12");
#endif
	exit(9);
}

TEST(privilege, "process: a privileged instruction ends that process only")
{
	struct wait_info w;

	if (!sys.has_isolation)
		test_skip("this emulator lets user mode reach coprocessor 0");
	w = in_child(FORK_DEFAULT, privileged, 0);
	EQUAL(w.how, END_FAULT);
	CHECK(w.code == FAULT_ILLEGAL || w.code == FAULT_OTHER);
}

/* ---- many ---- */

TEST(forkbomb, "process: fork at the process limit fails with an error; all are reaped (H23)")
{
	int fd[2], n = 0;
	pid_t pid;
	char c;

	CHECK(pipe(fd) == 0);
	while ((pid = fork()) > 0)
		n++;
	if (pid == 0) {
		close(fd[1]);
		read(fd[0], &c, 1);
		_exit(0);
	}
	CHECK(n > 50);
	close(fd[1]);
	for (int i = 0; i < n; i++)
		CHECK(wait(0) > 0);
	EQUAL(wait(0), -1);
	CHECK((pid = fork()) >= 0);
	if (pid == 0)
		exit(0);
	CHECK(waitpid(pid, 0, 0) == pid);
}

TEST(pid_reuse, "process: 600 processes one after the other, pids unlike while they live (H23)")
{
	pid_t last = 0;

	for (int i = 0; i < 600; i++) {
		pid_t pid = fork();

		if (pid == 0)
			_exit(0);
		CHECK(pid > 0 && pid != last && pid != getpid());
		CHECK(waitpid(pid, 0, 0) == pid);
		last = pid;
	}
}

static void tree(int depth)
{
	for (int i = 0; i < 2 && depth > 0; i++) {
		pid_t pid = fork();

		CHECK(pid >= 0);
		if (pid == 0) {
			tree(depth - 1);
			exit(0);
		}
	}
	while (wait(0) > 0)
		;
}

TEST(forktree, "process: a tree of 62 forks")
{
	tree(5);
}

TEST(orphans, "process: a child outlives its parent and is reaped by init")
{
	int fd[2];
	pid_t pid, init = 0;

	CHECK(pipe(fd) == 0);
	if ((pid = fork()) == 0) {
		if (fork() == 0) {
			while (getppid() != 1)
				yield();
			init = getppid();
			write(fd[1], &init, sizeof init);
			exit(0);
		}
		exit(0);
	}
	CHECK(waitpid(pid, 0, 0) == pid);
	CHECK(read(fd[0], &init, sizeof init) == sizeof init);
	EQUAL(init, 1);
}

/* ---- vfork, spawn ---- */

TEST(vfork_exit, "process: vfork's child shares memory, and the parent waits for it")
{
	volatile int x = 1;
	int status;
	pid_t pid = vfork();

	if (pid == 0) {
		x = 2;
		_exit(5);
	}
	CHECK(pid > 0);
	EQUAL(x, 2);
	CHECK(waitpid(pid, &status, 0) == pid);
	EQUAL(WEXITSTATUS(status), 5);
}

TEST(vfork_exec, "process: vfork and exec; the parent's memory is untouched")
{
	char *argv[] = { "false", 0 };
	int status;
	pid_t pid = vfork();

	if (pid == 0) {
		execv("/bin/false", argv);
		_exit(99);
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	EQUAL(WEXITSTATUS(status), 1);
}

TEST(spawn_status, "process: spawn runs a program; a missing one is an error")
{
	char *argv[] = { "false", 0 };
	struct wait_info w;
	pid_t pid = spawn("/bin/false", argv, 0);

	CHECK(pid > 0);
	CHECK(waitinfo(pid, &w, 0) == pid);
	EQUAL(w.code, 1);
	EQUAL(spawn("/bin/no-such", argv, 0), -1);
}

/* ---- time ---- */

TEST(sleep_time, "process: sleep lasts about as long as asked")
{
	long t = uptime();

	msleep(50);
	CHECK(uptime() - t >= 50);
	CHECK(uptime() - t < 5000);
}

TEST(preempt, "process: two that compute share the CPU; a third gets its turn")
{
	volatile int *shared = (void *)pages_prot(1, PROT_READ | PROT_WRITE, MAP_SHARED);
	pid_t a, b;

	if ((a = fork()) == 0)
		for (;;)
			shared[0]++;
	if ((b = fork()) == 0)
		for (;;)
			shared[64]++;
	while (shared[0] < 1000 || shared[64] < 1000)
		;					/* does not yield: the tick must */
	CHECK(kill(a, SIGKILL) == 0 && kill(b, SIGKILL) == 0);
	CHECK(waitpid(a, 0, 0) == a && waitpid(b, 0, 0) == b);
}
