/* SPDX-License-Identifier: MIT */
/* time.h: the machine knows no date, only the time since it was started. */
#pragma once
#include <stddef.h>

typedef long clock_t;
#define CLOCKS_PER_SEC	1000L

clock_t clock(void);
