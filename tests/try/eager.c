/* SPDX-License-Identifier: MIT */
/* eager.c: a program that knows sbrklazy: sbrk gives only what there is. */
#include "kernel/types.h"
#include "kernel/memlayout.h"
#include "user/user.h"

int main(void)
{
	uint64 ram = PHYSTOP - KERNBASE;
	char *p;

	if (sbrk(2 * ram) != SBRK_ERROR || sbrklazy(2 * ram) == SBRK_ERROR)
		exit(1);
	p = sbrk(ram / 2);
	if (p == SBRK_ERROR || sbrk(ram / 2) != SBRK_ERROR)
		exit(2);
	exit(p[ram / 2 - 1]);
}
