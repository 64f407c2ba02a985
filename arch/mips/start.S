/* SPDX-License-Identifier: MIT */
/* start.S: the image's first instruction.  a0 .. a3: argc, argv, envp, bytes of RAM, as YAMON leaves them. */
#include "frame.h"
	.set noreorder
	.set noat
	.section .text.start, "ax", @progbits
	.globl _start
_start:
	mtc0 $0, $12			/* ST_KERNEL: also ends the boot ROM's own vectors (BEV) */
	mtc0 $0, $13

	/* QEMU starts all CPUs of a 24Kf here at once.  The first goes on; the second release (AR) has numbers (CPUNum). */
	mfc0 $8, $16
	srl $8, $8, 10
	andi $8, $8, 7
	beqz $8, first
	nop
	mfc0 $8, $15, 1
	andi $8, $8, 0x3ff
	bnez $8, park
	nop

first:
	la $8, _bss_start
	la $9, _bss_end
1:	sw $0, 0($8)			/* both are page aligned */
	addiu $8, $8, 4
	bne $8, $9, 1b
	nop
	la $28, cpus
	own_init
	la $29, boot_stack_top - 16
	jal boot_main
	move $31, $0			/* a backtrace ends here */
	break

	/* With interrupts off nothing ends the wait. */
	.set mips32
park:
	wait
	b park
	nop
	.set mips0

	.section .bss.boot, "aw", @nobits
	.balign 4096
boot_stack:
	.skip 4096			/* then the idle loop's */
boot_stack_top:
