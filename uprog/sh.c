/* SPDX-License-Identifier: MIT */
/*
 * sh.c: the shell: sh, sh -c WORD..., sh FILE.
 *
 * A line is parsed twice: whole, to see that it is right, then pipeline by
 * pipeline, each being run before the next one's $? is known.  The words of a
 * pipeline lie in one pool of text.  A command knows what ended it: a pipe,
 * a semicolon, an ampersand, or the end.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <yoke.h>

enum { LINE = 1024, CMDS = LINE / 2 + 1 };
enum { BAD_SYNTAX = 2, CANNOT_RUN = 126, NOT_FOUND = 127 };

struct cmd {
	char **argv;			/* ended by a null */
	char *in, *out;			/* redirections, or null */
	bool append;
	char end;			/* | ; & or 0 */
};

/* $? becomes three digits at most and a word gains its end: twice the line is enough. */
static struct {
	struct cmd cmd[CMDS];
	int ncmd;
	char *word[LINE + CMDS];
	int nword;
	char text[2 * LINE];
	char *at;			/* end of text in use */
	const char *s;			/* rest of the line */
} p;

static int status;			/* of the last pipeline */
static bool interactive;		/* tell about processes of & */

/* ---- parsing ---- */

static bool complain(const char *what)
{
	fprintf(stderr, "sh: %s\n", what);
	return false;
}

static void skip_space(void)
{
	while (isspace(*p.s))
		p.s++;
	if (*p.s == '#')
		p.s += strlen(p.s);
}

/* The status in place of $?; any other character is itself. */
static void take(void)
{
	if (p.s[0] == '$' && p.s[1] == '?') {
		p.at += snprintf(p.at, 4, "%d", status & 0xff);
		p.s += 2;
	} else {
		*p.at++ = *p.s++;
	}
}

/* After a quote, up to its like.  In double quotes $? and a backslash before " \ $ keep their meaning. */
static bool quoted(char quote)
{
	while (*p.s && *p.s != quote) {
		if (quote == '\'') {
			*p.at++ = *p.s++;
		} else if (*p.s == '\\' && p.s[1] && strchr("\"\\$", p.s[1])) {
			*p.at++ = p.s[1];
			p.s += 2;
		} else {
			take();
		}
	}
	return *p.s++ == quote || complain("a quote has no end");
}

/* A word, into the pool; there is one to come.  Null: complained. */
static char *word(void)
{
	char *start = p.at;

	while (*p.s && !isspace(*p.s) && !strchr("|&;<>", *p.s)) {
		if (*p.s == '\'' || *p.s == '"') {
			if (!quoted(*p.s++))
				return NULL;
		} else if (*p.s == '\\' && p.s[1]) {
			*p.at++ = p.s[1];
			p.s += 2;
		} else {
			take();
		}
	}
	*p.at++ = 0;
	return start;
}

/* After < > or >>: the file's name. */
static bool redirection(struct cmd *c, char which)
{
	char *name;

	if (which == '>') {
		c->append = *p.s == '>';
		p.s += c->append;
	}
	skip_space();
	if (!*p.s || strchr("|&;<>", *p.s))
		return complain("the name of a file is missing");
	name = word();
	*(which == '<' ? &c->in : &c->out) = name;
	return name;
}

/* One command and what ends it. */
static bool command(struct cmd *c)
{
	*c = (struct cmd){ .argv = p.word + p.nword };
	for (skip_space(); *p.s && !strchr("|&;", *p.s); skip_space()) {
		if (*p.s == '<' || *p.s == '>') {
			if (!redirection(c, *p.s++))
				return false;
		} else if (!(p.word[p.nword++] = word())) {
			return false;
		}
	}
	p.word[p.nword++] = NULL;
	if (*p.s)
		c->end = *p.s++;
	return c->argv[0] || complain("a command is missing");
}

/* Is there anything left of the line? */
static bool more(void)
{
	skip_space();
	return *p.s;
}

/* The next pipeline of the line, into the pools. */
static bool parse(void)
{
	struct cmd *c;

	p.ncmd = p.nword = 0;
	p.at = p.text;
	do {
		c = &p.cmd[p.ncmd++];
		if (!command(c))
			return false;
	} while (c->end == '|');
	return true;
}

/* ---- running ---- */

static int help(void)
{
	puts("PROGRAM ARGS...   run a program; `ls /bin` lists them\n"
	     "A | B   A > FILE   A >> FILE   A < FILE   A; B   A &\n"
	     "'text' \"text\" \\c   quoting       $?   the last status\n"
	     "wait              for everything started with &\n"
	     "exit [STATUS]     leave; the first shell's exit ends the machine (also: poweroff)");
	return 0;
}

/* Children of & that ended (WAIT_NOHANG), or as they end, until there are none. */
static void reap(int flags)
{
	struct wait_info end;
	pid_t pid;

	while ((pid = waitinfo(-1, &end, flags)) > 0)
		if (interactive)
			printf("[%d] status %d\n", pid, wait_code(&end));
}

static bool is(const struct cmd *c, const char *name)
{
	return c->argv[0] && strcmp(c->argv[0], name) == 0;
}

/* Commands that only the shell itself can do.  True: it was one. */
static bool builtin(const struct cmd *c)
{
	if (is(c, "exit") || is(c, "poweroff"))
		exit(c->argv[1] ? atoi(c->argv[1]) : status);
	if (!is(c, "wait"))
		return false;
	reap(0);
	status = 0;
	return true;
}

static void redirect(const char *name, int flags, int to)
{
	int fd = open(name, flags);

	if (fd < 0) {
		fprintf(stderr, "sh: %s: %s\n", name, strerror(errno));
		_exit(1);
	}
	dup2(fd, to);
	close(fd);
}

/* In the child: become the command. */
static _Noreturn void become(const struct cmd *c)
{
	if (c->in)
		redirect(c->in, O_RDONLY, STDIN_FILENO);
	if (c->out)
		redirect(c->out, O_WRONLY | O_CREAT | (c->append ? O_APPEND : O_TRUNC), STDOUT_FILENO);
	if (is(c, "help"))
		exit(help());
	execvp(c->argv[0], c->argv);
	fprintf(stderr, "sh: %s: %s\n", c->argv[0], errno == ENOENT ? "not found" : strerror(errno));
	_exit(errno == ENOENT ? NOT_FOUND : CANNOT_RUN);
}

static void move_fd(int fd, int to)
{
	if (fd != to) {
		dup2(fd, to);
		close(fd);
	}
}

/* Start a command that reads from *in; then *in is what the next one reads from.  Its pid, or -1. */
static pid_t start(const struct cmd *c, int *in)
{
	int fd[2] = { STDIN_FILENO, STDOUT_FILENO };
	pid_t pid;

	if (c->end == '|' && pipe(fd) < 0) {
		perror("sh: pipe");
		return -1;
	}
	pid = fork();
	if (pid == 0) {
		move_fd(*in, STDIN_FILENO);
		move_fd(fd[1], STDOUT_FILENO);
		if (fd[0] != STDIN_FILENO)
			close(fd[0]);
		become(c);
	}
	if (pid < 0)
		perror("sh: fork");
	if (*in != STDIN_FILENO)
		close(*in);
	if (c->end == '|')
		close(fd[1]);
	*in = fd[0];
	return pid;
}

/* Wait for n processes of a pipeline; the last one's end is its status. */
static void finish(const pid_t *pid, int n)
{
	struct wait_info end;

	for (int i = 0; i < n; i++)
		if (waitinfo(pid[i], &end, 0) > 0) {
			wait_report(p.cmd[i].argv[0], &end);
			status = wait_code(&end);
		}
}

/* What a command in the background reads, lest it take the shell's input: nothing. */
static int no_input(void)
{
	int fd[2];

	if (pipe(fd) < 0)
		return STDIN_FILENO;
	close(fd[1]);
	return fd[0];
}

/* Run the pipeline that was parsed. */
static void run(void)
{
	static pid_t pid[CMDS];
	bool background = p.cmd[p.ncmd - 1].end == '&';
	int n = 0, in;

	if (p.ncmd == 1 && !background && builtin(p.cmd))
		return;
	in = background ? no_input() : STDIN_FILENO;
	while (n < p.ncmd && (pid[n] = start(&p.cmd[n], &in)) > 0)
		n++;
	if (in != STDIN_FILENO)
		close(in);
	if (background && n == p.ncmd) {
		if (interactive)
			printf("[%d]\n", pid[n - 1]);
		status = 0;
		return;
	}
	finish(pid, n);
	if (n < p.ncmd)
		status = 1;
}

/* Nothing is run of a line that is wrong anywhere. */
static void run_line(const char *line)
{
	if (strlen(line) >= LINE) {
		complain("the line is too long");
		status = BAD_SYNTAX;
		return;
	}
	for (p.s = line; more(); )
		if (!parse()) {
			status = BAD_SYNTAX;
			return;
		}
	for (p.s = line; more(); run())
		parse();
}

/* ---- where lines come from ---- */

/* Byte by byte, for what follows the line may be its command's input.  False: the end. */
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
	while (line_edit("yoke$ ", line, sizeof line) >= 0) {
		run_line(line);
		reap(WAIT_NOHANG);
	}
}

int main(int argc, char **argv)
{
	static char line[LINE + 1];

	if (argc > 2 && strcmp(argv[1], "-c") == 0) {
		for (int i = 2, n = 0; i < argc && n < LINE; i++)
			n += snprintf(line + n, sizeof line - n, "%s%s", n ? " " : "", argv[i]);
		run_line(line);
		return status;
	}
	if (argc > 2 || (argc == 2 && argv[1][0] == '-')) {
		fputs("usage: sh [-c WORD... | FILE]\n", stderr);
		return BAD_SYNTAX;
	}
	if (argc == 2)
		redirect(argv[1], O_RDONLY, STDIN_FILENO);
	if (argc == 1 && isatty(STDIN_FILENO))
		interact();
	else
		while (read_line(line))
			run_line(line);
	return status;
}
