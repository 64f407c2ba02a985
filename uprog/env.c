/* SPDX-License-Identifier: MIT */
/* env.c: env [-i] [-u NAME]... [NAME=TEXT]... [PROGRAM ARGS...]: a program with another environment, or what it would be. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int show(void)
{
	for (char **e = environ; e && *e; e++)
		puts(*e);
	return 0;
}

int main(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "iu:")) != -1)
		if (c == 'i')
			clearenv();
		else if (c != 'u' || unsetenv(optarg) < 0)
			return fputs("usage: env [-i] [-u NAME]... [NAME=TEXT]... [PROGRAM ARGS...]\n", stderr), 125;
	for (argv += optind; *argv && strchr(*argv, '='); argv++)
		if (putenv(*argv) < 0)
			return perror("env"), 125;
	if (!*argv)
		return show();
	execvp(*argv, argv);
	fprintf(stderr, "env: %s: %s\n", *argv, strerror(errno));
	return errno == ENOENT ? 127 : 126;
}
