/* SPDX-License-Identifier: MIT */
/* xv6.c: what xv6's programs call and ulib means otherwise; include/user/user.h has the names. */
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>
#include <yoke.h>
#include "lib/format.h"
#include "xv6.h"

/* ---- processes ---- */

/* A child that did not end by exit has the status -1. */
int xv6_wait(int *status)
{
	struct wait_info info;
	pid_t pid = waitinfo(-1, &info, 0);

	if (pid > 0 && status)
		*status = info.how == END_EXIT ? info.code : -1;
	return pid;
}

int xv6_kill(int pid)
{
	return pid > 0 ? kill(pid, SIGKILL) : -1;		/* others would mean jobs */
}

/* xv6's programs lie in its only directory. */
int xv6_exec(const char *path, char **argv)
{
	int r = execv(path, argv);

	return r < 0 && errno == ENOENT ? execvp(path + (*path == '/'), argv) : r;
}

int xv6_pause(int ticks)
{
	return ticks > 0 ? msleep((unsigned)ticks * TICK_MS) : 0;
}

int xv6_uptime(void)
{
	return uptime() / TICK_MS;
}

/* ---- lines and strings ---- */

/* A line from the console, with its end. */
char *xv6_gets(char *s, int max)
{
	int n = 0;

	while (n + 1 < max && read(STDIN_FILENO, s + n, 1) == 1)
		if (s[n++] == '\n' || s[n - 1] == '\r')
			break;
	s[n] = 0;
	return s;
}

/* The end of the string is none of its characters. */
char *xv6_strchr(const char *s, char c)
{
	return c ? strchr(s, c) : NULL;
}

/* ---- printf: a write at the end of every call, nothing is kept for later ---- */

struct out { int fd, n; char buf[128]; };

static void flush(struct out *o)
{
	write(o->fd, o->buf, o->n);
	o->n = 0;
}

static void put(int c, void *ctx)
{
	struct out *o = ctx;

	o->buf[o->n++] = c;
	if (o->n == sizeof o->buf)
		flush(o);
}

static void print(int fd, const char *fmt, va_list ap)
{
	struct out o = { .fd = fd };

	format(put, &o, fmt, ap);
	if (o.n)
		flush(&o);
}

void xv6_fprintf(int fd, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print(fd, fmt, ap);
	va_end(ap);
}

void xv6_printf(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print(STDOUT_FILENO, fmt, ap);
	va_end(ap);
}
