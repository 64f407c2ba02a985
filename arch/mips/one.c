/* SPDX-License-Identifier: MIT */
/* one.c: smp.c's place where there is one CPU: nobody to start or to interrupt. */
#include "core/proc.h"

void smp_check(void)
{
}

unsigned cpu_start(unsigned most)
{
	(void)most;
	return 1;
}

void cpu_ipi(uint32_t mask)
{
	(void)mask;
}
