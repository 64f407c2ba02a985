/* SPDX-License-Identifier: MIT */
/* strtol.c: numbers in text.  One parser; a number too large is the largest, with ERANGE. */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>

static int digit(int c)
{
	return isdigit(c) ? c - '0' : isalpha(c) ? tolower(c) - 'a' + 10 : 99;
}

/* After the sign: 0x, 0 or nothing.  Moves *s over 0x if a digit follows. */
static int radix(const char **s, int base)
{
	const char *p = *s;

	if ((base == 0 || base == 16) && p[0] == '0' && tolower(p[1]) == 'x' && isxdigit(p[2])) {
		*s += 2;
		return 16;
	}
	return base ? base : p[0] == '0' ? 8 : 10;
}

/* The number's magnitude, no more than max, or than max_neg after a minus sign. */
static unsigned long long parse(const char *s, char **end, int base, bool *neg,
				unsigned long long max, unsigned long long max_neg)
{
	const char *last = s;
	unsigned long long n = 0;
	bool over = false;

	while (isspace(*s))
		s++;
	*neg = *s == '-';
	if (*s == '-' || *s == '+')
		s++;
	for (base = radix(&s, base); digit(*s) < base; last = ++s) {
		over |= __builtin_mul_overflow(n, (unsigned)base, &n);
		over |= __builtin_add_overflow(n, (unsigned)digit(*s), &n);
	}
	if (end)
		*end = (char *)last;
	if (*neg)
		max = max_neg;
	if (!over && n <= max)
		return n;
	errno = ERANGE;
	return max;
}

unsigned long long strtoull(const char *s, char **end, int base)
{
	bool neg;
	unsigned long long n = parse(s, end, base, &neg, ULLONG_MAX, ULLONG_MAX);

	return neg ? -n : n;
}

unsigned long strtoul(const char *s, char **end, int base)
{
	bool neg;
	unsigned long n = parse(s, end, base, &neg, ULONG_MAX, ULONG_MAX);

	return neg ? -n : n;
}

long long strtoll(const char *s, char **end, int base)
{
	bool neg;
	unsigned long long n = parse(s, end, base, &neg, LLONG_MAX, LLONG_MAX + 1ull);

	return neg ? -n : n;
}

long strtol(const char *s, char **end, int base)
{
	bool neg;
	unsigned long n = parse(s, end, base, &neg, LONG_MAX, LONG_MAX + 1ul);

	return neg ? -n : n;
}

long atol(const char *s)
{
	return strtol(s, NULL, 10);
}

int atoi(const char *s)
{
	return strtol(s, NULL, 10);
}
