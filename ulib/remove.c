/* SPDX-License-Identifier: MIT */
/* remove.c: a file or an empty directory. */
#include <sys/stat.h>
#include <stdio.h>
#include <unistd.h>

int remove(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode) ? rmdir(path) : unlink(path);
}
