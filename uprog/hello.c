/* SPDX-License-Identifier: MIT */
/* hello.c */
#include <stdio.h>
#include <unistd.h>
#include <yoke.h>

int main(void)
{
	struct sys_info info;

	if (sysinfo(&info) < 0) {
		perror("hello");
		return 1;
	}
	printf("Hello from process %d on %s, page tables %s.\n", getpid(), info.machine, info.format);
	return 0;
}
