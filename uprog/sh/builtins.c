/* SPDX-License-Identifier: MIT */
/* builtins.c: commands that only the shell itself can do, and help. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sh.h"

static int do_help(char **argv)
{
	(void)argv;
	puts("PROGRAM ARGS...   run a program; `ls /bin` lists them\n"
	     "A | B             A's output is B's input\n"
	     "A < F  A > F  A >> F  A 2> F  A 2>&1    from a file, to one, at its end; errors\n"
	     "A; B   A && B   A || B    one after the other; if A went well; if it did not\n"
	     "A &               in the background: jobs, fg [%N], wait [PID], kill [-SIGNAL] PID\n"
	     "NAME=TEXT $NAME   variables: set, unset NAME; $? the last status, $$ and $! processes, $1.. $# $@\n"
	     "export NAME       programs get it: env lists those; NAME=TEXT PROGRAM   that one does\n"
	     "PATH HOME         where programs are looked for, if not in /bin; where cd goes\n"
	     "'text' \"text\" \\c  quoting; # a comment\n"
	     "cd [DIR]  pwd     where names without a leading slash begin\n"
	     "sh FILE ARGS...   a script; sh -c COMMAND\n"
	     "exit [STATUS]     leave; the first shell's exit ends the machine (also: poweroff)\n"
	     "keys: arrows, ctrl-A ctrl-E ctrl-K ctrl-U ctrl-W; up and down: earlier lines; ctrl-C ends what runs\n"
	     "to look around: ps, top, pmap PID, vmstat, free, time PROGRAM, forktree, bench");
	return 0;
}

static int do_exit(char **argv)
{
	exit(argv[1] ? atoi(argv[1]) : status);
}

static int do_cd(char **argv)
{
	const char *home = variable("HOME", 4), *to = argv[1] ? argv[1] : *home ? home : "/";

	if (chdir(to) == 0)
		return 0;
	fprintf(stderr, "sh: %s: %s\n", to, strerror(errno));
	return 1;
}

static int do_wait(char **argv)
{
	if (argv[1])
		return job_wait(argv[1]);
	job_reap(0);
	return 0;
}

static int do_jobs(char **argv)
{
	(void)argv;
	return job_list();
}

static int do_fg(char **argv)
{
	return job_foreground(argv[1]);
}

static int do_set(char **argv)
{
	(void)argv;
	list_variables(false);
	return 0;
}

static int do_export(char **argv)
{
	bool good = true;

	if (!argv[1])
		list_variables(true);
	while (*++argv)
		good &= export_variable(*argv);
	return !good;
}

static int do_unset(char **argv)
{
	while (*++argv)
		unset(*argv);
	return 0;
}

static int do_shift(char **argv)
{
	return shift_arguments(argv[1] ? atoi(argv[1]) : 1);
}

static int do_nothing(char **argv)
{
	(void)argv;
	return 0;
}

builtin *find_builtin(const char *name)
{
	static const struct { const char *name; builtin *fn; } all[] = {
		{ "exit", do_exit }, { "poweroff", do_exit }, { "help", do_help }, { "wait", do_wait }, { "jobs", do_jobs },
		{ "fg", do_fg }, { "set", do_set }, { "unset", do_unset }, { "shift", do_shift }, { ":", do_nothing },
		{ "cd", do_cd }, { "export", do_export },
	};

	for (unsigned i = 0; i < sizeof all / sizeof *all; i++)
		if (strcmp(name, all[i].name) == 0)
			return all[i].fn;
	return NULL;
}
