/* SPDX-License-Identifier: MIT */
/*
 * lib_test.c: lib/ against the host's C library, over many random cases.
 * Prints TAP.  The files are included under names of their own.  Usage:
 * lib_test [SEED].
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static uint64_t seed = 1;
static int cases, failed;

#define memcpy	our_memcpy
#define memmove	our_memmove
#define memset	our_memset
#define memcmp	our_memcmp
#define memchr	our_memchr
#define strlen	our_strlen
#define strnlen	our_strnlen
#define strcmp	our_strcmp
#define strncmp	our_strncmp
#define strcpy	our_strcpy
#define strncpy	our_strncpy
#define strlcpy	our_strlcpy
#define strcat	our_strcat
#define strchr	our_strchr
#define strrchr	our_strrchr
#define strstr	our_strstr
#define vsnprintf our_vsnprintf
#define snprintf our_snprintf
#define __udivdi3 our_udivdi3
#define __umoddi3 our_umoddi3
#define __divdi3 our_divdi3
#define __moddi3 our_moddi3
#include "lib/string.c"
#include "lib/format.c"
#include "lib/div64.c"
#undef memcpy
#undef memmove
#undef memset
#undef memcmp
#undef memchr
#undef strlen
#undef strnlen
#undef strcmp
#undef strncmp
#undef strcpy
#undef strncpy
#undef strcat
#undef strchr
#undef strrchr
#undef strstr
#undef vsnprintf
#undef snprintf

/* xorshift64*: the same cases everywhere for a seed. */
static uint64_t rnd(void)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return seed * 0x2545f4914f6cdd1dull;
}

static unsigned below(unsigned n) { return (rnd() >> 33) % n; }
/* Of any length in bits, and often of long runs of equal bits. */
static uint64_t number_any(void)
{
	uint64_t v = rnd() >> below(64);

	switch (below(4)) {
	case 0: return v << below(64);
	case 1: return -v;
	case 2: return ((uint64_t)1 << below(64)) - below(3);
	}
	return v;
}

static int sign(int v) { return (v > 0) - (v < 0); }

static void plan(bool good, const char *name, int n)
{
	printf("%sok %d - %s, %d cases\n", good ? "" : "not ", ++cases, name, n);
	failed += !good;
}

/* memcpy, memmove and memset: every byte of both buffers compared, so that a byte too many shows. */
static bool moves(int n)
{
	unsigned char a[512], b[512];

	for (int i = 0; i < n; i++) {
		unsigned len = below(200), to = below(56), from = 256 + below(56), c = below(256);

		for (unsigned k = 0; k < sizeof(a); k++)
			a[k] = b[k] = rnd() >> 40;
		switch (i % 3) {
		case 0:
			memcpy(a + to, a + from, len);
			if (our_memcpy(b + to, b + from, len) != b + to)
				return false;
			break;
		case 1:
			memmove(a + to, a + from, len);
			if (our_memmove(b + to, b + from, len) != b + to)
				return false;
			break;
		default:
			memset(a + to, c, len);
			if (our_memset(b + to, c, len) != b + to)
				return false;
		}
		if (memcmp(a, b, sizeof(a)))
			return printf("# case %d: len %u to %u from %u\n", i, len, to, from), false;
	}
	return true;
}

/* Overlaps by every small distance, both ways, at every alignment. */
static bool overlaps(int *n)
{
	unsigned char a[160], b[160];

	*n = 0;
	for (int to = 32; to < 48; to++)
		for (int from = to - 20; from <= to + 20; from++)
			for (int len = 0; len < 80; len++, ++*n) {
				for (unsigned k = 0; k < sizeof(a); k++)
					a[k] = b[k] = k;
				memmove(a + to, a + from, len);
				our_memmove(b + to, b + from, len);
				if (memcmp(a, b, sizeof(a)))
					return printf("# len %d to %d from %d\n", len, to, from), false;
			}
	return true;
}

static bool compares(int n)
{
	char a[96], b[96];

	for (int i = 0; i < n; i++) {
		unsigned x = below(16), y = below(16), len = below(64), k;

		for (k = 0; k < 80; k++)
			a[x + k] = b[y + k] = "ab\xff"[below(3)];
		for (unsigned edits = below(3); edits; edits--)
			b[y + below(80)] = "ab\xff"[below(3)];
		a[x + below(80)] = b[y + below(80)] = 0;
		a[x + 79] = b[y + 79] = 0;
		const char *s = a + x, *t = b + y;
		int c = "ab\xff\0"[below(4)];

		if (sign(memcmp(s, t, len)) != sign(our_memcmp(s, t, len)) || memchr(s, c, len) != our_memchr(s, c, len) ||
		    sign(strcmp(s, t)) != sign(our_strcmp(s, t)) ||
		    sign(strncmp(s, t, len)) != sign(our_strncmp(s, t, len)) ||
		    strlen(s) != our_strlen(s) || strnlen(s, len) != our_strnlen(s, len) ||
		    strchr(s, c) != our_strchr(s, c) || strrchr(s, c) != our_strrchr(s, c))
			return printf("# case %d\n", i), false;
	}
	return true;
}

static bool builds(int n)
{
	char a[128], b[128], from[48], part[4];

	for (int i = 0; i < n; i++) {
		unsigned len = below(40), size = below(60);

		for (unsigned k = 0; k < len; k++)
			from[k] = "ab"[below(2)];
		from[len] = 0;
		for (unsigned k = 0; k < 3; k++)
			part[k] = "ab"[below(2)];
		part[below(4)] = part[3] = 0;
		memset(a, 'z', sizeof(a));
		memset(b, 'z', sizeof(b));
		if (strcat(strcpy(a, from), part) != a || our_strcat(our_strcpy(b, from), part) != b)
			return false;
		strncpy(a + 64, from, size);
		our_strncpy(b + 64, from, size);
		if (memcmp(a, b, sizeof(a)) || strstr(from, part) != our_strstr(from, part))
			return printf("# \"%s\" \"%s\"\n", from, part), false;
		memset(a, 'z', sizeof(a));
		memset(b, 'z', sizeof(b));
		snprintf(a, size, "%s", from);
		if (our_strlcpy(b, from, size) != len || memcmp(a, b, sizeof(a)))
			return printf("# strlcpy \"%s\" %u\n", from, size), false;
	}
	return true;
}

static bool divides(int n)
{
	for (int i = 0; i < n; i++) {
		uint64_t a = number_any(), b = number_any();
		int64_t sa = a, sb = b;

		if (!b || (a == (uint64_t)INT64_MIN && sb == -1))
			continue;
		if (our_udivdi3(a, b) != a / b || our_umoddi3(a, b) != a % b ||
		    our_divdi3(sa, sb) != sa / sb || our_moddi3(sa, sb) != sa % sb)
			return printf("# %#llx / %#llx\n", (unsigned long long)a, (unsigned long long)b), false;
	}
	return true;
}

/* One conversion of each argument type, printed by both. */
static int print_one(int (*print)(char *, size_t, const char *, ...), char *to, size_t n, const char *fmt,
		     int kind, uint64_t v, const int *stars)
{
	switch (kind) {
	case 0: return print(to, n, fmt, stars[0], stars[1], (int)v, "end");
	case 1: return print(to, n, fmt, stars[0], stars[1], (long)v, "end");
	case 2: return print(to, n, fmt, stars[0], stars[1], (long long)v, "end");
	case 3: return print(to, n, fmt, stars[0], stars[1], (size_t)v, "end");
	case 4: return print(to, n, fmt, stars[0], stars[1], &"a string"[v % 9], "end");
	}
	return print(to, n, fmt, stars[0], stars[1], (void *)(uintptr_t)(v | 1), "end");
}

static bool formats(int n)
{
	static const char *const size[] = { "", "h", "hh", "l", "ll", "j", "z", "t" };
	static const int kind[] = { 0, 0, 0, 1, 2, 2, 3, 3 };
	char fmt[64], a[128], b[128];

	for (int i = 0; i < n; i++) {
		int s = below(8), stars[2] = { (int)below(30) - 10, (int)below(30) - 10 }, k = kind[s];
		char flags[6] = "", conv = "diuxXocsp"[below(9)];

		for (int f = 0; f < 5; f++)
			if (!below(3))
				strncat(flags, &"-0+ #"[f], 1);
		if (conv == 'c' || conv == 's' || conv == 'p')
			k = conv == 'c' ? 0 : conv == 's' ? 4 : 5, s = 0;
		snprintf(fmt, sizeof(fmt), "<%%%s*.*%s%c> %%%% %%s", conv == 'p' ? "-" : flags, size[s], conv);
		if (conv == 'p')
			stars[1] = -1;
		size_t room = below(40);
		uint64_t v = number_any();

		if (conv == 'c')	/* a NUL would hide the rest from nothing but the reader */
			v |= 1;
		memset(a, 'z', sizeof(a));
		memset(b, 'z', sizeof(b));
		if (print_one(snprintf, a, room, fmt, k, v, stars) != print_one(our_snprintf, b, room, fmt, k, v, stars) ||
		    memcmp(a, b, sizeof(a)))
			return printf("# %s (%d, %d) %#llx: \"%s\", not \"%s\"\n", fmt, stars[0], stars[1],
				      (unsigned long long)v, b, a), false;
	}
	return true;
}

/* Widths and precisions written as digits, and what the star cannot say. */
static bool formats_fixed(void)
{
	char b[64];

	return our_snprintf(b, sizeof(b), "%5d|%-5d|%05d|%.3d|%+d|%x", 42, 42, 42, 42, 42, 42) == 28 &&
	       !strcmp(b, "   42|42   |00042|042|+42|2a") &&
	       our_snprintf(NULL, 0, "%s", "four") == 4 &&
	       our_snprintf(b, sizeof(b), "%10.3s|%s|%c%%", "abcdef", (char *)NULL, 'x') == 20 &&
	       !strcmp(b, "       abc|(null)|x%");
}

int main(int argc, char **argv)
{
	int n;

	if (argc > 1)
		seed = strtoull(argv[1], NULL, 0) * 2 + 1;
	printf("TAP version 13\n1..7\n");
	plan(moves(30000), "memcpy, memmove and memset", 30000);
	bool good = overlaps(&n);
	plan(good, "memmove overlaps", n);
	plan(compares(50000), "comparing and searching", 50000);
	plan(builds(20000), "building strings", 20000);
	plan(divides(500000), "64-bit division", 500000);
	plan(formats(100000), "format, random", 100000);
	plan(formats_fixed(), "format, fixed", 3);
	return failed != 0;
}
