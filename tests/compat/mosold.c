/* SPDX-License-Identifier: MIT */
/* mosold.c: a program as MOS's of 2019 to 2022 are written.  A panic fails it. */
#include "lib.h"

#define VA	0x50005000

static int faults;

static void on_write(u_int va)
{
	faults++;
	user_assert(va == VA + 4);
	user_assert(syscall_mem_map(0, VA, 0, VA, PTE_V | PTE_R) == 0);
}

void umain(void)
{
	u_int who, child;

	set_pgfault_handler(on_write);
	user_assert(syscall_mem_alloc(0, VA, PTE_V) == 0);
	*(int *)(VA + 4) = 1;
	user_assert(faults == 1);
	if ((child = fork()) == 0) {
		user_assert(ipc_recv(&who, 0, 0) == 7);
		ipc_send(who, 8, 0, 0);
		return;
	}
	ipc_send(child, 7, 0, 0);
	user_assert(ipc_recv(&who, 0, 0) == 8);
	writef("%x answered %x\n", who, env->env_id);
}
