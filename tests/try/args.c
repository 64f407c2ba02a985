/* SPDX-License-Identifier: MIT */
/* args.c: a program of three files.  No return: main's value is 0 then. */
#include <stdio.h>
#include <stdlib.h>
#include <sum.h>

int main(int argc, char **argv)
{
	printf("%s: %d\n", argv[0], twice(sum(atoi(argv[1]), atoi(argv[argc - 1]))));
}
