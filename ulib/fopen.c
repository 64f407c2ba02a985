/* SPDX-License-Identifier: MIT */
/* fopen.c: streams beside the first three.  Linked only into programs that open some. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "stream.h"

enum { ROOM = 1024 };			/* of a file's buffer */

/* A mode's letters as O_*; -1: it is none. */
static int flags_of(const char *mode)
{
	int flags;

	switch (*mode++) {
	case 'r': flags = O_RDONLY; break;
	case 'w': flags = O_WRONLY | O_CREAT | O_TRUNC; break;
	case 'a': flags = O_WRONLY | O_CREAT | O_APPEND; break;
	default: return -1;
	}
	for (; *mode; mode++)
		if (*mode == '+')
			flags = (flags & ~O_ACCMODE) | O_RDWR;
		else if (*mode == 'x')
			flags |= O_EXCL;
	return flags;
}

static unsigned can(int flags)
{
	int how = flags & O_ACCMODE;

	return how == O_RDONLY ? S_READ : how == O_WRONLY ? S_WRITE : S_READ | S_WRITE;
}

static FILE *stream_new(int fd, int flags)
{
	FILE *f = malloc(sizeof *f + ROOM);

	if (!f)
		return NULL;
	*f = (FILE){ .fd = fd, .flags = can(flags) | S_OWN | (isatty(fd) ? 0 : S_FULL), .buf = (char *)(f + 1), .size = ROOM,
		.next = streams };
	streams = f;
	return f;
}

FILE *fdopen(int fd, const char *mode)
{
	int flags = flags_of(mode);

	if (flags < 0) {
		errno = EINVAL;
		return NULL;
	}
	return stream_new(fd, flags);
}

FILE *fopen(const char *path, const char *mode)
{
	int flags = flags_of(mode), fd;
	FILE *f;

	if (flags < 0) {
		errno = EINVAL;
		return NULL;
	}
	fd = open(path, flags, 0666);
	if (fd < 0)
		return NULL;
	if (flags & O_APPEND && !(can(flags) & S_READ))
		lseek(fd, 0, SEEK_END);
	f = stream_new(fd, flags);
	if (!f)
		close(fd);
	return f;
}

static void free_buf(FILE *f)
{
	if (f->flags & S_OWN_BUF)
		free(f->buf);
	f->flags &= ~S_OWN_BUF;
}

/* Written, and the file where the program thinks it is. */
static int settle(FILE *f)
{
	int r = fflush(f);

	if (f->at != f->n)
		lseek(f->fd, f->at - f->n, SEEK_CUR);
	f->at = f->n = 0;
	return r;
}

int fclose(FILE *f)
{
	int r = settle(f);

	if (close(f->fd) < 0)
		r = EOF;
	free_buf(f);
	f->flags &= ~(S_READ | S_WRITE);
	if (f->flags & S_OWN) {
		FILE **link = &streams;

		while (*link != f)
			link = &(*link)->next;
		*link = f->next;
		free(f);
	}
	return r;
}

/* The same stream, for another file. */
FILE *freopen(const char *path, const char *mode, FILE *f)
{
	int flags = flags_of(mode), fd = flags < 0 ? -1 : open(path, flags, 0666);

	settle(f);
	if (flags < 0)
		errno = EINVAL;
	if (fd >= 0 && fd != f->fd) {
		dup2(fd, f->fd);
		close(fd);
	}
	if (fd < 0) {
		fclose(f);
		return NULL;
	}
	f->flags = (f->flags & ~(S_READ | S_WRITE | S_EOF | S_ERR)) | can(flags);
	return f;
}

int setvbuf(FILE *f, char *buf, int how, size_t size)
{
	if (how < _IOFBF || how > _IONBF || size > INT32_MAX)
		return EOF;
	settle(f);
	f->flags = (f->flags & ~(S_FULL | S_NONE)) | (how == _IOFBF ? S_FULL : how == _IONBF ? S_NONE : 0);
	if (how == _IONBF || !size || (!buf && size <= (size_t)f->size))
		return 0;
	if (!buf) {
		buf = malloc(size);
		if (!buf)
			return EOF;
		free_buf(f);
		f->flags |= S_OWN_BUF;
	} else {
		free_buf(f);
	}
	f->buf = buf;
	f->size = size;
	return 0;
}

void setbuf(FILE *f, char *buf)
{
	setvbuf(f, buf, buf ? _IOFBF : _IONBF, BUFSIZ);
}

int fseeko(FILE *f, off_t to, int whence)
{
	if (settle(f) < 0 || lseek(f->fd, to, whence) < 0)
		return -1;
	f->flags &= ~S_EOF;
	return 0;
}

off_t ftello(FILE *f)
{
	off_t at;

	fflush(f);			/* what is appended goes to the end, wherever that is by then */
	at = lseek(f->fd, 0, SEEK_CUR);
	return at < 0 ? at : at + f->at - f->n;
}

int fseek(FILE *f, long to, int whence) { return fseeko(f, to, whence); }
long ftell(FILE *f) { return ftello(f); }

int fgetpos(FILE *restrict f, fpos_t *restrict at)
{
	*at = ftello(f);
	return *at < 0 ? -1 : 0;
}

int fsetpos(FILE *f, const fpos_t *at) { return fseeko(f, *at, SEEK_SET); }

void rewind(FILE *f)
{
	fseeko(f, 0, SEEK_SET);
	clearerr(f);
}
