/* SPDX-License-Identifier: MIT */
/* kill.c: kill [-SIGNAL] PID...; a negative PID, after --, is a job; -l lists the signals. */
#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const names[NSIG] = {
	[SIGHUP] = "HUP", [SIGINT] = "INT", [SIGQUIT] = "QUIT", [SIGILL] = "ILL", [SIGTRAP] = "TRAP", [SIGABRT] = "ABRT",
	[SIGBUS] = "BUS", [SIGFPE] = "FPE", [SIGKILL] = "KILL", [SIGUSR1] = "USR1", [SIGSEGV] = "SEGV",
	[SIGUSR2] = "USR2", [SIGPIPE] = "PIPE", [SIGALRM] = "ALRM", [SIGTERM] = "TERM", [SIGCHLD] = "CHLD",
	[SIGCONT] = "CONT",
};

/* A signal by its number or name, with SIG or without; -1: there is none. */
static int signal_of(const char *s)
{
	char *end;
	long n = strtol(s, &end, 10);

	if (isdigit(*s) && !*end)
		return n < NSIG ? (int)n : -1;
	if (strncasecmp(s, "SIG", 3) == 0)
		s += 3;
	for (int i = 1; i < NSIG; i++)
		if (names[i] && strcasecmp(s, names[i]) == 0)
			return i;
	return -1;
}

static int list(void)
{
	for (int i = 1; i < NSIG; i++)
		if (names[i])
			printf("%2d %-5s %s\n", i, names[i], strsignal(i));
	return 0;
}

static int send(const char *word, int sig)
{
	char *end;
	long pid = strtol(word, &end, 10);

	errno = EINVAL;
	if (end != word && !*end && pid && kill(pid, sig) == 0)
		return 0;
	fprintf(stderr, "kill: %s: %s\n", word, strerror(errno));
	return 1;
}

int main(int argc, char **argv)
{
	int i = 1, sig = SIGTERM, bad = 0;

	if (argc > 1 && strcmp(argv[1], "-l") == 0)
		return list();
	if (argc > 1 && argv[1][0] == '-' && strcmp(argv[1], "--") != 0)
		sig = signal_of(argv[i++] + 1);
	if (i < argc && strcmp(argv[i], "--") == 0)
		i++;
	if (i >= argc || sig < 0) {
		fputs("usage: kill [-SIGNAL] PID... | kill -l\n", stderr);
		return 2;
	}
	for (; i < argc; i++)
		bad |= send(argv[i], sig);
	return bad;
}
