/* SPDX-License-Identifier: MIT */
/* code.h: code as data. */
#pragma once
#include <stdint.h>

/* A function that returns 42, as bytes. */
#if defined __i386__
static const unsigned char code[] = { 0xb8, 42, 0, 0, 0, 0xc3 };
#elif defined __riscv
static const uint32_t code[] = { 0x02a00513, 0x00008067 };		/* li a0, 42; ret */
#else
static const uint32_t code[] = { 0x03e00008, 0x2402002a };		/* jr ra; li v0, 42 */
#endif
