/* SPDX-License-Identifier: MIT */
/* process.c: POSIX's calls for processes, by Yoke's. */
#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>
#include <yoke.h>

pid_t fork(void)
{
	return rfork(FORK_DEFAULT);
}

pid_t waitpid(pid_t pid, int *status, int options)
{
	struct wait_info info;

	if (options & ~(WNOHANG | WUNTRACED | WCONTINUED)) {
		errno = EINVAL;
		return -1;
	}
	pid = waitinfo(pid, &info, options & WNOHANG);
	if (pid > 0 && status)
		*status = wait_status(&info);
	return pid;
}

pid_t wait(int *status)
{
	return waitpid(-1, status, 0);
}
