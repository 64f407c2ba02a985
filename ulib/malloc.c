/* SPDX-License-Identifier: MIT */
/*
 * malloc.c: a heap over sbrk.  Free blocks lie in one list in the order of
 * their addresses; first fit; neighbours are joined as they are freed.
 *
 * Invariant: no two blocks in the list touch each other.  Sizes are in
 * units of the header, and count it.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct block { size_t units; struct block *next; };

enum { GROW = 4096 / sizeof(struct block) };

static struct block *blocks;

void free(void *p)
{
	struct block *b, *prev = NULL, *next;

	if (!p)
		return;
	b = (struct block *)p - 1;
	for (next = blocks; next && next < b; next = next->next)
		prev = next;
	b->next = next;
	if (next && b + b->units == next) {
		b->units += next->units;
		b->next = next->next;
	}
	if (!prev) {
		blocks = b;
	} else if (prev + prev->units == b) {
		prev->units += b->units;
		prev->next = b->next;
	} else {
		prev->next = b;
	}
}

/* A block of at least this size joins the list.  -1: no memory. */
static int grow(size_t units)
{
	size_t off = (uintptr_t)sbrk(0) % sizeof(struct block), pad = off ? sizeof(struct block) - off : 0;
	struct block *b;
	char *p;

	if (units < GROW)
		units = GROW;
	p = sbrk(units * sizeof *b + pad);
	if (p == (char *)-1)
		return -1;
	b = (struct block *)(p + pad);
	b->units = units;
	free(b + 1);
	return 0;
}

/* Out of the list, from the end of the first block that is large enough.  Null: there is none. */
static struct block *take(size_t units)
{
	for (struct block **at = &blocks, *b; (b = *at); at = &b->next) {
		if (b->units < units)
			continue;
		if (b->units == units) {
			*at = b->next;
			return b;
		}
		b->units -= units;
		b += b->units;
		b->units = units;
		return b;
	}
	return NULL;
}

void *malloc(size_t n)
{
	size_t units = n / sizeof(struct block) + (n % sizeof(struct block) != 0) + 1;
	struct block *b;

	if (n > PTRDIFF_MAX - 2 * GROW * sizeof *b) {
		errno = ENOMEM;
		return NULL;
	}
	while (!(b = take(units)))
		if (grow(units) < 0)
			return NULL;
	return b + 1;
}

void *calloc(size_t n, size_t size)
{
	size_t bytes;
	void *p;

	if (__builtin_mul_overflow(n, size, &bytes)) {
		errno = ENOMEM;
		return NULL;
	}
	p = malloc(bytes);
	return p ? memset(p, 0, bytes) : NULL;
}

/* A block that is larger, of which what lies before is given back. */
void *aligned_alloc(size_t align, size_t n)
{
	struct block *b, *at;
	char *p;

	if (align & (align - 1) || n > PTRDIFF_MAX || align > PTRDIFF_MAX) {
		errno = align & (align - 1) ? EINVAL : ENOMEM;
		return NULL;
	}
	if (align <= sizeof *b)
		return malloc(n);
	p = malloc(n + align);
	if (!p || !((uintptr_t)p & (align - 1)))
		return p;
	b = (struct block *)p - 1;
	at = (struct block *)(p + (-(uintptr_t)p & (align - 1))) - 1;
	at->units = b->units - (size_t)(at - b);
	b->units = (size_t)(at - b);
	free(p);
	return at + 1;
}

int posix_memalign(void **to, size_t align, size_t n)
{
	int before = errno;
	void *p;

	if (align < sizeof(void *) || align & (align - 1))
		return EINVAL;
	p = aligned_alloc(align, n);
	errno = before;
	if (!p)
		return ENOMEM;
	*to = p;
	return 0;
}

void *realloc(void *old, size_t n)
{
	size_t had = old ? (((struct block *)old)[-1].units - 1) * sizeof(struct block) : 0;
	void *p;

	if (old && n <= had)
		return old;
	p = malloc(n);
	if (p && old) {
		memcpy(p, old, had);
		free(old);
	}
	return p;
}

void *reallocarray(void *old, size_t n, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes)) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(old, bytes);
}
