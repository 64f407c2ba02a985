/* SPDX-License-Identifier: MIT */
/* ls.c: ls [NAME...]: files, and what is in directories; one a line: size, links, number and name. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static char (*names)[FILE_NAME];
static unsigned nnames, room;

/* -1: no memory. */
static int keep(const char *name)
{
	if (nnames == room) {
		void *more = realloc(names, (room = 2 * room + 32) * sizeof *names);

		if (!more)
			return -1;
		names = more;
	}
	strcpy(names[nnames++], name);
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

static int line(const char *path, const char *name)
{
	struct stat st;

	if (stat(path, &st) < 0) {
		perror(path);
		return 1;
	}
	printf("%8lld %3u %5u  %s%s\n", (long long)st.st_size, st.st_nlink, st.st_ino, name, S_ISDIR(st.st_mode) ? "/" : "");
	return 0;
}

static int list(const char *path)
{
	char full[PATH_LEN];
	struct dirent *e;
	DIR *d = opendir(path);
	int bad = 0;

	if (!d) {
		perror(path);
		return 1;
	}
	nnames = 0;
	while ((e = readdir(d)))
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, "..") && keep(e->d_name) < 0) {
			perror("ls");
			bad = 1;
			break;
		}
	closedir(d);
	qsort(names, nnames, sizeof *names, by_name);
	for (unsigned i = 0; i < nnames; i++) {
		snprintf(full, sizeof full, "%s/%s", path, names[i]);
		bad |= line(full, names[i]);
	}
	return bad;
}

int main(int argc, char **argv)
{
	int bad = 0;

	if (argc == 1)
		return list(".");
	for (int i = 1; i < argc; i++) {
		struct stat st;

		if (stat(argv[i], &st) == 0 && S_ISDIR(st.st_mode)) {
			if (argc > 2)
				printf("%s:\n", argv[i]);
			bad |= list(argv[i]);
		} else {
			bad |= line(argv[i], argv[i]);
		}
	}
	return bad;
}
