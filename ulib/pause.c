/* SPDX-License-Identifier: MIT */
/* pause.c: apart, for programs that have a pause of their own. */
#include <signal.h>
#include <unistd.h>

int pause(void)
{
	sigset_t now;

	sigprocmask(SIG_BLOCK, NULL, &now);
	return sigsuspend(&now);
}
