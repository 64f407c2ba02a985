/* SPDX-License-Identifier: MIT */
/* touch.c: touch FILE...: make those that are not there. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int bad = argc < 2, fd;

	if (bad)
		fputs("usage: touch FILE...\n", stderr);
	for (int i = 1; i < argc; i++) {
		fd = open(argv[i], O_WRONLY | O_CREAT);
		if (fd < 0) {
			perror(argv[i]);
			bad = 1;
			continue;
		}
		close(fd);
	}
	return bad;
}
