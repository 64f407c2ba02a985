/* SPDX-License-Identifier: MIT */
/*
 * sys/wait.h: how a child ended, in an int: the exit status in bits 8 to
 * 15, or the signal in bits 0 to 6.  waitinfo() of yoke.h tells more.
 */
#pragma once
#include <sys/types.h>

#define WNOHANG		1
#define WUNTRACED	2	/* no signal stops a process, so these change nothing */
#define WCONTINUED	8
#define WIFEXITED(s)	(((s) & 0x7f) == 0)
#define WEXITSTATUS(s)	((s) >> 8 & 0xff)
#define WIFSIGNALED(s)	(((s) & 0x7f) != 0)
#define WTERMSIG(s)	((s) & 0x7f)
#define WCOREDUMP(s)	0
#define WIFSTOPPED(s)	0	/* waitpid tells of ends only */
#define WSTOPSIG(s)	0
#define WIFCONTINUED(s)	0

pid_t wait(int *status);
pid_t waitpid(pid_t, int *status, int options);
