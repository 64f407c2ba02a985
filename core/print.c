/* SPDX-License-Identifier: MIT */
/* print.c: the kernel's own messages.  Lock: console output, from a message's first character to its last. */
#include "file.h"

static int message(const char *fmt, va_list ap)
{
	int n;

	console_begin(true);
	n = format(console_put, NULL, fmt, ap);
	console_end();
	return n;
}

int kprintf(const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = message(fmt, ap);
	va_end(ap);
	return n;
}

void audit_print(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	message(fmt, ap);
	va_end(ap);
}
