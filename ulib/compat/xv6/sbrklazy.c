/* SPDX-License-Identifier: MIT */
/* sbrklazy.c: memory on demand, by its name of 2025, and the mark that the program knows it (sbrk.c). */
#include <stdbool.h>
#include "xv6.h"

extern const bool xv6_knows_lazy;
const bool xv6_knows_lazy = true;

char *xv6_sbrklazy(int n)
{
	return xv6_break(n);
}
