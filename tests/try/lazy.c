/* SPDX-License-Identifier: MIT */
/* lazy.c: xv6's lazy lab: a heap far larger than memory, of which a page is there when it is touched. */
#include "kernel/types.h"
#include "user/user.h"

#define MUCH	(16 * 1024 * 1024)

/* Touch a page in each 16 MiB, until there is no more: addresses, if they are of 32 bits; else memory. */
static void fill(void)
{
	char *p;

	while ((p = malloc(MUCH)))
		*p = 1;
	exit(0);
}

int main(void)
{
	int status;

	if (fork() == 0)
		fill();
	wait(&status);
	exit(status != (sizeof(char *) == 8 ? -1 : 0));
}
