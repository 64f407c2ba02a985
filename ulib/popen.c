/* SPDX-License-Identifier: MIT */
/* popen.c: a stream to or from a command. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t commands[OPEN_MAX];	/* by the descriptor of the stream; 0: none */

/* In the child: one end is its input or output, and no other command's stream is open. */
static _Noreturn void become(const char *command, int end, int to)
{
	for (int fd = 0; fd < OPEN_MAX; fd++)
		if (commands[fd])
			close(fd);
	if (end != to) {
		dup2(end, to);
		close(end);
	}
	execl("/bin/sh", "sh", "-c", command, NULL);
	_exit(127);
}

FILE *popen(const char *command, const char *mode)
{
	int in = *mode == 'r', fd[2], ours;
	FILE *f;
	pid_t pid;

	if ((*mode != 'r' && *mode != 'w') || (mode[1] && mode[1] != 'e')) {
		errno = EINVAL;
		return NULL;
	}
	if (pipe(fd) < 0)
		return NULL;
	ours = fd[!in];
	f = fdopen(ours, mode);
	pid = f ? fork() : -1;
	if (pid == 0) {
		close(ours);
		become(command, fd[in], in);
	}
	close(fd[in]);
	if (pid < 0) {
		if (f)
			fclose(f);
		else
			close(ours);
		return NULL;
	}
	if (mode[1])
		fcntl(ours, F_SETFD, FD_CLOEXEC);
	commands[ours] = pid;
	return f;
}

int pclose(FILE *f)
{
	int fd = fileno(f), status;
	pid_t pid = commands[fd];

	if (!pid) {
		errno = ECHILD;
		return -1;
	}
	commands[fd] = 0;
	fclose(f);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return status;
}
