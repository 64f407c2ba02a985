/* SPDX-License-Identifier: MIT */
/*
 * scan.c: scanf's conversions: %d %i %u %x %X %o %p %c %s %[ %n %%, with *,
 * a width, and hh h l ll z t j.  No floating point.  One character is read
 * ahead and given back, never more: what "0x" begins and nothing follows is
 * no number.  A number too large is the largest there is, cut to its size.
 */
#include "scan.h"
#include "lib/format.h"
#include <ctype.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct state {
	const struct scan_source *in;
	int count;			/* characters consumed */
	va_list ap;
};

struct spec {
	bool drop;			/* assigns nothing */
	int width;			/* 0: none given */
	int size;			/* bytes of the result */
	char conv;
	const char *set;		/* %[: what follows [ or [^ */
	bool not;
};

enum result { DONE, MISMATCH, END };

static int get(struct state *s)
{
	int c = s->in->get(s->in->ctx);

	s->count += c != EOF;
	return c;
}

static void unget(struct state *s, int c)
{
	if (c == EOF)
		return;
	s->in->unget(c, s->in->ctx);
	s->count--;
}

/* The next character that is no space, not consumed. */
static int skip_space(struct state *s)
{
	int c;

	while ((c = get(s)) != EOF && isspace(c))
		;
	unget(s, c);
	return c;
}

/* ---- the format ---- */

/* The members of a set end at the first ] that is not the first member. */
static const char *set(const char *p, struct spec *f)
{
	f->not = *p == '^';
	f->set = p += f->not;
	for (p += *p != 0; *p && *p != ']'; p++)
		;
	return p;
}

/* After the %.  Its last character. */
static const char *parse(const char *p, struct spec *f)
{
	*f = (struct spec){ .size = sizeof(int) };
	f->drop = *p == '*';
	for (p += f->drop; isdigit(*p); p++)
		f->width = f->width < INT_MAX / 20 ? f->width * 10 + (*p - '0') : f->width;
	p = format_size(p, &f->size);
	f->conv = *p;
	return *p == '[' ? set(p + 1, f) : p;
}

static bool in_set(const struct spec *f, int c)
{
	const char *p = f->set;
	bool in = false;

	do {
		if (p[1] == '-' && p[2] && p[2] != ']') {
			in |= c >= (unsigned char)p[0] && c <= (unsigned char)p[2];
			p += 3;
		} else {
			in |= c == (unsigned char)*p++;
		}
	} while (*p && *p != ']');
	return in != f->not;
}

/* ---- conversions ---- */

static void store(struct state *s, int bytes, uint64_t v)
{
	void *to = va_arg(s->ap, void *);

	if (bytes == sizeof(char))
		*(unsigned char *)to = v;
	else if (bytes == sizeof(short))
		*(unsigned short *)to = v;
	else if (bytes == sizeof(int))
		*(unsigned *)to = v;
	else
		*(unsigned long long *)to = v;
}

static int digit(int c)
{
	return isdigit(c) ? c - '0' : isalpha(c) ? tolower(c) - 'a' + 10 : 99;
}

static int base_of(char conv)
{
	return conv == 'o' ? 8 : conv == 'x' || conv == 'X' || conv == 'p' ? 16 : conv == 'i' ? 0 : 10;
}

/* The number as it is in 64 bits: what does not fit is the largest, or the smallest. */
static uint64_t value(uint64_t n, bool over, bool neg, char conv)
{
	bool is_signed = conv == 'd' || conv == 'i';

	if (is_signed && (over || n > (uint64_t)INT64_MAX + neg))
		return neg ? (uint64_t)INT64_MIN : INT64_MAX;
	return over ? UINT64_MAX : neg ? -n : n;
}

static enum result number(struct state *s, const struct spec *f)
{
	int left = f->width ? f->width : INT_MAX, base = base_of(f->conv), c;
	bool neg = false, over = false, some = false;
	uint64_t n = 0;

	if (skip_space(s) == EOF)
		return END;
	c = get(s);
	if (c == '-' || c == '+') {
		neg = c == '-';
		c = --left ? get(s) : EOF;
	}
	if (c == '0' && left && (base == 0 || base == 16)) {
		some = true;
		c = --left ? get(s) : EOF;
		if (left && tolower(c) == 'x') {
			some = false;
			base = 16;
			c = --left ? get(s) : EOF;
		} else if (!base) {
			base = 8;
		}
	}
	for (base = base ? base : 10; left && digit(c) < base; c = --left ? get(s) : EOF) {
		over |= __builtin_mul_overflow(n, (uint64_t)base, &n);
		over |= __builtin_add_overflow(n, (uint64_t)digit(c), &n);
		some = true;
	}
	if (left)
		unget(s, c);
	if (some && !f->drop)
		store(s, f->conv == 'p' ? (int)sizeof(void *) : f->size, value(n, over, neg, f->conv));
	return some ? DONE : MISMATCH;
}

/* %c, %s and %[: one or more characters of a kind; all but %c end the string. */
static enum result text(struct state *s, const struct spec *f)
{
	int left = f->width ? f->width : f->conv == 'c' ? 1 : INT_MAX, n = 0, c = 0;
	char *to;

	if (f->conv == 's' && skip_space(s) == EOF)
		return END;
	to = f->drop ? NULL : va_arg(s->ap, char *);
	for (; left && (c = get(s)) != EOF; left--) {
		if (f->conv == 's' ? isspace(c) : f->conv == '[' && !in_set(f, c)) {
			unget(s, c);
			break;
		}
		if (to)
			to[n] = c;
		n++;
	}
	if (f->conv == 'c' ? left > 0 : !n)
		return c == EOF ? END : MISMATCH;
	if (to && f->conv != 'c')
		to[n] = 0;
	return DONE;
}

static enum result literal(struct state *s, int want)
{
	int c = get(s);

	if (c == want)
		return DONE;
	unget(s, c);
	return c == EOF ? END : MISMATCH;
}

static enum result convert(struct state *s, const struct spec *f, int *done)
{
	enum result r;

	switch (f->conv) {
	case 'n':
		if (!f->drop)
			store(s, f->size, s->count);
		return DONE;
	case '%':
		return skip_space(s) == EOF ? END : literal(s, '%');
	case 'c':
	case 's':
	case '[':
		r = text(s, f);
		break;
	case 'd': case 'i': case 'u': case 'x': case 'X': case 'o': case 'p':
		r = number(s, f);
		break;
	default:
		return MISMATCH;
	}
	*done += r == DONE && !f->drop;
	return r;
}

int scan(const struct scan_source *in, const char *fmt, va_list ap)
{
	struct state s = { .in = in };
	enum result r = DONE;
	struct spec f;
	int done = 0;

	va_copy(s.ap, ap);
	for (; *fmt && r == DONE; fmt++) {
		if (isspace(*fmt)) {
			skip_space(&s);
		} else if (*fmt != '%') {
			r = literal(&s, (unsigned char)*fmt);
		} else {
			fmt = parse(fmt + 1, &f);
			if (!*fmt)
				break;
			r = convert(&s, &f, &done);
		}
	}
	va_end(s.ap);
	return r == END && !done ? EOF : done;
}

/* ---- of a string ---- */

static int next(void *ctx)
{
	const char **p = ctx;

	return **p ? (unsigned char)*(*p)++ : EOF;
}

static void again(int c, void *ctx)
{
	(void)c;
	--*(const char **)ctx;
}

int vsscanf(const char *s, const char *fmt, va_list ap)
{
	return scan(&(struct scan_source){ next, again, &s }, fmt, ap);
}

int sscanf(const char *s, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsscanf(s, fmt, ap);
	va_end(ap);
	return n;
}
