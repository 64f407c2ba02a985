/* SPDX-License-Identifier: MIT */
/*
 * switch.S: void ctx_switch(struct ctx *from, struct ctx *to).  EBX is
 * handed on in EAX, where a function that begins here finds its argument.
 */
	.text
	.balign 16
	.globl ctx_switch
ctx_switch:
	push %ebp
	push %ebx
	push %esi
	push %edi
	mov %esp, (%eax)
	mov (%edx), %esp
	pop %edi
	pop %esi
	pop %ebx
	pop %ebp
	mov %ebx, %eax
	ret
