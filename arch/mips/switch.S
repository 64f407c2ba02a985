/* SPDX-License-Identifier: MIT */
/* switch.S: contexts, and waiting for an interrupt.  Called with interrupts off. */
#include "frame.h"
	.set noreorder
	.set noat
	.text

/* ctx_switch(from, to): in the order of struct ctx; gp is the CPU's and stays. */
	.globl ctx_switch
	.ent ctx_switch
ctx_switch:
	.irp i, 0, 1, 2, 3, 4, 5, 6, 7
	sw $s\i, 4 * \i($4)
	.endr
	sw $30, 32($4)
	sw $29, 36($4)
	sw $31, 40($4)
	lw $31, 40($5)
	.irp i, 0, 1, 2, 3, 4, 5, 6, 7
	lw $s\i, 4 * \i($5)
	.endr
	lw $30, 32($5)
	jr $31
	lw $29, 36($5)
	.end ctx_switch
	.size ctx_switch, . - ctx_switch

/* Where a new context begins: ctx_init left fn in s0, arg in s1. */
	.globl ctx_start
	.ent ctx_start
ctx_start:
	jalr $16
	move $4, $17
	break
	.end ctx_start
	.size ctx_start, . - ctx_start

/*
 * cpu_wait(), cpu_idle(): `wait' does not wake while interrupts are off, so
 * they are on before it; one that comes between would be slept over.  Hence
 * trap.c moves every interrupt taken in here to cpu_idle_end: `wait' is never
 * resumed.
 */
	.globl cpu_wait, cpu_idle, cpu_idle_end
	.ent cpu_wait
cpu_wait:
	b 1f
	li $8, ST_NEAR | ST_IE
	.end cpu_wait
	.size cpu_wait, . - cpu_wait

	.ent cpu_idle
cpu_idle:
	li $8, ST_IM | ST_IE
1:	mtc0 $8, $12
	.word 0x000000c0		# ehb: from here on interrupts come
	.set mips32
	wait
	.set mips0
cpu_idle_end:
	mtc0 $0, $12
	.word 0x000000c0
	jr $31
	nop
	.end cpu_idle
	.size cpu_idle, . - cpu_idle
