/* SPDX-License-Identifier: MIT */
/* cat.c: cat [FILE...]; - is the standard input. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char buf[4096];

static int copy(const char *name, int fd)
{
	int n;

	while ((n = read(fd, buf, sizeof buf)) > 0)
		for (int done = 0, r; done < n; done += r)
			if ((r = write(STDOUT_FILENO, buf + done, n - done)) <= 0) {
				perror("cat");
				return 1;
			}
	if (n < 0)
		perror(name);
	return n < 0;
}

static int cat(const char *name)
{
	int fd = open(name, O_RDONLY), bad;

	if (fd < 0) {
		perror(name);
		return 1;
	}
	bad = copy(name, fd);
	close(fd);
	return bad;
}

int main(int argc, char **argv)
{
	int bad = 0;

	if (argc == 1)
		return copy("stdin", STDIN_FILENO);
	for (int i = 1; i < argc; i++)
		bad |= strcmp(argv[i], "-") == 0 ? copy("stdin", STDIN_FILENO) : cat(argv[i]);
	return bad;
}
