/* SPDX-License-Identifier: MIT */
/* mv.c: mv FROM TO, or FROM... DIRECTORY: other names, instead. */
#include <unistd.h>
#include "into.h"

static int one(const char *from, const char *to)
{
	if (rename(from, to) == 0)
		return 0;
	perror(to);
	return 1;
}

int main(int argc, char **argv)
{
	return each_into(argc, argv, one);
}
