/* SPDX-License-Identifier: MIT */
/*
 * exofork.h: the exofork call within its caller's frame.
 *
 * The child gets the stack as it is when the parent copies it, not as it was at the call: had the call a frame
 * of its own, the parent would have left it, and overwritten it, before the child returned from it.
 */
#pragma once
#include "abi/syscall.h"

/* The child's pid, 0 in the child, -errno. */
static inline __attribute__((always_inline)) long exofork_here(void)
{
#if defined(__i386__)
	long r = SYS_exofork;

	__asm__ volatile("int $0x80" : "+a"(r) :: "memory");
#elif defined(__riscv)
	register long r __asm__("a0");
	register long nr __asm__("a7") = SYS_exofork;

	__asm__ volatile("ecall" : "=r"(r) : "r"(nr) : "memory");
#elif defined(__mips__)
	register long r __asm__("$2") = SYS_exofork;

	__asm__ volatile("syscall" : "+r"(r) :: "memory");
#else
#error "no such machine"
#endif
	return r;
}
