/* SPDX-License-Identifier: MIT */
/* setjmp.h: out of a signal's handler, too, whichever of them is used: what handlers run on is then free again. */
#pragma once
#include <stdint.h>

/* What a call keeps, sp, and where it goes on: 14 words at most.  ulib/<port>/setjmp.S */
typedef struct jump { uintptr_t r[14]; } jmp_buf[1];

int setjmp(jmp_buf) __attribute__((returns_twice));
_Noreturn void longjmp(jmp_buf, int);
#define _setjmp(b)	setjmp(b)
#define _longjmp(b, n)	longjmp(b, n)
