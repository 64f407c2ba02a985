/* SPDX-License-Identifier: MIT */
/* main.c: the shell: sh, sh -c WORD..., sh FILE ARGS...; and where its lines come from. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sh.h"

/* Byte by byte from stdin, for what follows the line may be its command's input.  False: the end. */
static bool read_line(char *line)
{
	int n = 0;
	char c = 0;

	while (read(STDIN_FILENO, &c, 1) == 1 && c != '\n')
		if (n < LINE)
			line[n++] = c;
	line[n] = 0;
	return n > 0 || c == '\n';
}

static void interact(void)
{
	static char line[LINE];

	interactive = true;
	signals(0, 1u << SIGINT, 0, 0);
	setjob(0, 0);
	foreground(0);
	while (line_edit("yoke$ ", line, sizeof line) >= 0) {
		run_line(line);
		job_reap(WAIT_NOHANG);
	}
}

static int run_words(char **word)
{
	static char line[LINE + 1];
	int n = 0;

	for (; *word && n < LINE; word++)
		n += snprintf(line + n, sizeof line - n, "%s%s", n ? " " : "", *word);
	run_line(line);
	return status;
}

/* The next line of the script; false: the end. */
static bool script_line(char *line)
{
	static char buf[512];
	static int n, at;
	int len = 0;
	char c = 0;

	while (c != '\n') {
		if (at == n) {
			at = 0;
			n = read(script, buf, sizeof buf);
			if (n <= 0) {
				n = 0;
				break;
			}
		}
		c = buf[at++];
		if (c != '\n' && len < LINE)
			line[len++] = c;
	}
	line[len] = 0;
	return len > 0 || c == '\n';
}

/* Descriptors are few: the script has the last one. */
static int run_script(char **argv)
{
	static char line[LINE + 1];
	int fd = open(argv[0], O_RDONLY);

	if (fd < 0) {
		fprintf(stderr, "sh: %s: %s\n", argv[0], strerror(errno));
		return errno == ENOENT ? NOT_FOUND : CANNOT_RUN;
	}
	script = dup2(fd, FD_N - 1);
	close(fd);
	set_arguments(argv[0], argv + 1);
	while (script_line(line))
		run_line(line);
	return status;
}

int main(int argc, char **argv)
{
	static char line[LINE + 1];

	take_environment();
	set_arguments("sh", argv + argc);
	if (argc > 2 && strcmp(argv[1], "-c") == 0)
		return run_words(argv + 2);
	if (argc > 1 && argv[1][0] == '-') {
		fputs("usage: sh [-c WORD... | FILE ARGS...]\n", stderr);
		return BAD_SYNTAX;
	}
	if (argc > 1)
		return run_script(argv + 1);
	if (isatty(STDIN_FILENO))
		interact();
	else
		while (read_line(line))
			run_line(line);
	return status;
}
