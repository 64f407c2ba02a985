/* SPDX-License-Identifier: MIT */
/* bench.h: what bench's files share. */
#pragma once
#include <measure.h>
#include <stdbool.h>
#include <stddef.h>

enum { PAGE = 4096, PAGES = 1024 };

extern const char *strategy_names[];		/* by FORK_*, then the baselines */
_Noreturn void die(const char *what);		/* with errno's text */
char *map(size_t pages);			/* fresh, private, writable */
void touch(char *p, size_t pages);		/* write to every page */

/* ---- bench_mem.c: what programs ask of their memory ---- */

void mmap_call(int strategy), munmap_page(int strategy), mprotect_page(int strategy), sbrk_call(int strategy),
     file_fault(int strategy);
