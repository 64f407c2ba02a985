/* SPDX-License-Identifier: MIT */
/* mkdir.c: mkdir DIRECTORY... */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int bad = argc < 2;

	if (bad)
		fputs("usage: mkdir DIRECTORY...\n", stderr);
	for (int i = 1; i < argc; i++)
		if (mkdir(argv[i], 0777) < 0) {
			perror(argv[i]);
			bad = 1;
		}
	return bad;
}
