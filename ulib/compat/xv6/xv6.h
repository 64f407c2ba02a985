/* SPDX-License-Identifier: MIT */
/* xv6.h: what this library's files know of each other. */
#pragma once
#include <stdint.h>

enum { TICK_MS = 100 };			/* xv6's clock ticks ten times a second */

/* kernel/stat.h's struct stat, whose name ulib has for another. */
struct xv6_stat { int dev; unsigned ino; short type, nlink; unsigned long size; };

void *xv6_break(intptr_t change);	/* the heap's old end, or (void *)-1 */
