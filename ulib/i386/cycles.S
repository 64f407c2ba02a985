/* SPDX-License-Identifier: MIT */
/* cycles.S: under QEMU's -icount shift=0 the time stamp counts instructions. */
	.section .text.cycles, "ax", @progbits
	.globl cycles
	.type cycles, @function
cycles:
	rdtsc
	ret
