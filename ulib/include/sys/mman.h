/* SPDX-License-Identifier: MIT */
/* sys/mman.h */
#pragma once
#include <sys/types.h>
#include "abi/yoke.h"		/* PROT_*, MAP_*, MS_*, MREMAP_*, INHERIT_* */

#define MAP_FAILED	((void *)-1)
#define MAP_ANON	MAP_ANONYMOUS
#define MAP_NORESERVE	0	/* so it is with all memory */

void *mmap(void *addr, size_t len, int prot, int flags, int fd, off_t offset);
int munmap(void *addr, size_t len);
int mprotect(void *addr, size_t len, int prot);
int madvise(void *addr, size_t len, int advice);
void *mremap(void *addr, size_t old_len, size_t len, int flags);
int msync(void *addr, size_t len, int flags);
int minherit(void *addr, size_t len, int inherit);
