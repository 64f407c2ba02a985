/* SPDX-License-Identifier: MIT */
/* cp.c: cp FROM TO, or FROM... DIRECTORY: copies of files. */
#include <fcntl.h>
#include <unistd.h>
#include "into.h"

static char buf[4096];

/* -1, and errno. */
static int copy(int in, int out)
{
	int n;

	while ((n = read(in, buf, sizeof buf)) > 0)
		for (int done = 0, r; done < n; done += r)
			if ((r = write(out, buf + done, n - done)) < 0)
				return -1;
	return n;
}

static int same(const char *from, const char *to)
{
	struct stat a, b;

	return stat(from, &a) == 0 && stat(to, &b) == 0 && a.st_ino == b.st_ino;
}

static int one(const char *from, const char *to)
{
	int in = open(from, O_RDONLY), out, bad;

	if (in < 0) {
		perror(from);
		return 1;
	}
	if (same(from, to)) {
		fprintf(stderr, "%s and %s are the same file\n", from, to);
		close(in);
		return 1;
	}
	out = open(to, O_WRONLY | O_CREAT | O_TRUNC);
	bad = out < 0 || copy(in, out) < 0;
	if (bad)
		perror(out < 0 ? to : from);
	close(in);
	close(out);
	return bad;
}

int main(int argc, char **argv)
{
	return each_into(argc, argv, one);
}
