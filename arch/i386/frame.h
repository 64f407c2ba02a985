/* SPDX-License-Identifier: MIT */
/*
 * frame.h: registers of an interrupted program, in the order that the CPU,
 * the entry code and pusha push them.  Taken from the kernel, a frame ends
 * before FR_SP: the CPU pushes no stack pointer then.
 */
#pragma once

#define FR_EDI		0
#define FR_ESI		1
#define FR_EBP		2
#define FR_ESP		3	/* pusha's; ignored */
#define FR_EBX		4
#define FR_EDX		5
#define FR_ECX		6
#define FR_EAX		7
#define FR_VEC		8
#define FR_ERR		9
#define FR_PC		10
#define FR_CS		11
#define FR_FLAGS	12
#define FR_SP		13
#define FR_SS		14
#define FR_ELF		3	/* programs for this machine: e_machine in their files */
#define FR_INSN		1	/* instructions' alignment */
#define FR_N		15

#define FR_NR		FR_EAX
#define FR_DIRECT	0	/* arguments of a call that are where C has a function's */
#define FR_RET		FR_EAX
#define FR_A0		FR_EBX
#define FR_A1		FR_ECX
#define FR_A2		FR_EDX
#define FR_A3		FR_ESI
#define FR_A4		FR_EDI
#define FR_A5		FR_EBP
