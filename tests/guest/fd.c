/* SPDX-License-Identifier: MIT */
/* fd.c: descriptors: what exec closes, flags that change, bytes elsewhere than where the file is. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include "test.h"

/* The call fails with this error. */
#define FAILS(call, why)	do { errno = 0; EQUAL((call), -1); EQUAL(errno, why); } while (0)

static char *sleeps[] = { "sleep", "100", NULL };

/* How a program begins: each keeps a pipe's end that is not to be closed, and no other. */
static pid_t begin(int how, int shut)
{
	pid_t pid = how == 0 ? fork() : how == 1 ? vfork() : spawn("/bin/sleep", sleeps, NULL);

	if (pid == 0) {
		execv("/none", sleeps);			/* closes nothing */
		if (fcntl(shut, F_GETFD) == FD_CLOEXEC)
			execv("/bin/sleep", sleeps);
		_exit(1);
	}
	return pid;
}

TEST(exec_closes, "descriptor: FD_CLOEXEC: exec and spawn leave it behind, and no other; an exec that fails does not")
{
	int shut[2], kept[2];
	char c;

	CHECK(pipe(shut) == 0 && pipe(kept) == 0);
	EQUAL(fcntl(shut[1], F_GETFD), 0);
	EQUAL(fcntl(shut[1], F_SETFD, FD_CLOEXEC), 0);
	EQUAL(fcntl(kept[0], F_SETFL, O_NONBLOCK), 0);
	for (int how = 0; how < 3; how++) {
		pid_t pid = begin(how, shut[1]);

		CHECK(pid > 0);
		msleep(20);				/* it has become the other program */
		if (how == 2) {
			close(shut[1]);
			close(kept[1]);
			EQUAL(read(shut[0], &c, 1), 0);	/* nobody could write any more */
			FAILS(read(kept[0], &c, 1), EAGAIN);
		}
		CHECK(kill(pid, SIGKILL) == 0 && waitpid(pid, NULL, 0) == pid);
	}
	EQUAL(read(kept[0], &c, 1), 0);
}

TEST(flags_of, "descriptor: duplicates from a number on; FD_CLOEXEC is a descriptor's own, O_APPEND and O_NONBLOCK the file's")
{
	int fd = open("/f", O_RDWR | O_CREAT | O_CLOEXEC, 0644), up;

	EQUAL(fcntl(fd, F_GETFD), FD_CLOEXEC);
	EQUAL(up = fcntl(fd, F_DUPFD, 9), 9);
	EQUAL(fcntl(up, F_GETFD), 0);
	EQUAL(fcntl(up, F_DUPFD_CLOEXEC, 9), 10);
	EQUAL(fcntl(10, F_GETFD), FD_CLOEXEC);
	FAILS(fcntl(fd, F_DUPFD, FD_N), EINVAL);
	FAILS(fcntl(FD_N - 1, F_DUPFD, 0), EBADF);
	FAILS(fcntl(fd, 99), EINVAL);
	EQUAL(fcntl(fd, F_GETFL), O_RDWR);
	EQUAL(write(fd, "12345", 5), 5);
	EQUAL(fcntl(up, F_SETFL, O_APPEND), 0);
	EQUAL(fcntl(fd, F_GETFL), O_RDWR | O_APPEND);
	EQUAL(lseek(fd, 0, SEEK_SET), 0);
	EQUAL(write(fd, "6", 1), 1);
	EQUAL(lseek(up, 0, SEEK_CUR), 6);
	FAILS(open("/f", O_RDONLY | O_DIRECTORY), ENOTDIR);
	CHECK((fd = open("/bin", O_RDONLY | O_DIRECTORY)) >= 0);
	EQUAL(unlink("/f"), 0);
}

TEST(elsewhere, "descriptor: pread and pwrite move no position, and take regular files only")
{
	int fd = creat("/f", 0644), in = open("/f", O_RDWR), end[2];
	char buf[8] = "";

	EQUAL(write(fd, "0123456789", 10), 10);
	EQUAL(pwrite(fd, "abc", 3, 4), 3);
	EQUAL(pwrite(fd, "z", 1, 12), 1);
	EQUAL(lseek(fd, 0, SEEK_CUR), 10);
	EQUAL(pread(in, buf, 5, 3), 5);
	CHECK(memcmp(buf, "3abc7", 5) == 0);
	EQUAL(pread(in, buf, 8, 10), 3);
	CHECK(memcmp(buf, "\0\0z", 3) == 0);
	EQUAL(pread(in, buf, 8, 13), 0);
	EQUAL(lseek(in, 0, SEEK_CUR), 0);
	FAILS(pread(in, buf, 1, -1), EINVAL);
	FAILS(pread(fd, buf, 1, 0), EBADF);
	FAILS(pwrite(fd, buf, 1, 1 << 28), EFBIG);
	FAILS(pread(in, (void *)8, 1, 0), EFAULT);
	CHECK(pipe(end) == 0);
	FAILS(pread(end[0], buf, 1, 0), ESPIPE);
	EQUAL(unlink("/f"), 0);
}

TEST(hasty, "descriptor: O_NONBLOCK: a pipe that is empty or full says EAGAIN, and waits again when it is taken back")
{
	static char much[2 * PAGE];
	int fd[2];
	char c;

	CHECK(pipe(fd) == 0);
	EQUAL(fcntl(fd[0], F_SETFL, O_NONBLOCK), 0);
	FAILS(read(fd[0], &c, 1), EAGAIN);
	EQUAL(write(fd[1], "x", 1), 1);
	EQUAL(read(fd[0], &c, 1), 1);
	EQUAL(fcntl(fd[1], F_SETFL, O_NONBLOCK), 0);
	EQUAL(write(fd[1], much, sizeof much), PAGE);
	FAILS(write(fd[1], "x", 1), EAGAIN);
	EQUAL(read(fd[0], much, sizeof much), PAGE);
	EQUAL(fcntl(fd[0], F_SETFL, 0), 0);
	if (fork() == 0) {
		msleep(20);
		_exit(write(fd[1], "y", 1) != 1);
	}
	CHECK(read(fd[0], &c, 1) == 1 && c == 'y');
	CHECK(wait(NULL) > 0);
	FAILS(fcntl(9, F_SETFL, 0), EBADF);
}
