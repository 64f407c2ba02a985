/* SPDX-License-Identifier: MIT */
/*
 * frame.h: the registers of an interrupted program, for C and assembly.
 * r[n] is xn; x0 needs no place, so r[0] is the pc.
 */
#pragma once

#define FR_PC	0
#define FR_RA	1
#define FR_SP	2
#define FR_GP	3
#define FR_TP	4
#define FR_A0	10
#define FR_A1	11
#define FR_A2	12
#define FR_A3	13
#define FR_A4	14
#define FR_A5	15
#define FR_RET	FR_A0
#define FR_DIRECT	6	/* so many arguments of a call are where C has a function's */
#define FR_NR	17		/* a7 */

#define FR_WHOLE	32	/* rewritten by the kernel: the way out must load every register.  Else 0 */
#define FR_KTP		33	/* the kernel's tp, struct cpu *, for the next trap */
#define FR_USER		34	/* P_U: taken from user mode, as all at the top of a kernel stack are; 0: from the kernel */
#define FR_CAUSE	35	/* scause and stval; not of a system call */
#define FR_TVAL		36
#define FR_ELF		243	/* programs for this machine: e_machine in their files */
#define FR_INSN		2	/* instructions' alignment */
#define FR_N		38	/* even: the stack pointer stays 16-byte aligned */
