/* SPDX-License-Identifier: MIT */
/* input.c: stdio's input.  What waits in stdout is written before a read that may block. */
#include <unistd.h>
#include "stream.h"

static char in[BUFSIZ];
FILE stream_in = { .fd = STDIN_FILENO, .buf = in };

int fgetc(FILE *f)
{
	if (f->at == f->n) {
		fflush(stdout);
		f->at = 0;
		f->n = read(f->fd, f->buf, BUFSIZ);
		if (f->n <= 0) {
			f->n = 0;
			return EOF;
		}
	}
	return (unsigned char)f->buf[f->at++];
}

int getchar(void)
{
	return fgetc(stdin);
}

char *fgets(char *s, int size, FILE *f)
{
	int n = 0, c = 0;

	while (n < size - 1 && c != '\n' && (c = fgetc(f)) != EOF)
		s[n++] = c;
	s[n] = 0;
	return n ? s : NULL;
}
