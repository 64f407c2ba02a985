/* SPDX-License-Identifier: MIT */
/*
 * upcall.S: where an upcall begins.  esp points at the struct upcall.
 *
 * The way back stays in user mode: the interrupted PC goes below the
 * interrupted stack pointer, and pops, popf, pop %esp and ret load the rest.
 * Another upcall may come between any two of them: before pop %esp it goes
 * below esp, after it the block is not needed any more.  This wants a stack
 * that has room below its pointer: it is known of the first stack, as it was
 * when the library made its upcall stack (upcalls.lo and .hi).  On any
 * other, the upcall stack itself among them, the kernel does it (resume).
 */
#include "abi/syscall.h"
#include "frame.h"

#define X(nr, name, args) .set SYS_##name, nr;
SYSCALLS(X)
#define REGS	32			/* struct upcall's regs, behind eight words */
#define HANDLERS 20			/* in upcalls */
#define R(n)	(REGS + 4 * (n))(%esp)

	.section .text.upcall_entry, "ax", @progbits
	.globl upcall_entry
	.type upcall_entry, @function
upcall_entry:
	mov (%esp), %ecx		# the event
	mov %esp, %eax
	mov upcalls + HANDLERS(,%ecx,4), %ecx
	sub $12, %esp			# 16-byte aligned at the call
	push %eax
	test %ecx, %ecx
	jz 2f
	call *%ecx
0:	add $16, %esp
	mov R(FR_SP), %eax
	sub $4, %eax
	cmp upcalls + 4, %eax
	jb 1f
	cmp upcalls + 8, %eax
	jae 1f
	mov R(FR_PC), %ecx
	mov %ecx, (%eax)
	mov %eax, R(FR_SP)
	add $REGS, %esp			# r[0] .. r[7] are in pusha's order
	popa
	add $4 * (FR_FLAGS - FR_VEC), %esp
	popf
	pop %esp
	ret
1:	lea REGS(%esp), %ebx
	mov $SYS_resume, %eax
	int $0x80
	ud2				# the block was at our own stack's end: it cannot be missing
2:	call upcall_decline
	jmp 0b
	.size upcall_entry, . - upcall_entry
