/* SPDX-License-Identifier: MIT */
/*
 * syscall.c: from a number to its function.  A table made of abi/syscall.h:
 * where a machine's system calls and its C have their arguments in the same
 * registers, the call itself; else what takes from the frame just those that it has.
 */
#include "proc.h"
#include "arch/call.h"

#define ARGS_0
#define ARGS_1	FRAME->r[FR_A0]
#define ARGS_2	ARGS_1, FRAME->r[FR_A1]
#define ARGS_3	ARGS_2, FRAME->r[FR_A2]
#define ARGS_4	ARGS_3, FRAME->r[FR_A3]
#define ARGS_5	ARGS_4, FRAME->r[FR_A4]
#define ARGS_6	ARGS_5, FRAME->r[FR_A5]
#define FRAME	(FR_DIRECT ? cur()->frame : f)

#define X(nr, name, n) static word call_##name(struct frame *f) { (void)f; return sys_##name(ARGS_##n); }
SYSCALLS(X)
#undef X

static word no_call(void)
{
	return -ENOSYS;
}

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Winitializer-overrides"	/* of the numbers between that are no call's, and at the end */
#pragma clang diagnostic ignored "-Wcast-function-type"
trap_call *const trap_calls[SYS_N] = {
	[0 ... SYS_N - 1] = (trap_call *)no_call,
#define X(nr, name, n) [nr] = n <= FR_DIRECT ? (trap_call *)sys_##name : call_##name,
	SYSCALLS(X)
#undef X
#if FR_DIRECT
#define X(name) [SYS_##name] = whole_##name,
	X(fork) X(vfork) X(exofork) X(park)
#undef X
#endif
};
#pragma clang diagnostic pop

_Static_assert(offsetof(struct cpu, resched) == CPU_RESCHED, "trap.S looks at it");

void trap_called(struct frame *f)
{
	fr_done(f);
	trap_leave(f);
}

word sys_getppid(void)
{
	struct proc *parent = cur()->parent;

	return parent ? parent->pid : 0;
}

word sys_getpid(void)
{
	return cur()->pid;
}
