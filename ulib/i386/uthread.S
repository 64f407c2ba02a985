/* SPDX-License-Identifier: MIT */
/* uthread.S: how threads of uthread.c give up the CPU and get it. */
#include "abi/syscall.h"
#include "frame.h"

#define X(nr, name, args) .set SYS_##name, nr;
SYSCALLS(X)
#define REGS	32			/* struct upcall's regs, behind eight words */
#define R(n)	4 * (n)(%eax)

/* An upcall begins; esp points at its block.  Comes back to go on as it says. */
	.section .text.uthread_entry, "ax", @progbits
	.globl uthread_entry
uthread_entry:
	mov %esp, %eax
	sub $12, %esp			# 16-byte aligned at the call
	push %eax
	call uthread_event
	lea 16 + REGS(%esp), %ebx
	mov $SYS_resume, %eax
	int $0x80
	ud2

/* int uthread_save(struct regs *) */
	.section .text.uthread_save, "ax", @progbits
	.globl uthread_save
uthread_save:
	mov 4(%esp), %eax
	mov %ebx, R(FR_EBX)
	mov %esi, R(FR_ESI)
	mov %edi, R(FR_EDI)
	mov %ebp, R(FR_EBP)
	mov (%esp), %ecx
	mov %ecx, R(FR_PC)
	lea 4(%esp), %ecx
	mov %ecx, R(FR_SP)
	movl $0, R(FR_FLAGS)
	movl $1, R(FR_EAX)
	xor %eax, %eax
	ret

/* void uthread_move(char *stack_top, void (*fn)(void)) */
	.section .text.uthread_move, "ax", @progbits
	.globl uthread_move
uthread_move:
	mov 8(%esp), %ecx
	mov 4(%esp), %esp
	call *%ecx
	ud2
