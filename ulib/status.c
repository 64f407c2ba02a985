/* SPDX-License-Identifier: MIT */
/* status.c: how a process ended, in POSIX's terms. */
#include <signal.h>
#include <yoke.h>

static int fault_signal(int kind)
{
	static const unsigned char by_kind[FAULT_KINDS] = {
		[FAULT_PAGE] = SIGSEGV, [FAULT_ALIGN] = SIGBUS, [FAULT_ILLEGAL] = SIGILL,
		[FAULT_BREAK] = SIGTRAP, [FAULT_DIVIDE] = SIGFPE, [FAULT_BUS] = SIGBUS,
		[FAULT_OTHER] = SIGSEGV,
	};

	return kind >= 0 && kind < FAULT_KINDS ? by_kind[kind] : SIGSEGV;
}

/* Killed for want of memory looks like any other kill, as on Linux. */
int wait_status(const struct wait_info *w)
{
	switch (w->how) {
	case END_EXIT:
		return (w->code & 0xff) << 8;
	case END_KILLED:
		return w->code & 0x7f;
	case END_FAULT:
		return fault_signal(w->code);
	default:
		return SIGKILL;
	}
}

int wait_code(const struct wait_info *w)
{
	int status = wait_status(w);

	return w->how == END_EXIT ? status >> 8 : 128 + status;
}
