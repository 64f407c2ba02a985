/* SPDX-License-Identifier: MIT */
/* ulib_test.c: malloc, strtol and qsort of ulib/ against the host's.  Prints TAP.  Usage: ulib_test [SEED]. */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char heap[1 << 25];
static size_t heap_end = 3;		/* not aligned, as a program's own sbrk may leave it */

static void *our_sbrk(intptr_t n)
{
	void *old = heap + heap_end;

	if (n < 0 || (size_t)n > sizeof heap - heap_end) {
		errno = ENOMEM;
		return (void *)-1;
	}
	heap_end += n;
	return old;
}

#define sbrk	our_sbrk
#define malloc	our_malloc
#define calloc	our_calloc
#define realloc	our_realloc
#define free	our_free
#define aligned_alloc	our_aligned_alloc
#define posix_memalign	our_posix_memalign
#define qsort	our_qsort
#define strtol	our_strtol
#define strtoul	our_strtoul
#define strtoll	our_strtoll
#define strtoull our_strtoull
#define atol	our_atol
#define atoi	our_atoi
#include "ulib/malloc.c"
#include "ulib/qsort.c"
#include "ulib/strtol.c"
#undef malloc
#undef calloc
#undef realloc
#undef free
#undef aligned_alloc
#undef posix_memalign
#undef qsort
#undef strtol
#undef strtoul
#undef strtoll
#undef strtoull
#undef atol
#undef atoi

static int tests, failed;

static void ok(bool pass, const char *what)
{
	printf("%sok %d - %s\n", pass ? "" : "not ", ++tests, what);
	failed += !pass;
}

/* ---- malloc ---- */

struct piece { unsigned char *at, fill; size_t n; };

static bool intact(const struct piece *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->at[i] != p->fill)
			return false;
	return (uintptr_t)p->at % sizeof(struct block) == 0;
}

static void take_aligned(struct piece *p, size_t n)
{
	size_t align = (size_t)1 << rand() % 13;
	void *at = NULL;

	if (rand() % 2)
		at = our_aligned_alloc(align, n);
	else if (our_posix_memalign(&at, align, n) == EINVAL && align < sizeof at)
		at = our_malloc(n);
	p->at = (uintptr_t)at % align ? NULL : at;	/* then it is missed below */
}

/* Take, resize or give back one piece. */
static void one_step(struct piece *p)
{
	size_t n = rand() % (rand() % 50 ? 300 : 20000);

	if (p->at && rand() % 4) {
		our_free(p->at);
		p->at = NULL;
		p->n = 0;
		return;
	}
	if (!p->at && rand() % 4 == 0)
		take_aligned(p, n);
	else
		p->at = our_realloc(p->at, n);
	for (size_t i = p->n; i < n; i++)
		p->at[i] = p->fill;
	p->n = n;
}

static void test_malloc(void)
{
	static struct piece piece[300];
	bool good = true;
	int n = 0;

	for (int i = 0; i < 300000 && good; i++) {
		struct piece *p = &piece[rand() % 300];

		p->fill = p - piece;
		good = !p->at || intact(p);
		one_step(p);
		if (i % 1000 == 0)
			our_sbrk(rand() % 40);
	}
	ok(good, "malloc: no block overlaps another, sbrk in between");
	for (int i = 0; i < 300; i++)
		our_free(piece[i].at);
	for (struct block *b = blocks; b && b->next; b = b->next, n++)
		good &= b + b->units < b->next;
	ok(!our_aligned_alloc(3, 9) && our_posix_memalign(&(void *){ 0 }, 24, 9) == EINVAL && !our_aligned_alloc(16, SIZE_MAX - 8) &&
		!our_aligned_alloc((size_t)1 << 63, 1) && our_posix_memalign(&(void *){ 0 }, 4096, PTRDIFF_MAX) == ENOMEM, "malloc: alignments that are none");
	ok(good && n < 300, "malloc: what was freed is joined");
	ok(!our_malloc(SIZE_MAX) && !our_malloc(SIZE_MAX / 2) && !our_calloc(SIZE_MAX / 2, 4) &&
		!our_malloc(sizeof heap), "malloc: sizes that wrap, and more than there is");
}

/* ---- strtol, qsort ---- */

struct number { unsigned long value; char *end; int error; };

static struct number number(unsigned long value, char *end)
{
	struct number n = { value, end, errno == EINVAL ? 0 : errno };	/* C asks for no EINVAL */

	errno = 0;
	return n;
}

static bool same(struct number a, struct number b)
{
	return a.value == b.value && a.end == b.end && a.error == b.error;
}

static bool same_number(const char *s, int base)
{
	struct number n[4];
	unsigned long value;
	char *end;

	errno = 0;
	value = strtol(s, &end, base);
	n[0] = number(value, end);
	value = our_strtol(s, &end, base);
	n[1] = number(value, end);
	value = strtoul(s, &end, base);
	n[2] = number(value, end);
	value = our_strtoul(s, &end, base);
	n[3] = number(value, end);
	return same(n[0], n[1]) && same(n[2], n[3]);
}

static void test_numbers(void)
{
	static const char *const hard[] = {
		"", "-", "+", "0", "-1", " +42x", "0x", "0x1f", "0xg", "077", "08", "zz", "9223372036854775807",
		"9223372036854775808", "-9223372036854775808", "-9223372036854775809", "18446744073709551615",
		"18446744073709551616", "-18446744073709551615", "99999999999999999999999999",
	};
	static const char some[] = "  +-0123456789xXaAfFgz";
	static const int bases[] = { 0, 2, 8, 10, 16, 36 };
	char s[24];
	bool good = true;

	for (unsigned i = 0; i < sizeof hard / sizeof *hard; i++)
		for (int b = 0; b < 6; b++)
			good &= same_number(hard[i], bases[b]);
	ok(good, "strtol: at the limits");
	for (int i = 0; i < 100000 && good; i++) {
		int n = rand() % 23;

		for (int j = 0; j < n; j++)
			s[j] = some[rand() % (sizeof some - 1)];
		s[n] = 0;
		good = same_number(s, bases[rand() % 6]);
	}
	ok(good, "strtol: as the host's");
}

static int by_value(const void *a, const void *b)
{
	return (*(const int *)a > *(const int *)b) - (*(const int *)a < *(const int *)b);
}

static void test_qsort(void)
{
	bool good = true;

	for (int i = 0; i < 3000; i++) {
		int a[200], b[200], n = rand() % 200;

		for (int j = 0; j < n; j++)
			a[j] = b[j] = rand() % (1 + rand() % 300);
		qsort(a, n, sizeof *a, by_value);
		our_qsort(b, n, sizeof *b, by_value);
		good &= memcmp(a, b, n * sizeof *a) == 0;
	}
	ok(good, "qsort: as the host's");
}

int main(int argc, char **argv)
{
	srand(argc > 1 ? atoi(argv[1]) : 1);
	test_malloc();
	test_numbers();
	test_qsort();
	printf("1..%d\n", tests);
	return failed > 0;
}
