/* SPDX-License-Identifier: MIT */
/* getline.c: lines of any length. */
#include <stdio.h>
#include <stdlib.h>

ssize_t getdelim(char **line, size_t *room, int end, FILE *f)
{
	size_t n = 0;
	int c = 0;

	while (c != end && (c = fgetc(f)) != EOF) {
		if (!*line || n + 2 > *room) {
			size_t want = n < 60 ? 120 : 2 * n;
			char *more = realloc(*line, want);

			if (!more)
				return -1;
			*line = more;
			*room = want;
		}
		(*line)[n++] = c;
		(*line)[n] = 0;
	}
	return n ? (ssize_t)n : -1;
}

ssize_t getline(char **line, size_t *room, FILE *f)
{
	return getdelim(line, room, '\n', f);
}
