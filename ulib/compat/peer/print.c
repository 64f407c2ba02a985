/* SPDX-License-Identifier: MIT */
/* print.c: printf's formatting with %e, the name of an error. */
#include <string.h>
#include <unistd.h>
#include "lib/format.h"
#include "peer.h"

struct out {
	int fd;				/* -1: to memory */
	char *at, *end;
	int count;
	char line[128];
};

static void flush(struct out *o)
{
	if (o->fd < 0)
		return;
	if (o->at > o->line)
		write(o->fd, o->line, o->at - o->line);
	o->at = o->line;
}

static void put(int c, void *out)
{
	struct out *o = out;

	o->count++;
	if (o->at == o->end)
		flush(o);
	if (o->at < o->end)
		*o->at++ = c;
}

/* One conversion, with the argument that it takes. */
static void convert(struct out *o, const char *spec, ...)
{
	va_list ap;

	va_start(ap, spec);
	format(put, o, spec, ap);
	va_end(ap);
}

static const char *error_name(int number)
{
	const char *name = peer_error_name(number < 0 ? -number : number);

	return name ? name : "an error of no name";
}

/* Copy the conversion that begins at fmt; its length, 0: it is none. */
static size_t copy_spec(char *spec, size_t size, const char *fmt)
{
	size_t n = 1;

	while (fmt[n] && strchr("-+ #0123456789.hlzjt", fmt[n]))
		n++;
	if (!fmt[n] || n + 2 > size)
		return 0;
	memcpy(spec, fmt, n + 1);
	spec[n + 1] = 0;
	return n + 1;
}

/* Its argument's size, by the letters before it. */
static void number(struct out *o, const char *spec, va_list *ap)
{
	size_t longs = 0;

	for (const char *p = spec; *p; p++)
		longs += *p == 'l' || *p == 'z' || *p == 't';
	if (longs > 1 || strchr(spec, 'j'))
		convert(o, spec, va_arg(*ap, long long));
	else if (longs)
		convert(o, spec, va_arg(*ap, long));
	else
		convert(o, spec, va_arg(*ap, int));
}

static void text(struct out *o, const char *spec, const char *s)
{
	convert(o, spec, s ? s : "(null)");
}

static void one(struct out *o, char *spec, size_t len, va_list *ap)
{
	char *letter = &spec[len - 1];

	if (*letter == 'e') {
		*letter = 's';
		text(o, spec, error_name(va_arg(*ap, int)));
	} else if (*letter == 's') {
		text(o, spec, va_arg(*ap, const char *));
	} else if (*letter == 'p') {
		convert(o, spec, va_arg(*ap, void *));
	} else if (*letter == '%') {
		put('%', o);
	} else {
		number(o, spec, ap);
	}
}

static void print(struct out *o, const char *fmt, va_list args)
{
	char spec[32];
	va_list ap;
	size_t n;

	va_copy(ap, args);
	while (*fmt) {
		n = *fmt == '%' ? copy_spec(spec, sizeof spec, fmt) : 0;
		if (n)
			one(o, spec, n, &ap);
		else
			put(*fmt, o), n = 1;
		fmt += n;
	}
	va_end(ap);
	flush(o);
}

int peer_vsnprintf(char *to, int n, const char *fmt, va_list ap)
{
	struct out o;

	o.fd = -1;
	o.count = 0;
	o.at = to;
	o.end = to + (n > 0 ? n - 1 : 0);
	print(&o, fmt, ap);
	if (n > 0)
		*o.at = 0;
	return o.count;
}

int peer_vprint(int fd, const char *fmt, va_list ap)
{
	struct out o;

	o.fd = fd;
	o.count = 0;
	o.at = o.line;
	o.end = o.line + sizeof o.line;
	print(&o, fmt, ap);
	return o.count;
}
