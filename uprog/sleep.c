/* SPDX-License-Identifier: MIT */
/* sleep.c: sleep SECONDS, with a fraction or not. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int main(int argc, char **argv)
{
	struct timespec t = { 0 };
	char *end;

	if (argc == 2 && isdigit((unsigned char)argv[1][0])) {
		t.tv_sec = strtol(argv[1], &end, 10);
		if (*end == '.')
			for (long unit = 100000000; isdigit((unsigned char)*++end); unit /= 10)
				t.tv_nsec += (*end - '0') * unit;
		if (!*end)
			return nanosleep(&t, NULL) < 0;
	}
	fputs("usage: sleep SECONDS\n", stderr);
	return 2;
}
