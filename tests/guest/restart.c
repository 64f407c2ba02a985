/* SPDX-License-Identifier: MIT */
/* restart.c: calls that a signal interrupts, and which of them begin again. */
#include <errno.h>
#include <signal.h>
#include "test.h"

enum call { READ, WRITE_PART, WRITE, WAIT, PAUSE, MSLEEP, USLEEP, CALLS };

static volatile sig_atomic_t seen[NSIG];

static void note(int sig)
{
	seen[sig]++;
}

static int wait_for_child(void)
{
	int status = 0;
	pid_t pid = fork(), got;

	if (pid == 0)
		exit((msleep(100), 5));
	got = waitpid(pid, &status, 0);
	if (got < 0) {
		int err = errno;

		CHECK(waitpid(pid, &status, 0) == pid);
		errno = err;
		return -1;
	}
	return WEXITSTATUS(status);
}

/* One that sleeps. */
static int make(enum call call, int fd[2])
{
	static char big[3 * PAGE];

	switch (call) {
	case READ:
		return read(fd[0], big, 1);
	case WRITE_PART:			/* a pipe holds a page */
		return write(fd[1], big, sizeof big) / PAGE;
	case WRITE:
		CHECK(write(fd[1], big, PAGE) == PAGE);
		return write(fd[1], "x", 1);
	case WAIT:
		return wait_for_child();
	case PAUSE:
		return pause();
	default:
		return call == MSLEEP ? msleep(5000) : usleep(5000000);
	}
}

/* SIGUSR1 is one after which it begins again. */
static void interrupted(enum call call, int fd[2], int sig)
{
	struct sigaction a = { .sa_handler = note, .sa_flags = SA_RESTART };
	int r;

	CHECK(sigaction(SIGUSR1, &a, NULL) == 0);
	a.sa_flags = 0;
	CHECK(sigaction(SIGUSR2, &a, NULL) == 0);
	r = make(call, fd);
	CHECK(!sig || seen[sig] == 1);
	_exit(r < 0 ? 100 + errno : r);
}

/* What the call gives, or 100 + errno, when this signal comes while it sleeps; 0: none does. */
static int gives(enum call call, int sig)
{
	int fd[2], status;
	char buf[PAGE];
	pid_t pid;

	CHECK(pipe(fd) == 0);
	if ((pid = fork()) == 0)
		interrupted(call, fd, sig);
	msleep(30);
	CHECK(!sig || kill(pid, sig) == 0);
	msleep(30);
	if (call == READ)
		CHECK(write(fd[1], "r", 1) == 1);
	if (call == WRITE)
		CHECK(read(fd[0], buf, sizeof buf) == PAGE);
	CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	close(fd[0]);
	close(fd[1]);
	return WEXITSTATUS(status);
}

TEST(restarted, "signal: SA_RESTART: read, write and wait begin again, what has done a part and sleeps do not")
{
	static const int again[CALLS] = { 1, 1, 1, 5, 100 + EINTR, 100 + EINTR, 100 + EINTR };

	for (enum call call = 0; call < CALLS; call++)
		EQUAL(gives(call, SIGUSR1), again[call]);
	EQUAL(gives(READ, 0), 1);
}

TEST(not_restarted, "signal: without SA_RESTART a call gives EINTR, or what it has done")
{
	for (enum call call = 0; call < CALLS; call++)
		EQUAL(gives(call, SIGUSR2), call == WRITE_PART ? 1 : 100 + EINTR);
}
