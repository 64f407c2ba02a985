/* SPDX-License-Identifier: MIT */
/* job.c: jobs, by POSIX's names for process groups. */
#include <errno.h>
#include <unistd.h>
#include <yoke.h>

int setpgid(pid_t pid, pid_t job) { return setjob(pid, job); }
pid_t getpgid(pid_t pid) { return getjob(pid); }
pid_t getpgrp(void) { return getjob(0); }
int setpgrp(void) { return setjob(0, 0); }

/* There is one terminal. */
static int terminal(int fd)
{
	if (isatty(fd))
		return 1;
	errno = ENOTTY;
	return 0;
}

int tcsetpgrp(int fd, pid_t job)
{
	if (!terminal(fd))
		return -1;
	if (job <= 0) {
		errno = EINVAL;
		return -1;
	}
	return ttyjob(job) < 0 ? -1 : 0;
}

pid_t tcgetpgrp(int fd)
{
	return terminal(fd) ? ttyjob(0) : -1;
}
