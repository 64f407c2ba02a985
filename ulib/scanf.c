/* SPDX-License-Identifier: MIT */
/* scanf.c: scanf from streams. */
#include "scan.h"
#include "stream.h"

static int next(void *f) { return fgetc(f); }
static void again(int c, void *f) { ungetc(c, f); }

int vfscanf(FILE *f, const char *fmt, va_list ap)
{
	return scan(&(struct scan_source){ next, again, f }, fmt, ap);
}

int fscanf(FILE *f, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vfscanf(f, fmt, ap);
	va_end(ap);
	return n;
}

int vscanf(const char *fmt, va_list ap)
{
	return vfscanf(stdin, fmt, ap);
}

int scanf(const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vfscanf(stdin, fmt, ap);
	va_end(ap);
	return n;
}
