/* SPDX-License-Identifier: MIT */
/*
 * mmu.h: where things are.  Programs have kuseg; the kernel runs in kseg0,
 * an unmapped and cached window onto the first 512 MiB of physical memory,
 * of which Malta gives 256 MiB to RAM.  Devices are reached through kseg1.
 */
#pragma once
#include "types.h"

#define USERTOP		((va_t)0x80000000)
#define STACKTOP	USERTOP
#define RAM_BASE	((pa_t)0)
#define RAM_MAX		((pa_t)0x10000000)
#define ASID_BITS	8

static inline void *kva(pa_t pa) { return (void *)(pa | 0x80000000u); }
static inline pa_t kpa(const void *p) { return (pa_t)p & 0x1fffffff; }
static inline volatile void *kseg1(pa_t pa) { return (volatile void *)(pa | 0xa0000000u); }
