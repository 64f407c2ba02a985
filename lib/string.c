/* SPDX-License-Identifier: MIT */
/*
 * string.c: bytes and strings.  Long copies go a word at a time: the
 * destination is aligned first, and a source that then lies askew is read by
 * whatever the machine has for it (one load on i386, lwl and lwr on MIPS).
 * Nothing here keeps state.
 */
#include "lib/string.h"
#include <stdint.h>

/* Else the compiler turns these loops into calls to the functions they are in. */
#define PLAIN __attribute__((no_builtin))

typedef uintptr_t __attribute__((may_alias)) cell;
struct askew { uintptr_t cell; } __attribute__((packed, may_alias));
enum { CELL = sizeof(cell) };

static inline uintptr_t skew(const void *p) { return (uintptr_t)p % CELL; }

/* Upwards; right for to < from too, so nothing may be read ahead. */
static inline PLAIN void copy_up(unsigned char *to, const unsigned char *from, size_t n)
{
	if (n >= 2 * CELL) {
		for (; skew(to); n--)
			*to++ = *from++;
		if (!skew(from)) {
			for (; n >= 4 * CELL; n -= 4 * CELL, to += 4 * CELL, from += 4 * CELL)
				for (int i = 0; i < 4; i++)
					((cell *)(void *)to)[i] = ((const cell *)(const void *)from)[i];
			for (; n >= CELL; n -= CELL, to += CELL, from += CELL)
				*(cell *)(void *)to = *(const cell *)(const void *)from;
		}
		for (; n >= 4 * CELL; n -= 4 * CELL, to += 4 * CELL, from += 4 * CELL)
			for (int i = 0; i < 4; i++)
				((cell *)(void *)to)[i] = ((const struct askew *)(const void *)from)[i].cell;
		for (; n >= CELL; n -= CELL, to += CELL, from += CELL)
			*(cell *)(void *)to = ((const struct askew *)(const void *)from)->cell;
	}
	for (; n; n--)
		*to++ = *from++;
}

/* Downwards, from the ends; for to > from. */
static PLAIN void copy_down(unsigned char *to, const unsigned char *from, size_t n)
{
	if (n >= 2 * CELL) {
		for (; skew(to); n--)
			*--to = *--from;
		for (; n >= CELL; n -= CELL) {
			to -= CELL;
			from -= CELL;
			*(cell *)(void *)to = ((const struct askew *)(const void *)from)->cell;
		}
	}
	for (; n; n--)
		*--to = *--from;
}

PLAIN void *memcpy(void *restrict to, const void *restrict from, size_t n)
{
	copy_up(to, from, n);
	return to;
}

PLAIN void *memmove(void *to, const void *from, size_t n)
{
	if ((uintptr_t)to - (uintptr_t)from >= n)	/* below, or past the end */
		copy_up(to, from, n);
	else
		copy_down((unsigned char *)to + n, (const unsigned char *)from + n, n);
	return to;
}

PLAIN void *memset(void *to, int c, size_t n)
{
	unsigned char *p = to;
	uintptr_t all = (unsigned char)c * (UINTPTR_MAX / 255);

	if (n >= 2 * CELL) {
		for (; skew(p); n--)
			*p++ = c;
		for (; n >= 4 * CELL; n -= 4 * CELL, p += 4 * CELL)
			for (int i = 0; i < 4; i++)
				((cell *)(void *)p)[i] = all;
		for (; n >= CELL; n -= CELL, p += CELL)
			*(cell *)(void *)p = all;
	}
	for (; n; n--)
		*p++ = c;
	return to;
}

PLAIN int memcmp(const void *a, const void *b, size_t n)
{
	const unsigned char *p = a, *q = b;

	if (!skew(p) && !skew(q))
		for (; n >= CELL && *(const cell *)(const void *)p == *(const cell *)(const void *)q; n -= CELL) {
			p += CELL;
			q += CELL;
		}
	for (; n; n--, p++, q++)
		if (*p != *q)
			return *p - *q;
	return 0;
}

PLAIN void *memchr(const void *s, int c, size_t n)
{
	for (const unsigned char *p = s; n; n--, p++)
		if (*p == (unsigned char)c)
			return (void *)(uintptr_t)p;
	return NULL;
}

PLAIN size_t strlen(const char *s)
{
	size_t n = 0;

	while (s[n])
		n++;
	return n;
}

PLAIN size_t strnlen(const char *s, size_t max)
{
	size_t n = 0;

	while (n < max && s[n])
		n++;
	return n;
}

PLAIN int strcmp(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return (unsigned char)*a - (unsigned char)*b;
}

PLAIN int strncmp(const char *a, const char *b, size_t n)
{
	while (n && *a && *a == *b) {
		a++;
		b++;
		n--;
	}
	return n ? (unsigned char)*a - (unsigned char)*b : 0;
}

PLAIN char *strcpy(char *restrict to, const char *restrict from)
{
	char *p = to;

	while ((*p++ = *from++))
		;
	return to;
}

PLAIN char *strncpy(char *restrict to, const char *restrict from, size_t n)
{
	char *p = to;

	for (; n && *from; n--)
		*p++ = *from++;
	for (; n; n--)
		*p++ = 0;
	return to;
}

PLAIN size_t strlcpy(char *restrict to, const char *restrict from, size_t n)
{
	size_t len = strlen(from);

	if (n) {
		size_t part = len < n ? len : n - 1;

		memcpy(to, from, part);
		to[part] = 0;
	}
	return len;
}

PLAIN char *strcat(char *restrict to, const char *restrict from)
{
	strcpy(to + strlen(to), from);
	return to;
}

PLAIN char *strchr(const char *s, int c)
{
	for (; *s != (char)c; s++)
		if (!*s)
			return NULL;
	return (char *)(uintptr_t)s;
}

PLAIN char *strrchr(const char *s, int c)
{
	const char *found = NULL;

	do
		if (*s == (char)c)
			found = s;
	while (*s++);
	return (char *)(uintptr_t)found;
}

PLAIN char *strstr(const char *s, const char *part)
{
	size_t n = strlen(part);

	for (; strncmp(s, part, n); s++)
		if (!*s)
			return NULL;
	return (char *)(uintptr_t)s;
}
