/* SPDX-License-Identifier: MIT */
/* frame.h: word indices into struct frame's r[], for C and trap.S.  1 .. 31 are the registers by number. */
#pragma once
#include "own.h"	/* ST_IM */
#define FR_ALL		0	/* not 0: s0 .. s8, too, are other than at the trap.  fr_init, fr_sane set it */
#define FR_RET		2	/* v0 */
#define FR_NR		2
#define FR_DIRECT	4	/* so many arguments of a call are where C has a function's */
#define FR_A0		4
#define FR_A1		5
#define FR_A2		6
#define FR_A3		7
#define FR_A4		8	/* t0 */
#define FR_A5		9	/* t1 */
#define FR_SP		29
#define FR_LO		32
#define FR_HI		33
#define FR_PC		34	/* EPC: of a fault in a delay slot, the branch */
#define FR_STATUS	35
#define FR_CAUSE	36	/* this and the next: not written by a system call */
#define FR_BADVA	37
#define FR_ELF		8	/* programs for this machine: e_machine in their files */
#define FR_INSN		4	/* instructions' alignment */
#define FR_N		38
#define FR_BYTES	(4 * FR_N)	/* a multiple of 8: the stack's alignment */

#define ST_IE		0x1	/* interrupts on, unless EXL */
#define ST_EXL		0x2	/* in an exception: kernel mode, interrupts off */
#define ST_UM_BIT	4
#define ST_UM		0x10	/* user mode, unless EXL */
#define ST_NEAR		(ST_IM & ~0x0400)	/* without devices' */
#define ST_USER		(ST_UM | ST_EXL | ST_IE | ST_IM)	/* what eret turns into user mode */
#define ST_KERNEL	0	/* always, but in cpu_idle */
