/* SPDX-License-Identifier: MIT */
/* err.c: complaints on stderr.  The program's name is what the kernel knows it by. */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <yoke.h>

static void complain(const char *why, const char *fmt, va_list ap)
{
	struct proc_info p = { .name = "?" };

	for (unsigned i = 0; procinfo(i, &p) == 0 && p.pid != getpid(); i++)
		;
	fflush(stdout);
	fprintf(stderr, "%s: ", p.name);
	if (fmt)
		vfprintf(stderr, fmt, ap);
	fprintf(stderr, why ? fmt ? ": %s\n" : "%s\n" : "\n", why);
}

void vwarn(const char *fmt, va_list ap) { complain(strerror(errno), fmt, ap); }
void vwarnx(const char *fmt, va_list ap) { complain(NULL, fmt, ap); }

void verr(int status, const char *fmt, va_list ap)
{
	vwarn(fmt, ap);
	exit(status);
}

void verrx(int status, const char *fmt, va_list ap)
{
	vwarnx(fmt, ap);
	exit(status);
}

void warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vwarn(fmt, ap);
	va_end(ap);
}

void warnx(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vwarnx(fmt, ap);
	va_end(ap);
}

void err(int status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	verr(status, fmt, ap);
}

void errx(int status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	verrx(status, fmt, ap);
}
