/* SPDX-License-Identifier: MIT */
/* strtol.c: numbers in text.  One parser; a number too large is the largest, with ERANGE. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
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

/* The number; its magnitude no more than max, or than max_neg after a minus sign: else max, or min. */
static unsigned long long parse(const char *s, char **end, int base, unsigned long long max,
				unsigned long long max_neg, unsigned long long min)
{
	const char *last = s;
	unsigned long long n = 0;
	bool over = false, neg;

	while (isspace(*s))
		s++;
	neg = *s == '-';
	if (*s == '-' || *s == '+')
		s++;
	for (base = radix(&s, base); digit(*s) < base; last = ++s) {
		over |= __builtin_mul_overflow(n, (unsigned)base, &n);
		over |= __builtin_add_overflow(n, (unsigned)digit(*s), &n);
	}
	if (end)
		*end = (char *)last;
	if (!over && n <= (neg ? max_neg : max))
		return neg ? -n : n;
	errno = ERANGE;
	return neg ? min : max;
}

unsigned long long strtoull(const char *s, char **end, int base)
{
	return parse(s, end, base, ULLONG_MAX, ULLONG_MAX, ULLONG_MAX);
}

unsigned long strtoul(const char *s, char **end, int base)
{
	return parse(s, end, base, ULONG_MAX, ULONG_MAX, ULONG_MAX);
}

long long strtoll(const char *s, char **end, int base)
{
	return parse(s, end, base, LLONG_MAX, LLONG_MAX + 1ull, LLONG_MIN);
}

long strtol(const char *s, char **end, int base)
{
	return parse(s, end, base, LONG_MAX, LONG_MAX + 1ul, LONG_MIN);
}

long atol(const char *s)
{
	return strtol(s, NULL, 10);
}

int atoi(const char *s)
{
	return strtol(s, NULL, 10);
}

long long atoll(const char *s)
{
	return strtoll(s, NULL, 10);
}

intmax_t strtoimax(const char *s, char **end, int base)
{
	return strtoll(s, end, base);
}

uintmax_t strtoumax(const char *s, char **end, int base)
{
	return strtoull(s, end, base);
}
