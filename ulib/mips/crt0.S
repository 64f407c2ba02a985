/* SPDX-License-Identifier: MIT */
/* crt0.S: where a program begins.  sp points at argc, argv[], 0, envp[], 0. */
	.section .text._start, "ax", @progbits
	.globl _start
_start:
	lw $4, 0($sp)
	addiu $5, $sp, 4
	sll $6, $4, 2
	addu $6, $6, $5
	addiu $6, $6, 4
	.weak environ			# in programs that have one
	lui $8, %hi(environ)
	addiu $8, $8, %lo(environ)
	beqz $8, 1f
	sw $6, 0($8)
1:	addiu $sp, $sp, -16		# o32: room for four arguments
	jal main
	move $4, $2
	jal exit
