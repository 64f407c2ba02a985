/* SPDX-License-Identifier: MIT */
/*
 * format.c: printf's formatting.  Characters go out one at a time and are
 * kept nowhere, so a line has no greatest length and needs no memory.
 */
#include "lib/format.h"
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include "lib/string.h"

struct out {
	void (*put)(int c, void *ctx);
	void *ctx;
	int count;
};

struct spec {
	bool left, zero, plus, blank, alt;
	int width, prec;		/* prec < 0: none given */
	int size;			/* bytes of the argument */
};

enum { DIGITS = 24 };			/* 64 bits in octal are 22 */

static void put(struct out *o, int c)
{
	o->put(c, o->ctx);
	o->count++;
}

static void fill(struct out *o, int c, int n)
{
	for (; n > 0; n--)
		put(o, c);
}

static void text(struct out *o, const struct spec *f, const char *s, size_t len)
{
	int room = f->width > (int)len ? f->width - (int)len : 0;

	if (!f->left)
		fill(o, ' ', room);
	for (; len; len--)
		put(o, *s++);
	if (f->left)
		fill(o, ' ', room);
}

/* v's digits, ending at end; none for 0.  Where they start. */
static char *digits(char *end, uint64_t v, unsigned base, const char *set)
{
	for (; v > UINTPTR_MAX; v /= base)	/* a long division on 32-bit machines */
		*--end = set[v % base];
	for (uintptr_t w = v; w; w /= base)
		*--end = set[w % base];
	return end;
}

static void number(struct out *o, const struct spec *f, const char *sign, uint64_t v, char conv)
{
	char buf[DIGITS], *end = buf + DIGITS;
	unsigned base = conv == 'o' ? 8 : conv == 'x' || conv == 'X' ? 16 : 10;
	char *s = digits(end, v, base, conv == 'X' ? "0123456789ABCDEF" : "0123456789abcdef");
	int len = end - s, signs = strlen(sign);
	int zeros = (f->prec < 0 ? 1 : f->prec) - len;

	if (conv == 'o' && f->alt && zeros <= 0 && (v || f->prec == 0))
		zeros = 1;
	if (zeros < 0)
		zeros = 0;
	int room = f->width - signs - zeros - len;

	if (f->zero && !f->left && f->prec < 0 && room > 0) {
		zeros += room;
		room = 0;
	}
	if (!f->left)
		fill(o, ' ', room);
	for (; *sign; sign++)
		put(o, *sign);
	fill(o, '0', zeros);
	for (; s < end; s++)
		put(o, *s);
	if (f->left)
		fill(o, ' ', room);
}

/* A width or precision: digits, or * for an argument. */
static const char *count(const char *p, int *n, va_list *ap)
{
	if (*p == '*') {
		*n = va_arg(*ap, int);
		return p + 1;
	}
	for (*n = 0; *p >= '0' && *p <= '9'; p++)
		*n = *n * 10 + (*p - '0');
	return p;
}

static const char *flags(const char *p, struct spec *f)
{
	for (;; p++)
		switch (*p) {
		case '-': f->left = true; break;
		case '0': f->zero = true; break;
		case '+': f->plus = true; break;
		case ' ': f->blank = true; break;
		case '#': f->alt = true; break;
		default: return p;
		}
}

const char *format_size(const char *p, int *size)
{
	switch (*p++) {
	case 'h':
		*size = *p == 'h' ? sizeof(char) : sizeof(short);
		return *p == 'h' ? p + 1 : p;
	case 'l':
		*size = *p == 'l' ? sizeof(long long) : sizeof(long);
		return *p == 'l' ? p + 1 : p;
	case 'j':
		*size = sizeof(intmax_t);
		return p;
	case 'z':
	case 't':
		*size = sizeof(size_t);
		return p;
	}
	return p - 1;
}

static const char *parse(const char *p, struct spec *f, va_list *ap)
{
	*f = (struct spec){ .prec = -1, .size = sizeof(int) };
	p = flags(p, f);
	p = count(p, &f->width, ap);
	if (f->width < 0) {
		f->left = true;
		f->width = f->width == INT_MIN ? 0 : -f->width;
	}
	if (*p == '.')
		p = count(p + 1, &f->prec, ap);
	return format_size(p, &f->size);
}

static uint64_t fetch(int size, va_list *ap)
{
	if (size == sizeof(long long))
		return va_arg(*ap, unsigned long long);
	if (size == sizeof(long))
		return va_arg(*ap, unsigned long);
	return va_arg(*ap, unsigned);
}

static void number_signed(struct out *o, const struct spec *f, va_list *ap)
{
	int unused = 64 - 8 * f->size;
	int64_t v = (int64_t)(fetch(f->size, ap) << unused) >> unused;

	number(o, f, v < 0 ? "-" : f->plus ? "+" : f->blank ? " " : "", v < 0 ? -(uint64_t)v : (uint64_t)v, 'd');
}

static void number_unsigned(struct out *o, const struct spec *f, va_list *ap, char conv)
{
	int unused = 64 - 8 * f->size;
	uint64_t v = fetch(f->size, ap) << unused >> unused;
	bool mark = f->alt && v && (conv == 'x' || conv == 'X');

	number(o, f, !mark ? "" : conv == 'x' ? "0x" : "0X", v, conv);
}

static void convert(struct out *o, const struct spec *f, va_list *ap, char conv)
{
	const char *s;
	char c;

	switch (conv) {
	case 'd':
	case 'i':
		number_signed(o, f, ap);
		break;
	case 'u':
	case 'x':
	case 'X':
	case 'o':
		number_unsigned(o, f, ap, conv);
		break;
	case 'p':
		number(o, f, "0x", (uintptr_t)va_arg(*ap, void *), 'x');
		break;
	case 'c':
		c = va_arg(*ap, int);
		text(o, f, &c, 1);
		break;
	case 's':
		s = va_arg(*ap, const char *);
		s = s ? s : "(null)";
		text(o, f, s, f->prec < 0 ? strlen(s) : strnlen(s, f->prec));
		break;
	default:			/* %% and what is no conversion */
		put(o, conv);
	}
}

int format(void (*putc)(int c, void *ctx), void *ctx, const char *fmt, va_list args)
{
	struct out o = { putc, ctx, 0 };
	struct spec f;
	va_list ap;

	va_copy(ap, args);		/* where va_list is an array, a parameter's address is no va_list * */
	for (; *fmt; fmt++) {
		if (*fmt != '%') {
			put(&o, *fmt);
			continue;
		}
		fmt = parse(fmt + 1, &f, &ap);
		if (!*fmt)
			break;
		convert(&o, &f, &ap, *fmt);
	}
	va_end(ap);
	return o.count;
}

struct buf { char *at, *last; };	/* last: where the end goes at the latest */

static void buf_put(int c, void *ctx)
{
	struct buf *b = ctx;

	if (b->at < b->last)
		*b->at++ = c;
}

int vsnprintf(char *to, size_t n, const char *fmt, va_list ap)
{
	struct buf b = { to, n ? to + n - 1 : to };
	int len = format(buf_put, &b, fmt, ap);

	if (n)
		*b.at = 0;
	return len;
}

int snprintf(char *to, size_t n, const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(to, n, fmt, ap);
	va_end(ap);
	return len;
}
