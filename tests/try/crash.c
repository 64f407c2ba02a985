/* SPDX-License-Identifier: MIT */
/* crash.c: a child dies by a page fault, and its parent too if it has an argument. */
#include <sys/wait.h>
#include <unistd.h>

static void store(volatile char *at)
{
	*at = 1;
}

int main(int argc, char **argv)
{
	int status;

	(void)argv;
	if (fork() == 0)
		store((char *)0x123);
	wait(&status);
	if (argc > 1)
		store((char *)0x321);
	return !WIFSIGNALED(status);
}
