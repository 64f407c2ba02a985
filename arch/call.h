/* SPDX-License-Identifier: MIT */
/*
 * call.h: what a port's trap.S knows of core/ on the way of a system call,
 * for C and assembly.  With the program's registers in the frame:
 *
 *	result = number < SYS_N ? trap_calls[number](its arguments, or frame) : -ENOSYS;
 *	if (result == -ERESTART)
 *		result = upcall_restart(frame);
 *	frame->r[FR_RET] = result;
 *	if (cpu_self()->resched)
 *		trap_called(frame);
 *
 * A call that writes to its own frame leaves by trap_exit: the way out need look for that only after trap_called.
 */
#pragma once
#include "abi/errno.h"
#include "abi/syscall.h"

#define CPU_RESCHED	4	/* bytes from the start of struct cpu: a byte, 0 or 1 */
