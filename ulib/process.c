/* SPDX-License-Identifier: MIT */
/* process.c: POSIX's calls for processes, by Yoke's. */
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

	pid = waitinfo(pid, &info, options);
	if (pid > 0 && status)
		*status = wait_status(&info);
	return pid;
}

pid_t wait(int *status)
{
	return waitpid(-1, status, 0);
}
