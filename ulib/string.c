/* SPDX-License-Identifier: MIT */
/* string.c: what the kernel has no use for; lib/string.c has the rest. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

char *strncat(char *restrict to, const char *restrict from, size_t n)
{
	size_t at = strlen(to), len = strnlen(from, n);

	memcpy(to + at, from, len);
	to[at + len] = 0;
	return to;
}

char *stpcpy(char *restrict to, const char *restrict from)
{
	size_t n = strlen(from);

	memcpy(to, from, n + 1);
	return to + n;
}

size_t strspn(const char *s, const char *set)
{
	size_t n = 0;

	while (s[n] && strchr(set, s[n]))
		n++;
	return n;
}

size_t strcspn(const char *s, const char *set)
{
	size_t n = 0;

	while (s[n] && !strchr(set, s[n]))
		n++;
	return n;
}

char *strpbrk(const char *s, const char *set)
{
	s += strcspn(s, set);
	return *s ? (char *)s : NULL;
}

char *strtok_r(char *restrict s, const char *restrict set, char **restrict rest)
{
	char *end;

	s = s ? s : *rest;
	s += strspn(s, set);
	end = s + strcspn(s, set);
	*rest = end + (*end != 0);
	if (s == end)
		return NULL;
	*end = 0;
	return s;
}

char *strtok(char *restrict s, const char *restrict set)
{
	static char *rest;

	return strtok_r(s, set, &rest);
}

char *strsep(char **rest, const char *set)
{
	char *s = *rest, *end;

	if (!s)
		return NULL;
	end = s + strcspn(s, set);
	*rest = *end ? end + 1 : NULL;
	*end = 0;
	return s;
}

int strncasecmp(const char *a, const char *b, size_t n)
{
	for (; n && *a && tolower((unsigned char)*a) == tolower((unsigned char)*b); n--) {
		a++;
		b++;
	}
	return n ? tolower((unsigned char)*a) - tolower((unsigned char)*b) : 0;
}

int strcasecmp(const char *a, const char *b)
{
	return strncasecmp(a, b, (size_t)-1);
}

void *memccpy(void *restrict to, const void *restrict from, int c, size_t n)
{
	const char *stop = memchr(from, c, n);
	size_t len = stop ? (size_t)(stop - (const char *)from) + 1 : n;

	memcpy(to, from, len);
	return stop ? (char *)to + len : NULL;
}

void *memmem(const void *s, size_t n, const void *part, size_t len)
{
	for (const char *p = s; n >= len; p++, n--)
		if (memcmp(p, part, len) == 0)
			return (void *)p;
	return NULL;
}

void *memrchr(const void *s, int c, size_t n)
{
	while (n--)
		if (((const unsigned char *)s)[n] == (unsigned char)c)
			return (char *)s + n;
	return NULL;
}

char *strchrnul(const char *s, int c)
{
	while (*s && *s != (char)c)
		s++;
	return (char *)s;
}

char *strcasestr(const char *s, const char *part)
{
	size_t n = strlen(part);

	for (; strncasecmp(s, part, n); s++)
		if (!*s)
			return NULL;
	return (char *)s;
}

/* The C locale's order is that of the bytes. */
int strcoll(const char *a, const char *b)
{
	return strcmp(a, b);
}

size_t strxfrm(char *restrict to, const char *restrict from, size_t n)
{
	size_t len = strlen(from);

	if (len < n)
		memcpy(to, from, len + 1);
	return len;
}
