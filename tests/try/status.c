/* SPDX-License-Identifier: MIT */
/* status.c: status N: ends with this status, its last line unfinished. */
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	printf("of %d", argc);
	return atoi(argv[1]);
}
