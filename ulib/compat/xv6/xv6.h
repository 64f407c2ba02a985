/* SPDX-License-Identifier: MIT */
/* xv6.h: what this library's files know of each other. */
#pragma once
#include <stdint.h>

void *xv6_break(intptr_t change);	/* the heap's old end, or (void *)-1 */
