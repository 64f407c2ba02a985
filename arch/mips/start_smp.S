/* SPDX-License-Identifier: MIT */
/*
 * start_smp.S: the first instructions of every CPU but the first, on a page
 * boundary, for CM_START (smp.c) knows pages only.  That page then takes the
 * boot ROM's place for this CPU: its debug exception comes here, too.
 */
#include "frame.h"
	.set noreorder
	.set noat
	.section .text.start_cpu, "ax", @progbits
	.balign 4096
	.globl start_cpu
start_cpu:
	mtc0 $0, $12			/* ST_KERNEL */
	mtc0 $0, $13
	mfc0 $8, $15, 1			/* EBase.CPUNum */
	andi $8, $8, 0x3ff
	sll $8, $8, 3
	la $9, start_smp
	addu $9, $9, $8
	lw $28, 0($9)
	lw $29, 4($9)
	own_init
	addiu $29, $29, -16
	jal boot_cpu
	move $31, $0			/* a backtrace ends here */
	break

/* sdbbp: as in the boot ROM an exception follows, and trap.c leaves debug mode. */
	.org start_cpu + 0x480
	break
