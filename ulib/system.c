/* SPDX-License-Identifier: MIT */
/* system.c: a command by the shell. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int system(const char *command)
{
	int status = -1;
	pid_t pid;

	if (!command)
		return 1;
	pid = fork();
	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", command, NULL);
		_exit(127);
	}
	return pid < 0 || waitpid(pid, &status, 0) < 0 ? -1 : status;
}
