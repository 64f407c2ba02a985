/* SPDX-License-Identifier: MIT */
/* input.c: stdio's input.  What waits in stdout is written before a read that may block. */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "stream.h"

static char in[BUFSIZ];
FILE stream_in = { .fd = STDIN_FILENO, .buf = in, .size = BUFSIZ, .flags = S_READ };

/* Bytes of the file itself.  How many; 0 at the end, or if it failed: noted. */
static int take(FILE *f, char *to, int n)
{
	int r;

	if (f->flags & S_WROTE)
		fflush(f);
	if (!(f->flags & S_READ)) {
		f->flags |= S_ERR;
		errno = EBADF;
		return 0;
	}
	if (f->flags & S_EOF)
		return 0;
	fflush(stdout);
	r = read(f->fd, to, n);
	if (r <= 0)
		f->flags |= r ? S_ERR : S_EOF;
	return r > 0 ? r : 0;
}

/* Is there something in the buffer, now? */
static bool filled(FILE *f)
{
	if (f->at != f->n && !(f->flags & S_WROTE))
		return true;
	f->n = take(f, f->buf, f->flags & S_NONE ? 1 : f->size);	/* if there was output, it is written before */
	f->at = 0;
	return f->n > 0;
}

int fgetc(FILE *f)
{
	return filled(f) ? (unsigned char)f->buf[f->at++] : EOF;
}

int getchar(void)
{
	return fgetc(stdin);
}

int ungetc(int c, FILE *f)
{
	if (c == EOF || f->flags & S_WROTE || (!f->at && f->n == f->size))
		return EOF;
	if (!f->at) {
		memmove(f->buf + 1, f->buf, f->n++);
		f->at = 1;
	}
	f->flags &= ~S_EOF;
	f->buf[--f->at] = c;
	return (unsigned char)c;
}

char *fgets(char *s, int size, FILE *f)
{
	int n = 0, c = 0;

	while (n < size - 1 && c != '\n' && (c = fgetc(f)) != EOF)
		s[n++] = c;
	if (!n && size != 1)
		return NULL;			/* and what was there is there still */
	s[n] = 0;
	return s;
}

/* What does not go through the buffer is read where it shall be. */
size_t fread(void *p, size_t size, size_t n, FILE *f)
{
	size_t want = size * n, done = 0;

	while (done < want) {
		size_t left = want - done, some;

		if ((f->at == f->n || f->flags & S_WROTE) && left >= (size_t)f->size) {
			some = take(f, (char *)p + done, left < INT32_MAX ? (int)left : INT32_MAX);
		} else if (filled(f)) {
			some = left < (size_t)(f->n - f->at) ? left : (size_t)(f->n - f->at);
			memcpy((char *)p + done, f->buf + f->at, some);
			f->at += some;
		} else {
			some = 0;
		}
		if (!some)
			break;
		done += some;
	}
	return size ? done / size : 0;
}

int feof(FILE *f) { return (f->flags & S_EOF) != 0; }
int ferror(FILE *f) { return (f->flags & S_ERR) != 0; }
void clearerr(FILE *f) { f->flags &= ~(S_EOF | S_ERR); }
int fileno(FILE *f) { return f->fd; }
