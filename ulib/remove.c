/* SPDX-License-Identifier: MIT */
/* remove.c */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

int remove(const char *path)
{
	int r = unlink(path);

	return r < 0 && errno == EISDIR ? rmdir(path) : r;
}
