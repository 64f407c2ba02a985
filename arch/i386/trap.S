/* SPDX-License-Identifier: MIT */
/*
 * trap.S: into the kernel and out again.  Every way in leaves a struct frame
 * on the stack and its address, in EAX, as the argument of a C function.  Interrupts
 * are off throughout.  A program may have changed DS and ES, the direction
 * flag and AC (which lifts SMAP): all are set anew, none is kept for it.
 */
#include "x86.h"
#include "frame.h"
#include "arch/call.h"

	.text

	.macro ENTER
	pusha
	push $EFLAGS_ONE
	popf
	mov $SEL_UDATA, %eax		/* flat, and survives iret to user mode */
	mov %eax, %ds
	mov %eax, %es
	mov %esp, %eax
	.endm

	.macro LEAVE
	popa
	add $8, %esp			/* vector, error code */
	iret
	.endm

	.balign 16
	.globl trap_enter_syscall
trap_enter_syscall:
	push $0
	push $VEC_SYSCALL
	ENTER
	mov 4 * FR_NR(%esp), %ecx
	cmp $SYS_N, %ecx
	jae no_call
	call *trap_calls(, %ecx, 4)
	cmp $-ERESTART, %eax
	je restart
called:	mov %eax, 4 * FR_RET(%esp)
	str %ecx
	mov cpu_slot(%ecx), %ecx
	cmpb $0, CPU_RESCHED(%ecx)
	jne pending
way_out:
	LEAVE

no_call:
	mov $-ENOSYS, %eax
	jmp called

restart:
	mov %esp, %eax
	call upcall_restart
	jmp called

pending:
	mov %esp, %eax
	call trap_called
	jmp way_out

	.balign 16
fault:	ENTER
	call trap_fault
	LEAVE

	.balign 16
interrupt:
	ENTER
	call trap_interrupt
	LEAVE

/* NMI and machine check: the machine is broken. */
broken:	ENTER
	call trap_broken		# does not return
	ud2

	.globl fr_return
fr_return:
	mov %eax, %esp
	LEAVE

/* One stub a vector; trap_enter holds their addresses. */
	.macro STUB n, to, code=0
	.text
enter\n:
	.if !\code			/* the CPU pushes no error code here */
	push $0
	.endif
	push $\n
	jmp \to
	.section .rodata
	.long enter\n
	.endm

	.section .rodata
	.balign 4
	.globl trap_enter
trap_enter:
	STUB 0, fault
	STUB 1, fault
	STUB 2, broken
	.irp n, 3, 4, 5, 6, 7
	STUB \n, fault
	.endr
	STUB 8, broken, 1		/* unused: a task gate stands there */
	STUB 9, fault
	.irp n, 10, 11, 12, 13, 14
	STUB \n, fault, 1
	.endr
	STUB 15, fault
	STUB 16, fault
	STUB 17, fault, 1
	STUB 18, broken
	STUB 19, fault
	STUB 20, fault
	STUB 21, fault, 1
	.irp n, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	STUB \n, fault
	.endr
	.irp n, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48
	STUB \n, interrupt
	.endr
