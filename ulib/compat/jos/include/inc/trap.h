/* SPDX-License-Identifier: MIT */
/* inc/trap.h: what a fault handler is given. */
#pragma once
#include <inc/types.h>
#include "frame.h"		/* the port's: FR_N and the indices of a register block */

#define T_DIVIDE	0
#define T_BRKPT		3
#define T_ILLOP		6
#define T_GPFLT		13
#define T_PGFLT		14
#define T_SYSCALL	48

#if defined(__i386__)
struct PushRegs {		/* as pusha leaves them */
	uint32_t reg_edi, reg_esi, reg_ebp, reg_oesp, reg_ebx, reg_edx, reg_ecx, reg_eax;
};
#else
struct PushRegs { uintptr_t reg[FR_N]; };	/* by the indices of the port's frame.h */
#endif

struct UTrapframe {
	uintptr_t utf_fault_va;
	uint32_t utf_err;	/* FEC_* */
	struct PushRegs utf_regs;
	uintptr_t utf_eip;
	uint32_t utf_eflags;	/* 0 where there are none */
	uintptr_t utf_esp;
};

/* Registers of an environment that is made by hand (sys_env_set_trapframe): a register block. */
struct Trapframe {
	uintptr_t tf_regs[FR_N];
};
