/* SPDX-License-Identifier: MIT */
/*
 * init.c: process 1.  Alone it runs the shell, and starts it again if it
 * is killed; when the shell exits, so does the machine.  With arguments it
 * runs that one command line instead; after -c it tells at its end which of
 * the machine's counters moved.  The machine's status is the
 * command's: its exit status, or what a shell would make of a signal.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <yoke.h>

enum { STATUS_MAX = 127 };		/* that every machine can tell its emulator */

static pid_t start(char **argv)
{
	pid_t pid = fork();

	if (pid == 0) {
		execvp(argv[0], argv);
		fprintf(stderr, "init: %s: %s\n", argv[0], strerror(errno));
		_exit(errno == ENOENT ? 127 : 126);
	}
	if (pid < 0)
		perror("init: fork");
	return pid;
}

/* Run it to its end; orphans are reaped meanwhile.  False: it could not be started. */
static bool run(char **argv, struct wait_info *end)
{
	pid_t pid = start(argv);

	if (pid < 0)
		return false;
	while (waitinfo(-1, end, 0) != pid)
		;
	return true;
}

static _Noreturn void leave(int status)
{
	poweroff(status > STATUS_MAX ? STATUS_MAX : status);
	perror("init: poweroff");
	exit(status);
}

/* One line: tools/yokelib/trial.py reads it. */
static void tell(const struct counts *before)
{
	struct counts now;

	counts(0, &now);
	printf("init: counters:");
	for (int i = 0; i < C_N; i++)
		if (now.n[i] != before->n[i])
			printf(" %s %llu", counter_names[i], (unsigned long long)(now.n[i] - before->n[i]));
	putchar('\n');
}

static _Noreturn void run_command(char **argv, bool counted)
{
	struct wait_info end;
	struct counts before;

	counts(0, &before);
	if (!run(argv, &end))
		leave(1);
	wait_report(argv[0], &end);
	if (end.how == END_EXIT && end.code != 0)
		fprintf(stderr, "init: %s: exit status %d\n", argv[0], (int)end.code);
	if (counted)
		tell(&before);
	while (waitinfo(-1, NULL, WAIT_NOHANG) > 0)
		;
	leave(wait_code(&end));
}

int main(int argc, char **argv)
{
	char *sh[] = { "sh", NULL };
	struct wait_info end;

	bool counted = argc > 2 && strcmp(argv[1], "-c") == 0;

	if (argc > 1)
		run_command(argv + 1 + counted, counted);
	puts("This is Yoke.  `help` tells what there is; `exit` ends the machine.");
	do {
		if (!run(sh, &end))
			leave(1);
		wait_report("sh", &end);
	} while (end.how != END_EXIT);
	leave(wait_code(&end));
}
