/* SPDX-License-Identifier: MIT */
/* alarm.c: xv6's traps lab: sigalarm's handler interrupts, and sigreturn goes on as if nothing had been. */
#include "kernel/types.h"
#include "user/user.h"

static volatile int rung, inside;

static void check(char *what, int good)
{
	if (!good) {
		printf("%s failed\n", what);
		exit(3);
	}
}

static void on_tick(void)
{
	int start = uptime();

	check("alone", !inside);
	inside = 1;
	while (rung == 0 && uptime() < start + 3)	/* longer than the period */
		;
	rung++;
	inside = 0;
	sigreturn();
	check("sigreturn", 0);
}

static void once(void)
{
	rung++;
	sigalarm(0, 0);
	sigreturn();
}

static __attribute__((noinline)) void step(int *n)
{
	*n += 1;
}

/* The callee counts as far as the loop. */
static void wait_for(int rings)
{
	int i, n = 0;

	for (i = 0; rung < rings && i < 2000000000; i++)
		step(&n);
	check("counting", i == n && rung >= rings);
}

void main(void)			/* as some of xv6's have it */
{
	int before;

	check("no alarm", sigreturn() == -1);
	check("sigalarm", sigalarm(1, on_tick) == 0);
	wait_for(5);
	check("stop", sigalarm(0, 0) == 0);
	before = rung;
	pause(3);
	check("stopped", rung == before);
	sigalarm(1, once);
	wait_for(before + 1);
	pause(3);
	check("once", rung == before + 1);
	exit(0);
}
