/* SPDX-License-Identifier: MIT */
/*
 * syscall.c: from a number to its function.  A table made of abi/syscall.h;
 * each entry takes from the frame just the arguments that its call has.
 */
#include "proc.h"

#define ARGS_0
#define ARGS_1	f->r[FR_A0]
#define ARGS_2	ARGS_1, f->r[FR_A1]
#define ARGS_3	ARGS_2, f->r[FR_A2]
#define ARGS_4	ARGS_3, f->r[FR_A3]
#define ARGS_5	ARGS_4, f->r[FR_A4]
#define ARGS_6	ARGS_5, f->r[FR_A5]

/*
 * A call that copies nothing never has to begin again.  So are those without arguments, and these, which are counted;
 * resume sees to it by itself.
 */
#define PLAIN_fork	0, 0
#define PLAIN_exit	0, 0
#define PLAIN_resume	0, 0
#define COPIES_(a, b, ...)	b
#define COPIES(...)	COPIES_(__VA_ARGS__, 1, 1)

static inline word end(struct frame *f, word r, bool copies)
{
	return copies && __builtin_expect(r == (word)-ERESTART, 0) ? upcall_restart(f) : r;
}
#define X(nr, name, n) static word call_##name(struct frame *f) \
	{ return end(f, sys_##name(ARGS_##n), n && COPIES(PLAIN_##name)); }
SYSCALLS(X)
#undef X

static word no_call(struct frame *f)
{
	(void)f;
	return -ENOSYS;
}

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Winitializer-overrides"	/* of the numbers between that are no call's */
static word (*const calls[SYS_N])(struct frame *) = {
	[0 ... SYS_N - 1] = no_call,
#define X(nr, name, n) [nr] = call_##name,
	SYSCALLS(X)
#undef X
};
#pragma clang diagnostic pop

void trap_syscall(struct frame *f)
{
	word nr = f->r[FR_NR];

	f->r[FR_RET] = nr < SYS_N ? calls[nr](f) : no_call(f);
	if (sched_pending()) {
		fr_done(f);
		trap_leave(f);
	}
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
