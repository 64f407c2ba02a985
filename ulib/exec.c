/* SPDX-License-Identifier: MIT */
/* exec.c: programs by name. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

int execvp(const char *name, char *const argv[])
{
	char path[PATH_LEN] = "/bin/";

	if (strchr(name, '/'))
		return execv(name, argv);
	if (strlen(name) + sizeof "/bin/" > sizeof path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(path + strlen(path), name);
	return execv(path, argv);
}
