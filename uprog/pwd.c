/* SPDX-License-Identifier: MIT */
/* pwd.c: pwd: the working directory. */
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	char path[PATH_LEN];

	if (!getcwd(path, sizeof path)) {
		perror("pwd");
		return 1;
	}
	puts(path);
	return 0;
}
