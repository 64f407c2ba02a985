/* SPDX-License-Identifier: MIT */
/* eager.c: a program that knows sbrklazy: sbrk gives only what there is; data and bss are there from the start. */
#include "kernel/types.h"
#include "kernel/memlayout.h"
#include "kernel/riscv.h"
#include "user/user.h"

static char late[8 * PGSIZE];

/* Pages that sbrk gives one by one. */
static int room(void)
{
	int n = 0;

	while (sbrk(PGSIZE) != SBRK_ERROR)
		n++;
	sbrk(-n * PGSIZE);
	return n;
}

int main(void)
{
	uint64 ram = PHYSTOP - KERNBASE;
	char *p;
	int n;

	if (sbrk(2 * ram) != SBRK_ERROR || sbrklazy(2 * ram) == SBRK_ERROR)
		exit(1);
	p = sbrk(ram / 2);
	if (p == SBRK_ERROR || sbrk(ram / 2) != SBRK_ERROR || p[ram / 2 - 1])
		exit(2);
	if (sbrk(ram / 4) == SBRK_ERROR)
		exit(3);
	n = room();
	memset(late, 1, sizeof late);
	if (n < 100 || room() != n)
		exit(4);
	exit(0);
}
