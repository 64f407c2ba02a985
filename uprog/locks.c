/* SPDX-License-Identifier: MIT */
/*
 * locks.c: locks [PROGRAM ARGS...]: what the kernel's locks have cost since
 * boot, or while a program ran.  Needs a kernel that counts them.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <yoke.h>

static void row(const char *name, const struct lock_count *n)
{
	printf("%-8s %12llu %12llu %12llu %12llu\n", name, (unsigned long long)n->taken, (unsigned long long)n->contended,
	       (unsigned long long)n->moved, (unsigned long long)n->shared);
}

static void report(const struct lock_counts *before, const struct lock_counts *after)
{
	puts("                TAKEN    CONTENDED        MOVED       SHARED");
	for (int i = 0; i < LOCK_N; i++) {
		const struct lock_count *a = &after->of[i], *b = &before->of[i];
		struct lock_count n = { a->taken - b->taken, a->contended - b->contended, a->moved - b->moved, a->shared - b->shared };

		if (n.taken)
			row(lock_names[i], &n);
	}
}

static int run(char **argv)
{
	struct wait_info end;
	pid_t pid = fork();

	if (pid == 0) {
		execvp(argv[0], argv);
		fprintf(stderr, "locks: %s: %s\n", argv[0], strerror(errno));
		_exit(errno == ENOENT ? 127 : 126);
	}
	if (pid < 0) {
		perror("locks: fork");
		return 1;
	}
	waitinfo(pid, &end, 0);
	wait_report(argv[0], &end);
	return wait_code(&end);
}

int main(int argc, char **argv)
{
	struct lock_counts before = { 0 }, after;
	int status = 0;

	if (argc > 1 && locks(LOCKS_FORGET, &before) == 0)
		status = run(argv + 1);
	if (locks(LOCKS_ALL, &after) < 0) {
		perror("locks");
		return 1;
	}
	report(&before, &after);
	return status;
}
