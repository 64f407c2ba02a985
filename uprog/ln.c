/* SPDX-License-Identifier: MIT */
/* ln.c: ln FROM TO, or FROM... DIRECTORY: names for the same file. */
#include <unistd.h>
#include "into.h"

static int one(const char *from, const char *to)
{
	if (link(from, to) == 0)
		return 0;
	perror(to);
	return 1;
}

int main(int argc, char **argv)
{
	return each_into(argc, argv, one);
}
