/* SPDX-License-Identifier: MIT */
/* wc.c: wc [FILE...]: lines, words and bytes. */
#include <ctype.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

static char buf[4096];

static int count(int fd, const char *name)
{
	unsigned long lines = 0, words = 0, bytes = 0;
	bool in_word = false;
	int n;

	while ((n = read(fd, buf, sizeof buf)) > 0) {
		bytes += n;
		for (int i = 0; i < n; i++) {
			bool space = isspace((unsigned char)buf[i]);

			lines += buf[i] == '\n';
			words += !space && !in_word;
			in_word = !space;
		}
	}
	if (n < 0) {
		perror(name);
		return 1;
	}
	printf("%lu %lu %lu %s\n", lines, words, bytes, name);
	return 0;
}

int main(int argc, char **argv)
{
	int bad = 0;

	if (argc == 1)
		return count(STDIN_FILENO, "");
	for (int i = 1; i < argc; i++) {
		int fd = open(argv[i], O_RDONLY);

		if (fd < 0) {
			perror(argv[i]);
			bad = 1;
			continue;
		}
		bad |= count(fd, argv[i]);
		close(fd);
	}
	return bad;
}
