/* SPDX-License-Identifier: MIT */
/* kill.c: kill PID... */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
	int bad = 0;

	if (argc == 1) {
		fputs("usage: kill PID...\n", stderr);
		return 2;
	}
	for (int i = 1; i < argc; i++) {
		char *end;
		long pid = strtol(argv[i], &end, 10);

		if (*end || end == argv[i])
			pid = 0, errno = EINVAL;
		if (pid == 0 || kill(pid, SIGKILL) < 0) {
			fprintf(stderr, "kill: %s: %s\n", argv[i], strerror(errno));
			bad = 1;
		}
	}
	return bad;
}
