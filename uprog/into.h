/* SPDX-License-Identifier: MIT */
/* into.h: for cp, ln and mv: the last argument is a name, or a directory to put things into. */
#pragma once
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static int is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Where `from` goes if `to` is named: to itself, or within it.  Null: told. */
static const char *target(char path[PATH_LEN], const char *from, const char *to)
{
	const char *slash = strrchr(from, '/');

	if (!is_dir(to))
		return to;
	if (snprintf(path, PATH_LEN, "%s/%s", to, slash ? slash + 1 : from) < PATH_LEN)
		return path;
	fprintf(stderr, "%s: the path is too long\n", to);
	return NULL;
}

/* Do it for all but the last argument.  The program's status. */
static int each_into(int argc, char **argv, int (*one)(const char *from, const char *to))
{
	const char *last = argv[argc - 1], *to;
	char path[PATH_LEN];
	int bad = 0;

	if (argc < 3 || (argc > 3 && !is_dir(last))) {
		fprintf(stderr, "usage: %s FROM TO, or FROM... DIRECTORY\n", argv[0]);
		return 2;
	}
	for (int i = 1; i < argc - 1; i++)
		bad |= !(to = target(path, argv[i], last)) || one(argv[i], to);
	return bad;
}
