/* SPDX-License-Identifier: MIT */
/* letters.h: what the tests of core/ipc.c share.  Included once in each. */
#include "kernel.h"
#include "tap.h"

enum { RW = P_R | P_W, MSG = PLAIN + 64, FAR = PLAIN + PGSIZE - 8, TOP = WINDOW, NEXT = WINDOW + PGSIZE, HIDDEN = PLAIN + PGSIZE };
static const word FOREVER = (word)IPC_FOREVER;

static intptr_t send(int pid, word value) { return call(ipc_send, (word)pid, value, IPC_NOPAGE, 0, FOREVER); }
static intptr_t recv(word ms) { return call(ipc_recv, IPC_NOPAGE, MSG, ms); }
static inline intptr_t ask(int pid, word value) { return call(ipc_call, (word)pid, value, IPC_NOPAGE, 0, MSG, FOREVER); }
static struct ipc_msg msg(void) { return LOAD(struct ipc_msg, MSG); }

static bool got(word value, int from, unsigned rights)
{
	struct ipc_msg m = msg();

	if (m.value == value && m.from == from && m.rights == rights)
		return true;
	printf("# message %#lx from %d, rights %#x\n", (unsigned long)m.value, m.from, m.rights);
	return false;
}

static inline int me(void) { return (int)call(getpid, 0); }
static int parent(void) { return (int)call(getppid, 0); }

static int sends_number(void *n)
{
	return is(send(parent(), (word)n), 0) ? 0 : 1;
}

static int receives(void *unused)
{
	(void)unused;
	return (int)-recv(FOREVER);
}
