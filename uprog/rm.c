/* SPDX-License-Identifier: MIT */
/* rm.c: rm [-r] [-f] NAME...; -r: directories with all below them; -f: what is not there is no error. */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool whole, force;

static int take_away(const char *path);

/* What is in a directory, the first that is left again and again. */
static int empty(const char *path)
{
	char full[PATH_LEN];
	struct dirent *e;
	DIR *d = opendir(path);
	int bad = 0;

	if (!d) {
		perror(path);
		return 1;
	}
	while (!bad && (e = readdir(d)))
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, "..")) {
			if (snprintf(full, sizeof full, "%s/%s", path, e->d_name) >= (int)sizeof full) {
				fprintf(stderr, "rm: %s: the path is too long\n", path);
				bad = 1;
			} else {
				bad = take_away(full);
			}
		}
	closedir(d);
	return bad;
}

static int take_away(const char *path)
{
	if (unlink(path) == 0)
		return 0;
	if (errno == EISDIR && whole) {
		if (empty(path))
			return 1;
		if (rmdir(path) == 0)
			return 0;
	}
	if (errno == ENOENT && force)
		return 0;
	perror(path);
	return 1;
}

int main(int argc, char **argv)
{
	int i = 1, bad = 0;

	for (; i < argc && argv[i][0] == '-' && argv[i][1]; i++)
		for (const char *c = argv[i] + 1; *c; c++) {
			whole |= *c == 'r';
			force |= *c == 'f';
			bad |= *c != 'r' && *c != 'f';
		}
	if (bad || i == argc) {
		fputs("usage: rm [-r] [-f] NAME...\n", stderr);
		return 2;
	}
	for (; i < argc; i++)
		bad |= take_away(argv[i]);
	return bad;
}
