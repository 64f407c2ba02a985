/* SPDX-License-Identifier: MIT */
/*
 * time.c: time PROGRAM ARGS...: what running it costs: instructions (where
 * the emulator counts them), and those of the machine's counters that moved.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <yoke.h>

static void report(uint64_t instructions, const struct counts *before, const struct counts *after)
{
	fprintf(stderr, "%14llu instructions\n", (unsigned long long)instructions);
	for (int i = 0; i < C_N; i++)
		if (after->n[i] != before->n[i])
			fprintf(stderr, "%14llu %s\n", (unsigned long long)(after->n[i] - before->n[i]), counter_names[i]);
}

int main(int argc, char **argv)
{
	struct counts before, after;
	struct wait_info end;
	uint64_t start;
	pid_t pid;

	if (argc < 2) {
		fputs("usage: time PROGRAM ARGS...\n", stderr);
		return 2;
	}
	counts(0, &before);
	start = cycles();
	if ((pid = fork()) < 0) {
		perror("time: fork");
		return 1;
	}
	if (pid == 0) {
		execvp(argv[1], argv + 1);
		fprintf(stderr, "time: %s: %s\n", argv[1], strerror(errno));
		_exit(errno == ENOENT ? 127 : 126);
	}
	waitinfo(pid, &end, 0);
	start = cycles() - start;
	counts(0, &after);
	wait_report(argv[1], &end);
	report(start, &before, &after);
	return wait_code(&end);
}
