/* SPDX-License-Identifier: MIT */
/* string.c: JOS's functions that C has not, or has otherwise. */
#include <stdlib.h>
#include <string.h>

char *strfind(const char *s, char c)
{
	while (*s && *s != c)
		s++;
	return (char *)s;
}

void *memfind(const void *s, int c, size_t n)
{
	const unsigned char *p = s;

	while (n && *p != (unsigned char)c)
		p++, n--;
	return (void *)p;
}
