/* SPDX-License-Identifier: MIT */
/* strsignal.c: signals in words. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

char *strsignal(int sig)
{
	static const char *const text[NSIG] = {
		[SIGHUP] = "Hangup", [SIGINT] = "Interrupt", [SIGQUIT] = "Quit", [SIGILL] = "Illegal instruction",
		[SIGTRAP] = "Breakpoint", [SIGABRT] = "Aborted", [SIGBUS] = "Bus error", [SIGFPE] = "Arithmetic exception",
		[SIGKILL] = "Killed", [SIGUSR1] = "User signal 1", [SIGSEGV] = "Segmentation fault",
		[SIGUSR2] = "User signal 2", [SIGPIPE] = "Broken pipe", [SIGALRM] = "Alarm clock", [SIGTERM] = "Terminated",
		[SIGCHLD] = "Child ended", [SIGCONT] = "Continued", [SIGSTOP] = "Stopped",
	};

	return (char *)(sig > 0 && sig < NSIG && text[sig] ? text[sig] : "Unknown signal");
}

void psignal(int sig, const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strsignal(sig));
}
