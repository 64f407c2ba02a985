/* SPDX-License-Identifier: MIT */
/* bsearch.c */
#include <stdlib.h>

void *bsearch(const void *key, const void *base, size_t n, size_t size, int (*cmp)(const void *, const void *))
{
	const char *lo = base;

	while (n) {
		const char *mid = lo + n / 2 * size;
		int order = cmp(key, mid);

		if (!order)
			return (void *)mid;
		if (order > 0) {
			lo = mid + size;
			n--;
		}
		n /= 2;
	}
	return NULL;
}
