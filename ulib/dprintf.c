/* SPDX-License-Identifier: MIT */
/* dprintf.c: printf to a descriptor, and to memory that is made for it. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "lib/format.h"
#include "stream.h"

int vdprintf(int fd, const char *fmt, va_list ap)
{
	char buf[BUFSIZ];
	FILE f = { .fd = fd, .buf = buf, .size = sizeof buf, .flags = S_WRITE | S_NONE };

	return vfprintf(&f, fmt, ap);
}

int dprintf(int fd, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vdprintf(fd, fmt, ap);
	va_end(ap);
	return n;
}

static void put(int c, void *to)
{
	*(*(char **)to)++ = c;
}

int vsprintf(char *to, const char *fmt, va_list ap)
{
	int n = format(put, &to, fmt, ap);

	*to = 0;
	return n;
}

int sprintf(char *to, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsprintf(to, fmt, ap);
	va_end(ap);
	return n;
}

int vasprintf(char **to, const char *fmt, va_list ap)
{
	int n = vsnprintf(NULL, 0, fmt, ap);

	*to = malloc((size_t)n + 1);
	return *to ? vsnprintf(*to, (size_t)n + 1, fmt, ap) : -1;
}

int asprintf(char **to, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(to, fmt, ap);
	va_end(ap);
	return n;
}
