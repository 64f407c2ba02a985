/* SPDX-License-Identifier: MIT */
/* qsort.c: heap sort: in place, no recursion, n log n whatever comes. */
#include <stdlib.h>

static void swap(char *a, char *b, size_t size)
{
	while (size--) {
		char c = *a;
		*a++ = *b;
		*b++ = c;
	}
}

/* The heap [0, n) is right but for element i, which may have to go down. */
static void sift(char *base, size_t i, size_t n, size_t size, int (*cmp)(const void *, const void *))
{
	for (size_t kid; (kid = 2 * i + 1) < n; i = kid) {
		if (kid + 1 < n && cmp(base + kid * size, base + (kid + 1) * size) < 0)
			kid++;
		if (cmp(base + i * size, base + kid * size) >= 0)
			return;
		swap(base + i * size, base + kid * size, size);
	}
}

void qsort(void *base, size_t n, size_t size, int (*cmp)(const void *, const void *))
{
	for (size_t i = n / 2; i-- > 0; )
		sift(base, i, n, size, cmp);
	while (n > 1) {
		swap(base, (char *)base + --n * size, size);
		sift(base, 0, n, size, cmp);
	}
}
