/* SPDX-License-Identifier: MIT */
/* types.h: MOS's names for numbers. */
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef unsigned char u_char;
typedef unsigned short u_short;
typedef unsigned int u_int;
typedef unsigned long u_long;

#define MIN(a, b)	({ __typeof__(a) a_ = (a); __typeof__(b) b_ = (b); a_ <= b_ ? a_ : b_; })
#define ROUND(a, n)	(((u_long)(a) + (n) - 1) & ~(u_long)((n) - 1))
#define ROUNDDOWN(a, n)	((u_long)(a) & ~(u_long)((n) - 1))
