/* SPDX-License-Identifier: MIT */
/* inc/types.h: JOS's names for numbers. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>	/* ulib's: ssize_t, off_t */

typedef uintptr_t physaddr_t;
typedef uintptr_t ppn_t;

#define MIN(a, b)	({ __typeof__(a) a_ = (a); __typeof__(b) b_ = (b); a_ <= b_ ? a_ : b_; })
#define MAX(a, b)	({ __typeof__(a) a_ = (a); __typeof__(b) b_ = (b); a_ >= b_ ? a_ : b_; })
/* To a multiple of n, of a number or a pointer. */
#define ROUNDDOWN(a, n)	((__typeof__(a))((uintptr_t)(a) - (uintptr_t)(a) % (n)))
#define ROUNDUP(a, n)	((__typeof__(a))ROUNDDOWN((uintptr_t)(a) + (n) - 1, (uintptr_t)(n)))
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
