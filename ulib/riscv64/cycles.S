/* SPDX-License-Identifier: MIT */
/* cycles.S: under QEMU's -icount shift=0 the cycle counter counts instructions. */
	.section .text.cycles, "ax", @progbits
	.globl cycles
	.type cycles, @function
cycles:
	rdcycle a0
	ret
