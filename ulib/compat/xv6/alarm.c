/* SPDX-License-Identifier: MIT */
/*
 * alarm.c: sigalarm and sigreturn of the traps lab: the timer's upcall.
 * While the handler runs, it is not called again.
 */
#include <stddef.h>
#include <upcall.h>
#include "xv6.h"

static void (*handler)(void);
static struct upcall *ringing;		/* from the handler's start to sigreturn */

static void ring(struct upcall *u)
{
	ringing = u;
	handler();
}

int xv6_sigalarm(int ticks, void (*fn)(void))
{
	handler = fn;
	return upcall_install(UPCALL_TIMER, ticks > 0 ? ring : NULL, ticks > 0 ? (unsigned)ticks * TICK_MS : 0);
}

int xv6_sigreturn(void)
{
	struct upcall *u = ringing;

	ringing = NULL;
	return u ? resume(&u->regs) : -1;
}
