/* SPDX-License-Identifier: MIT */
/*
 * stdio.c: output.  A call leaves its characters in the buffer, and at its
 * end the buffer is written if it is stderr's or holds a newline: one
 * system call for a call in most cases, and lines of several processes mix
 * as lines.
 */
#include <string.h>
#include <unistd.h>
#include "lib/format.h"
#include "stream.h"

static char out[BUFSIZ], err[BUFSIZ];
FILE stream_out = { .fd = STDOUT_FILENO, .buf = out };
FILE stream_err = { .fd = STDERR_FILENO, .buf = err };

int fflush(FILE *f)
{
	int n, done = 0;

	if (!f)
		f = stdout;
	n = f->n;
	f->n = 0;
	f->line = false;
	while (done < n) {
		int r = write(f->fd, f->buf + done, n - done);

		if (r <= 0)
			return EOF;
		done += r;
	}
	return 0;
}

static void put(int c, void *stream)
{
	FILE *f = stream;

	f->buf[f->n++] = c;
	f->line |= c == '\n';
	if (f->n == BUFSIZ)
		fflush(f);
}

/* The end of a call that put something.  Its result, or EOF. */
static int end(FILE *f, int result)
{
	if (f->n && (f->line || f == stderr) && fflush(f) < 0)
		return EOF;
	return result;
}

size_t fwrite(const void *p, size_t size, size_t n, FILE *f)
{
	for (size_t i = 0; i < size * n; i++)
		put(((const unsigned char *)p)[i], f);
	return end(f, 0) < 0 ? 0 : n;
}

int fputc(int c, FILE *f)
{
	put((unsigned char)c, f);
	return end(f, (unsigned char)c);
}

int putchar(int c)
{
	return fputc(c, stdout);
}

int fputs(const char *s, FILE *f)
{
	return fwrite(s, 1, strlen(s), f) || !*s ? 0 : EOF;
}

int puts(const char *s)
{
	while (*s)
		put(*s++, stdout);
	return fputc('\n', stdout);
}

int vfprintf(FILE *f, const char *fmt, va_list ap)
{
	return end(f, format(put, f, fmt, ap));
}

int vprintf(const char *fmt, va_list ap)
{
	return vfprintf(stdout, fmt, ap);
}

int fprintf(FILE *f, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vfprintf(f, fmt, ap);
	va_end(ap);
	return n;
}

int printf(const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vfprintf(stdout, fmt, ap);
	va_end(ap);
	return n;
}
