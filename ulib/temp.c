/* SPDX-License-Identifier: MIT */
/* temp.c: files and directories that nobody else has. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yoke.h>

enum { LETTERS = 6, TRIES = 100 };	/* more names than tries are taken: somebody wants it so */

/* Other letters at the template's end, where X's were.  They differ from process to process, and from call to call. */
static void choose(char *end)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	static unsigned long state;

	state = state * 69069 + (unsigned long)cycles() + (unsigned long)getpid() * 7919;
	for (unsigned long n = state >> 1, i = 0; i < LETTERS; i++, n /= 7)
		end[i] = letters[(n + i * 11) % (sizeof letters - 1)];
}

static int open_new(const char *path) { return open(path, O_RDWR | O_CREAT | O_EXCL, 0600); }
static int make_dir(const char *path) { return mkdir(path, 0700); }

static int make(char *template, int (*one)(const char *))
{
	size_t n = strlen(template);
	int r = -1;

	if (n < LETTERS || strcmp(template + n - LETTERS, "XXXXXX")) {
		errno = EINVAL;
		return -1;
	}
	errno = EEXIST;
	for (int i = 0; r < 0 && errno == EEXIST && i < TRIES; i++) {
		choose(template + n - LETTERS);
		r = one(template);
	}
	return r;
}

int mkstemp(char *template)
{
	return make(template, open_new);
}

char *mkdtemp(char *template)
{
	return make(template, make_dir) < 0 ? NULL : template;
}

FILE *tmpfile(void)
{
	char path[] = P_tmpdir "/XXXXXX";
	int fd = mkstemp(path);
	FILE *f;

	if (fd < 0)
		return NULL;
	unlink(path);
	f = fdopen(fd, "w+");
	if (!f)
		close(fd);
	return f;
}
