/* SPDX-License-Identifier: MIT */
/*
 * forktree.c: forktree [DEPTH [STRATEGY]]: a binary tree of forks.  Every
 * process says who it is: the path of left (0) and right (1) that led to it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <yoke.h>

enum { DEPTH = 3, DEPTH_MAX = 16 };

static char path[DEPTH_MAX + 1];
static int depth = DEPTH, strategy = FORK_DEFAULT;

/* The rest of the tree, from here on; both kids' ends awaited.  Not 0 if any failed. */
static int grow(int level)
{
	int bad = 0, status;

	printf("%d: I am '%s'\n", getpid(), path);
	if (level == depth)
		return 0;
	for (char side = '0'; side <= '1'; side++) {
		pid_t pid = rfork(strategy);

		if (pid == 0) {
			path[level] = side;
			exit(grow(level + 1));
		}
		if (pid < 0) {
			perror("forktree: fork");
			bad = 1;
		}
	}
	while (wait(&status) > 0)
		bad |= status != 0;
	return bad;
}

int main(int argc, char **argv)
{
	if (argc > 1)
		depth = atoi(argv[1]);
	if (argc > 2)
		strategy = fork_strategy(argv[2]);
	if (depth < 0 || depth > DEPTH_MAX || (argc > 2 && strategy < 0) || argc > 3) {
		fputs("usage: forktree [DEPTH [eager|page|table|dir]]\n", stderr);
		return 2;
	}
	return grow(0);
}
