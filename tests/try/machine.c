/* SPDX-License-Identifier: MIT */
/* machine.c: what the boot was told. */
#include <stdio.h>
#include <yoke.h>

int main(void)
{
	struct sys_info info;

	if (sysinfo(&info) < 0)
		return 1;
	printf("fork by %s, %u CPU\n", fork_names[forkmode(FORK_DEFAULT)], info.cpus_running);
	return 0;
}
