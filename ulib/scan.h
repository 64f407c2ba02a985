/* SPDX-License-Identifier: MIT */
/* scan.h: scanf's conversions, whatever they read from. */
#pragma once
#include <stdarg.h>

/* get: the next character or EOF; unget: the last one comes again, one at most. */
struct scan_source { int (*get)(void *ctx); void (*unget)(int c, void *ctx); void *ctx; };

int scan(const struct scan_source *, const char *fmt, va_list);
