/* SPDX-License-Identifier: MIT */
/* sched.h */
#pragma once

int yield(void);
static inline int sched_yield(void) { return yield(); }
