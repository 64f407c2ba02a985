/* SPDX-License-Identifier: MIT */
/*
 * stdio.c: output.  A call leaves its characters in the buffer, and at its
 * end the buffer is written if the stream is not buffered or, where it is
 * so by lines, if it holds a newline: one system call for a call in most
 * cases, and lines of several processes mix as lines.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "lib/format.h"
#include "stream.h"

static char out[BUFSIZ], err[BUFSIZ];
FILE stream_out = { .fd = STDOUT_FILENO, .buf = out, .size = BUFSIZ, .flags = S_WRITE };
FILE stream_err = { .fd = STDERR_FILENO, .buf = err, .size = BUFSIZ, .flags = S_WRITE | S_NONE };
FILE *streams;

static int write_out(FILE *f)
{
	int n = f->n, done = 0;

	f->n = 0;
	f->line = false;
	f->flags &= ~S_WROTE;
	while (done < n) {
		int r = write(f->fd, f->buf + done, n - done);

		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0) {
			f->flags |= S_ERR | S_FAILED;
			return EOF;
		}
		done += r;
	}
	return 0;
}

int fflush(FILE *f)
{
	int r;

	if (f)
		return f->flags & S_WROTE ? write_out(f) : 0;
	r = fflush(stdout);
	for (f = streams; f; f = f->next)
		if (fflush(f) < 0)
			r = EOF;
	return r;
}

/* What it holds from now on is output.  False: it cannot write. */
static bool begin(FILE *f)
{
	if (f->flags & S_WROTE)
		return true;
	if (!(f->flags & S_WRITE)) {
		f->flags |= S_ERR;
		errno = EBADF;
		return false;
	}
	if (f->n != f->at)
		lseek(f->fd, f->at - f->n, SEEK_CUR);
	f->n = f->at = 0;
	f->flags |= S_WROTE;
	return true;
}

static void put(int c, void *stream)
{
	FILE *f = stream;

	f->buf[f->n++] = c;
	f->line |= c == '\n';
	if (f->n == f->size) {
		write_out(f);
		f->flags |= S_WROTE;
	}
}

/* The end of a call that put something.  False: not all of it could be written. */
static bool end(FILE *f)
{
	bool good;

	if (f->n && !(f->flags & S_FULL) && (f->line || f->flags & S_NONE))
		write_out(f);
	good = !(f->flags & S_FAILED);
	f->flags &= ~S_FAILED;
	return good;
}

size_t fwrite(const void *p, size_t size, size_t n, FILE *f)
{
	if (!size || !n || !begin(f))
		return 0;
	for (size_t i = 0; i < size * n; i++)
		put(((const unsigned char *)p)[i], f);
	return end(f) ? n : 0;
}

int fputc(int c, FILE *f)
{
	char byte = c;

	return fwrite(&byte, 1, 1, f) ? (unsigned char)c : EOF;
}

int putchar(int c)
{
	return fputc(c, stdout);
}

int fputs(const char *s, FILE *f)
{
	return fwrite(s, 1, strlen(s), f) || !*s ? 0 : EOF;
}

int vfprintf(FILE *f, const char *fmt, va_list ap)
{
	int n;

	if (!begin(f))
		return EOF;
	n = format(put, f, fmt, ap);
	return end(f) ? n : EOF;
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

int puts(const char *s)
{
	return printf("%s\n", s) < 0 ? EOF : 0;
}
