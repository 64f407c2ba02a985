/* SPDX-License-Identifier: MIT */
/* page.S: pg_copy(to, from), pg_clear(to).  String instructions: one for a word, where plain moves take two. */
	.text
	.balign 16
	.globl pg_copy
pg_copy:
	xchg %eax, %edi
	xchg %edx, %esi
	mov $1024, %ecx
	rep movsl
	mov %edx, %esi
	mov %eax, %edi
	ret

	.balign 16
	.globl pg_clear
pg_clear:
	mov %edi, %edx
	mov %eax, %edi
	xor %eax, %eax
	mov $1024, %ecx
	rep stosl
	mov %edx, %edi
	ret
