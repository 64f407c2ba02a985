/* SPDX-License-Identifier: MIT */
/* rmdir.c: rmdir DIRECTORY... */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int bad = argc < 2;

	if (bad)
		fputs("usage: rmdir DIRECTORY...\n", stderr);
	for (int i = 1; i < argc; i++)
		if (rmdir(argv[i]) < 0) {
			perror(argv[i]);
			bad = 1;
		}
	return bad;
}
