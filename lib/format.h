/* SPDX-License-Identifier: MIT */
/*
 * format.h: printf's formatting, linked by the kernel and by programs.
 * Conversions: %d %i %u %x %X %o %c %s %p %%, with - 0 + space # flags, width,
 * .precision, * for both, and hh h l ll z t j.  No floating point.
 */
#pragma once
#include <stdarg.h>
#include <stddef.h>

/* Give out characters one by one to put(c, ctx).  How many there were. */
int format(void (*put)(int c, void *ctx), void *ctx, const char *fmt, va_list ap);
/* At most n bytes with the end; the length it would have had. */
int vsnprintf(char *to, size_t n, const char *fmt, va_list ap);
int snprintf(char *to, size_t n, const char *fmt, ...) __attribute__((format(__printf__, 3, 4)));
/* The h, hh, l, ll, z, t or j at p, if one is there: what is after it; *size: the bytes it means, else as it was. */
const char *format_size(const char *p, int *size);
