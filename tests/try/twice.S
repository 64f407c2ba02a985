/* SPDX-License-Identifier: MIT */
/* twice.S: int twice(int), on every machine. */
	.text
	.globl twice
twice:
#if defined(__i386__)
	mov 4(%esp), %eax
	add %eax, %eax
	ret
#elif defined(__riscv)
	addw a0, a0, a0
	ret
#elif defined(__mips__)
	.set noreorder
	jr $31
	addu $2, $4, $4
#endif
