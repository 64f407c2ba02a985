/* SPDX-License-Identifier: MIT */
/* run.c: pipelines become processes. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "abi/yoke.h"
#include "sh.h"

int status;
bool interactive;
pid_t last_background;
int script = -1;

/* ---- redirections ---- */

static bool redirect(const struct redirection *r)
{
	int fd = r->name ? open(r->name, r->flags, 0666) : r->from;

	if (fd < 0 || (fd != r->fd && dup2(fd, r->fd) < 0)) {
		fprintf(stderr, "sh: %s: %s\n", r->name ? r->name : "a descriptor", strerror(errno));
		return false;
	}
	if (r->name && fd != r->fd)
		close(fd);
	return true;
}

static bool redirect_all(const struct cmd *c)
{
	for (int i = 0; i < c->redirections; i++)
		if (!redirect(&c->redirection[i]))
			return false;
	return true;
}

static void move_fd(int fd, int to)
{
	if (fd != to) {
		dup2(fd, to);
		close(fd);
	}
}

/* ---- in the child ---- */

static _Noreturn void become(const struct cmd *c)
{
	builtin *fn;

	if (script >= 0)
		close(script);
	if (!redirect_all(c))
		_exit(1);
	for (int i = c->assignments; i; i--)
		if (!assign(c->argv[-i], true))
			_exit(1);
	if (!c->argv[0])
		exit(0);
	if ((fn = find_builtin(c->argv[0]))) {
		interactive = false;
		exit(fn(c->argv));
	}
	if (!give_environment())
		_exit(1);
	execvp(c->argv[0], c->argv);
	fprintf(stderr, "sh: %s: %s\n", c->argv[0], errno == ENOENT ? "not found" : strerror(errno));
	_exit(errno == ENOENT ? NOT_FOUND : CANNOT_RUN);
}

/* Start a command that reads from *in; then *in is what the next one reads from.  Its pid, or -1.  job: its first process's, or 0 */
static pid_t start(const struct cmd *c, int *in, pid_t job)
{
	int fd[2] = { STDIN_FILENO, STDOUT_FILENO };
	pid_t pid;

	if (c->end == '|' && pipe(fd) < 0) {
		perror("sh: pipe");
		return -1;
	}
	pid = fork();
	if (pid == 0) {
		if (interactive) {
			setjob(0, job);
			signals(0, 0, 0, 0);
		}
		move_fd(*in, STDIN_FILENO);
		move_fd(fd[1], STDOUT_FILENO);
		if (fd[0] != STDIN_FILENO)
			close(fd[0]);
		become(c);
	}
	if (pid < 0)
		perror("sh: fork");
	else if (interactive)
		setjob(pid, job);		/* both do, for either may be the first to run */
	if (*in != STDIN_FILENO)
		close(*in);
	if (c->end == '|')
		close(fd[1]);
	*in = fd[0];
	return pid;
}

/* ---- pipelines ---- */

/* How it ended, if that is not its own affair or the person's at the console. */
static void report(const char *name, const struct wait_info *end)
{
	if (end->how != END_KILLED)
		wait_report(name, end);
	else if (end->code != SIGINT)
		fprintf(stderr, "%s[%d]: %s\n", name, (int)end->pid, strsignal((int)end->code));
}

/* Wait for n processes of a pipeline; the last one's end is its status. */
static void finish(const pid_t *pid, int n)
{
	struct wait_info end;

	for (int i = 0; i < n; i++)
		if (waitinfo(pid[i], &end, 0) > 0) {
			report(p.cmd[i].argv[0] ? p.cmd[i].argv[0] : "sh", &end);
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

/* A command that the shell does by itself, with its redirections for the time being. */
static void run_builtin(const struct cmd *c, builtin *fn)
{
	int saved[REDIRECTIONS], n = c->redirections;

	for (int i = 0; i < n; i++)
		saved[i] = dup(c->redirection[i].fd);
	status = redirect_all(c) && fn ? fn(c->argv) : c->redirections && !fn ? 0 : 1;
	fflush(stdout);
	for (int i = n - 1; i >= 0; i--) {
		if (saved[i] >= 0)
			move_fd(saved[i], c->redirection[i].fd);
		else
			close(c->redirection[i].fd);
	}
}

/* Variables, or a builtin.  False: it is a program's name. */
static bool run_here(const struct cmd *c)
{
	builtin *fn = c->argv[0] ? find_builtin(c->argv[0]) : NULL;

	if (c->argv[0] && !fn)
		return false;
	if (fn || c->redirections)
		run_builtin(c, fn);
	else
		status = 0;
	for (int i = 0; i < c->assignments && !fn; i++)
		if (!assign(c->argv[i - c->assignments], false))
			status = 1;
	return true;
}

/* Run the pipeline that was parsed. */
static void run(void)
{
	static pid_t pid[CMDS];
	bool background = p.cmd[p.ncmd - 1].end == '&';
	int n = 0, in;

	if (p.ncmd == 1 && !background && run_here(p.cmd))
		return;
	fflush(stdout);
	in = background ? no_input() : STDIN_FILENO;
	while (n < p.ncmd && (pid[n] = start(&p.cmd[n], &in, n ? pid[0] : 0)) > 0) {
		if (n == 0 && !background)
			foreground(pid[0]);
		n++;
	}
	if (in != STDIN_FILENO)
		close(in);
	if (background && n == p.ncmd) {
		job_new(pid, n, p.source, p.s - p.source);
		status = 0;
		return;
	}
	finish(pid, n);
	foreground(0);
	if (n < p.ncmd)
		status = 1;
}

/* After && and || only what they let. */
static bool wanted(char before)
{
	return before == AND ? status == 0 : before == OR ? status != 0 : true;
}

void run_line(const char *line)
{
	char before = ';';

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
	for (p.s = line; more(); ) {
		bool good = parse();

		if (!good || !wanted(before)) {
			if (!good)
				status = BAD_SYNTAX;
			/* what was not wanted lets the next one be judged by the same status */
		} else {
			run();
		}
		before = p.cmd[p.ncmd - 1].end;
	}
}
