/* SPDX-License-Identifier: MIT */
/* trap.h: the registers that a handler is given. */
#pragma once
#include "types.h"
#include "frame.h"		/* the port's: FR_N */

struct Trapframe {
	unsigned long regs[32];		/* by number; on i386 by the indices of its frame.h */
	unsigned long cp0_status, hi, lo;
	unsigned long cp0_badvaddr;	/* the address */
	unsigned long cp0_cause;
	unsigned long cp0_epc;		/* the program's counter */
	uintptr_t all[FR_N];		/* the machine's own block, for what it has besides */
};
