/* SPDX-License-Identifier: MIT */
/* malloc.c: ulib's, over xv6's heap.  Its headers come first: they keep the usual names. */
#include <stdlib.h>
#include <unistd.h>
#include "xv6.h"

#define sbrk	xv6_break
#define malloc	xv6_malloc
#define calloc	xv6_calloc
#define realloc	xv6_realloc
#define reallocarray	xv6_reallocarray
#define free	xv6_free
#define aligned_alloc	xv6_aligned_alloc
#define posix_memalign	xv6_posix_memalign
#include "../../malloc.c"
