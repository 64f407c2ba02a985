/* SPDX-License-Identifier: MIT */
/* signal.c: signals and their handlers; jobs. */
#include <errno.h>
#include <signal.h>
#include <time.h>
#include "test.h"

static volatile sig_atomic_t seen[NSIG];
static volatile sig_atomic_t order[8], heard;
static siginfo_t last;
static sigjmp_buf out;

static void note(int sig)
{
	close(-1);				/* its errno is not the program's */
	seen[sig]++;
	if (heard < 8)
		order[heard++] = sig;
}

static void note_info(int sig, siginfo_t *info, void *context)
{
	(void)context;
	seen[sig]++;
	last = *info;
}

static void catch(int sig, void (*fn)(int))
{
	CHECK(sigaction(sig, &(struct sigaction){ .sa_handler = fn }, NULL) == 0);
}

static void catch_info(int sig, void (*fn)(int, siginfo_t *, void *))
{
	CHECK(sigaction(sig, &(struct sigaction){ .sa_sigaction = fn, .sa_flags = SA_SIGINFO }, NULL) == 0);
}

/* ---- faults ---- */

static char *mended;

static void mend(int sig, siginfo_t *info, void *context)
{
	note_info(sig, info, context);
	CHECK(mprotect(mended, PAGE, PROT_READ | PROT_WRITE) == 0);
}

TEST(segv_retries, "signal: a handler of SIGSEGV gets the address, mends it, and the instruction is tried again")
{
	mended = pages_prot(2, PROT_READ, MAP_PRIVATE);
	catch_info(SIGSEGV, mend);
	mended[100] = 7;
	EQUAL(mended[100], 7);
	EQUAL(seen[SIGSEGV], 1);
	CHECK(last.si_addr == mended + 100 && last.si_signo == SIGSEGV);
	EQUAL(last.si_code, SEGV_ACCERR);
}

static void leave(int sig, siginfo_t *info, void *context)
{
	note_info(sig, info, context);
	siglongjmp(out, 5);
}

TEST(segv_jumps, "signal: siglongjmp leaves a handler of SIGSEGV, a hundred times")
{
	catch_info(SIGSEGV, leave);
	for (volatile int i = 0; i < 100; i++) {
		char *p = (char *)(uintptr_t)(16 + i);

		if (sigsetjmp(out, 1) == 0) {
			*(volatile char *)p = 1;
			CHECK(!"survived");
		}
		EQUAL(seen[SIGSEGV], i + 1);
		CHECK(last.si_addr == p);
		EQUAL(last.si_code, SEGV_MAPERR);
	}
}

static void fault_again(int sig)
{
	(void)sig;
	*(volatile char *)32 = 1;
}

static void faults_in_handler(void *arg)
{
	(void)arg;
	catch(SIGSEGV, fault_again);
	*(volatile char *)16 = 1;
}

TEST(segv_nested, "signal: a fault in a handler of its own kind ends the program")
{
	struct wait_info w = in_child(FORK_DEFAULT, faults_in_handler, NULL);

	EQUAL(w.how, END_FAULT);
	EQUAL(w.va, 32);
}

static void ignores_fault(void *arg)
{
	(void)arg;
	signal(SIGSEGV, note);
	signal(SIGSEGV, SIG_IGN);
	*(volatile char *)16 = 1;
}

TEST(segv_ignored, "signal: its own fault cannot be ignored, and SIG_DFL ends it as before")
{
	struct wait_info w = in_child(FORK_DEFAULT, ignores_fault, NULL);

	EQUAL(w.how, END_FAULT);
	EQUAL(wait_status(&w), SIGSEGV);
}

TEST(ill_jumps, "signal: SIGILL and SIGTRAP, their handlers leave by siglongjmp")
{
	catch_info(SIGILL, leave);
	if (sigsetjmp(out, 0) == 0)
#if defined(__i386__)
		__asm__ volatile("ud2");
#elif defined(__riscv)
		__asm__ volatile("unimp");
#else
		__asm__ volatile(".word 0xfc000000");
#endif
	EQUAL(seen[SIGILL], 1);
	EQUAL(last.si_signo, SIGILL);
	catch_info(SIGTRAP, leave);
	if (sigsetjmp(out, 0) == 0)
#if defined(__i386__)
		__asm__ volatile("int3");
#elif defined(__riscv)
		__asm__ volatile("ebreak");
#else
		__asm__ volatile("break");
#endif
	EQUAL(seen[SIGTRAP], 1);
}

TEST(fault_call, "signal: a call with a bad address returns EFAULT, no SIGSEGV")
{
	int fd[2];

	catch(SIGSEGV, note);
	CHECK(pipe(fd) == 0);
	CHECK(write(fd[1], (void *)16, 5) == -1 && errno == EFAULT);
	EQUAL(seen[SIGSEGV], 0);
	close(fd[0]);
	close(fd[1]);
}

/* ---- kill ---- */

TEST(raise_runs, "signal: raise runs the handler before it returns, and errno is as it was")
{
	catch(SIGUSR1, note);
	errno = 77;
	for (int i = 1; i <= 50; i++) {
		EQUAL(raise(SIGUSR1), 0);
		EQUAL(seen[SIGUSR1], i);
	}
	EQUAL(errno, 77);
	catch_info(SIGUSR2, note_info);
	raise(SIGUSR2);
	EQUAL(last.si_signo, SIGUSR2);
	EQUAL(last.si_code, SI_USER);
	CHECK(raise(SIGKILL + 100) == -1 && errno == EINVAL);
	CHECK(signal(SIGKILL, note) == SIG_ERR && signal(0, note) == SIG_ERR && signal(NSIG, note) == SIG_ERR);
}

static void spin_for(void *arg)
{
	if (arg)
		signal(SIGTERM, SIG_IGN);
	for (;;)
		;
}

TEST(kill_default, "signal: without a handler it ends the process, and the status says which")
{
	static const int sigs[] = { SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGSEGV, SIGABRT, SIGKILL };

	for (unsigned i = 0; i < sizeof sigs / sizeof *sigs; i++) {
		int status;
		pid_t pid = fork();

		if (pid == 0)
			i % 2 ? spin_for(NULL) : (void)msleep(100000);
		msleep(20);
		EQUAL(kill(pid, 0), 0);
		EQUAL(kill(pid, sigs[i]), 0);
		EQUAL(waitpid(pid, &status, 0), pid);
		CHECK(WIFSIGNALED(status));
		EQUAL(WTERMSIG(status), sigs[i]);
	}
}

TEST(kill_ignored, "signal: what is ignored does nothing, over exec, too; SIGCHLD harms nobody")
{
	struct wait_info w;
	int fd[2];
	pid_t pid = fork();

	if (pid == 0)
		spin_for("ignore");
	msleep(20);
	EQUAL(kill(pid, SIGTERM), 0);
	EQUAL(kill(pid, SIGCHLD), 0);
	msleep(20);
	EQUAL(waitinfo(pid, &w, WAIT_NOHANG), 0);
	kill(pid, SIGKILL);
	EQUAL(waitinfo(pid, &w, 0), pid);
	EQUAL(w.code, SIGKILL);
	CHECK(pipe(fd) == 0);
	if ((pid = fork()) == 0) {
		signal(SIGTERM, SIG_IGN);
		signal(SIGUSR1, note);
		dup2(fd[0], STDIN_FILENO);
		execlp("cat", "cat", NULL);
	}
	msleep(50);
	EQUAL(kill(pid, SIGTERM), 0);
	msleep(20);
	EQUAL(waitinfo(pid, &w, WAIT_NOHANG), 0);
	EQUAL(kill(pid, SIGUSR1), 0);
	EQUAL(waitinfo(pid, &w, 0), pid);
	EQUAL(w.how, END_KILLED);
	EQUAL(w.code, SIGUSR1);
}

TEST(kill_handled, "signal: another process's kill runs the handler, asleep or not, and a sleep ends with EINTR")
{
	for (int kind = 0; kind < 4; kind++) {
		int fd[2], status;
		pid_t pid;
		char c;

		CHECK(pipe(fd) == 0);
		if ((pid = fork()) == 0) {
			catch(SIGUSR1, note);
			CHECK(write(fd[1], "r", 1) == 1);
			if (kind == 0)
				while (!seen[SIGUSR1])
					;
			if (kind == 1)
				CHECK(sleep(1000) > 900);
			if (kind == 2)
				CHECK(pause() == -1 && errno == EINTR);
			if (kind == 3) {
				CHECK(read(fd[0], &c, 1) == 1);
				CHECK(read(fd[0], &c, 1) == -1 && errno == EINTR);
			}
			EQUAL(seen[SIGUSR1], 1);
			exit(9);
		}
		if (kind == 3)
			msleep(10);
		else
			CHECK(read(fd[0], &c, 1) == 1);
		msleep(30);
		EQUAL(kill(pid, SIGUSR1), 0);
		EQUAL(waitpid(pid, &status, 0), pid);
		EQUAL(status, 9 << 8);
		close(fd[0]);
		close(fd[1]);
	}
}

TEST(held, "signal: what is held comes when it is no longer, once; sigsuspend lets it in")
{
	sigset_t set, old;

	catch(SIGUSR1, note);
	catch(SIGUSR2, note);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	CHECK(sigprocmask(SIG_BLOCK, &set, &old) == 0 && old == 0);
	raise(SIGUSR1);
	raise(SIGUSR1);
	raise(SIGUSR2);
	EQUAL(seen[SIGUSR1], 0);
	EQUAL(seen[SIGUSR2], 1);
	CHECK(sigpending(&set) == 0 && sigismember(&set, SIGUSR1) && !sigismember(&set, SIGUSR2));
	sigemptyset(&set);
	CHECK(sigsuspend(&set) == -1 && errno == EINTR);
	EQUAL(seen[SIGUSR1], 1);
	raise(SIGUSR1);
	EQUAL(seen[SIGUSR1], 1);
	CHECK(sigprocmask(SIG_SETMASK, &old, NULL) == 0);
	EQUAL(seen[SIGUSR1], 2);
}

TEST(both_at_once, "signal: two that are let in together are both heard before the program goes on")
{
	sigset_t both, old;

	catch(SIGUSR1, note);
	catch(SIGUSR2, note);
	sigemptyset(&both);
	sigaddset(&both, SIGUSR1);
	sigaddset(&both, SIGUSR2);
	for (int i = 1; i <= 20; i++) {
		CHECK(sigprocmask(SIG_BLOCK, &both, &old) == 0);
		raise(SIGUSR2);
		raise(SIGUSR1);
		CHECK(sigprocmask(SIG_SETMASK, &old, NULL) == 0);
		EQUAL(seen[SIGUSR1], i);
		EQUAL(seen[SIGUSR2], i);
	}
	EQUAL(order[0], SIGUSR1);
	EQUAL(order[1], SIGUSR2);
}

static void raise_other(int sig)
{
	note(sig);
	raise(SIGUSR2);
	EQUAL(seen[SIGUSR2], 0);		/* not within this one */
}

TEST(one_at_a_time, "signal: one comes after another's handler, not within; SA_RESETHAND has it once")
{
	int status;

	catch(SIGUSR1, raise_other);
	catch(SIGUSR2, note);
	raise(SIGUSR1);
	EQUAL(seen[SIGUSR2], 1);		/* no tick has had to come */
	EQUAL(order[0], SIGUSR1);
	EQUAL(order[1], SIGUSR2);
	if (fork() == 0) {
		sigaction(SIGHUP, &(struct sigaction){ .sa_handler = note, .sa_flags = (int)SA_RESETHAND }, NULL);
		raise(SIGHUP);
		EQUAL(seen[SIGHUP], 1);
		raise(SIGHUP);
		exit(0);
	}
	wait(&status);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGHUP);
}

TEST(forked_handlers, "signal: a child has its parent's handlers, exec's program none")
{
	int status;

	catch(SIGUSR1, note);
	for (int s = 0; each_strategy(&s); s++) {
		pid_t pid = rfork(s);

		if (pid == 0) {
			raise(SIGUSR1);
			exit(seen[SIGUSR1]);
		}
		EQUAL(waitpid(pid, &status, 0), pid);
		EQUAL(status, 1 << 8);
	}
	EQUAL(seen[SIGUSR1], 0);
}

TEST(aborts, "signal: abort ends by SIGABRT, though it is caught, ignored or held")
{
	for (int kind = 0; kind < 4; kind++) {
		int status;
		sigset_t all;

		if (fork() == 0) {
			if (kind)
				signal(SIGABRT, kind == 1 ? note : SIG_IGN);
			sigfillset(&all);
			if (kind == 3)
				sigprocmask(SIG_SETMASK, &all, NULL);
			abort();
		}
		wait(&status);
		CHECK(WIFSIGNALED(status));
		EQUAL(WTERMSIG(status), SIGABRT);
	}
}

TEST(many_signals, "signal: one after the other, while the program computes and sleeps: none is lost that was waited for")
{
	enum { N = 30 };
	int fd[2], back[2], status;
	pid_t pid;
	char c;

	CHECK(pipe(fd) == 0 && pipe(back) == 0);
	if ((pid = fork()) == 0) {
		catch(SIGUSR1, note);
		CHECK(write(back[1], "r", 1) == 1);
		for (int i = 1; i <= N; i++) {
			while (seen[SIGUSR1] < i)
				if (i % 3 == 0)
					msleep(1);
			CHECK(write(back[1], "g", 1) == 1);
		}
		exit(0);
	}
	CHECK(read(back[0], &c, 1) == 1);
	for (int i = 0; i < N; i++) {
		EQUAL(kill(pid, SIGUSR1), 0);
		CHECK(read(back[0], &c, 1) == 1);
	}
	EQUAL(waitpid(pid, &status, 0), pid);
	EQUAL(status, 0);
}

static void vfork_waits(void *arg)
{
	pid_t me = getpid(), pid;

	(void)arg;
	catch(SIGUSR1, note);
	if ((pid = vfork()) == 0) {
		kill(me, SIGUSR1);
		msleep(30);
		_exit(seen[SIGUSR1] ? 1 : 0);	/* our parent, in whose space we are, sleeps till we end */
	}
	int status;

	EQUAL(waitpid(pid, &status, 0), pid);
	EQUAL(status, 0);
	EQUAL(seen[SIGUSR1], 1);
}

TEST(vfork_deaf, "signal: a parent that waits for its vfork hears of it afterwards")
{
	kernel_forks();
	child_passes(FORK_DEFAULT, vfork_waits, NULL);
}

TEST(bad_masks, "signal: masks that make no sense are refused")
{
	EQUAL(signals(1u << SIGKILL, 0, 0, 0), -1);
	EQUAL(signals(0, 1u << SIGKILL, 0, 0), -1);
	EQUAL(signals(1u << SIGUSR1, 1u << SIGUSR1, 0, 0), -1);
	EQUAL(signals(1, 0, 0, 0), -1);
	EQUAL(signals(0, 0, 1u << 31, 0), -1);
	EQUAL(signals(0, 0, 0, 1), -1);
	EQUAL(signals(0, 0, 1u << SIGKILL, 0), 0);
}

/* ---- jobs ---- */

TEST(jobs, "signal: a job is interrupted as one, others are not; children are of their parent's")
{
	pid_t a, b, c;
	int status;

	if ((a = fork()) == 0) {
		setpgid(0, 0);
		if (fork() == 0)
			for (;;)
				msleep(1000);
		for (;;)
			msleep(1000);
	}
	CHECK(setpgid(a, a) == 0);
	if ((b = fork()) == 0)
		for (;;)
			msleep(1000);
	CHECK(setpgid(b, a) == 0);
	if ((c = fork()) == 0)
		for (;;)
			msleep(1000);
	msleep(30);
	EQUAL(getpgid(a), a);
	EQUAL(getpgid(b), a);
	EQUAL(getpgid(c), getpgrp());
	EQUAL(killpg(a, SIGINT), 0);
	for (int i = 0; i < 2; i++) {
		pid_t pid = wait(&status);

		CHECK(pid == a || pid == b);
		EQUAL(WTERMSIG(status), SIGINT);
	}
	EQUAL(waitpid(c, &status, WNOHANG), 0);
	kill(c, SIGTERM);
	EQUAL(waitpid(c, &status, 0), c);
	for (int i = 0; i < 200 && killpg(a, 0) == 0; i++)	/* the grandchild ends when it runs next */
		msleep(10);
	EQUAL(killpg(a, SIGINT), -1);
	EQUAL(setpgid(1, 0), -1);
	EQUAL(setpgid(0, -5), -1);
	EQUAL(kill(1, SIGTERM), -1);
}
