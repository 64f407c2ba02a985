/* SPDX-License-Identifier: MIT */
/*
 * ls.c: ls [NAME...]: the files of those names, or whose names begin with
 * NAME/; all without one.  There are no directories, only names with
 * slashes.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yoke.h>

static struct file_info *files;
static unsigned nfiles;

/* Into files[].  -1: no memory. */
static int collect(void)
{
	struct file_info info;

	while (dirinfo(nfiles, &info) >= 0) {
		struct file_info *more = realloc(files, (nfiles + 1) * sizeof *files);

		if (!more)
			return -1;
		files = more;
		files[nfiles++] = info;
	}
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct file_info *)a)->name, ((const struct file_info *)b)->name);
}

/* Is the file called name, or below it? */
static bool below(const char *file, const char *name)
{
	size_t n;

	file += *file == '/';
	name += *name == '/';
	n = strlen(name);
	if (n && name[n - 1] == '/')
		n--;
	return n == 0 || (strncmp(file, name, n) == 0 && (file[n] == 0 || file[n] == '/'));
}

static int list(const char *name)
{
	unsigned found = 0;

	for (unsigned i = 0; i < nfiles; i++)
		if (below(files[i].name, name)) {
			printf("%8llu  %s\n", (unsigned long long)files[i].size, files[i].name);
			found++;
		}
	if (!found && *name)
		fprintf(stderr, "ls: %s: no such file\n", name);
	return !found && *name;
}

int main(int argc, char **argv)
{
	int bad = 0;

	if (collect() < 0) {
		perror("ls");
		return 1;
	}
	qsort(files, nfiles, sizeof *files, by_name);
	if (argc == 1)
		return list("");
	for (int i = 1; i < argc; i++)
		bad |= list(argv[i]);
	return bad;
}
