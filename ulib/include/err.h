/* SPDX-License-Identifier: MIT */
/* err.h: complaints on stderr, with the program's name; err's and warn's also say what errno means. */
#pragma once
#include <stdarg.h>

_Noreturn void err(int status, const char *, ...) __attribute__((format(__printf__, 2, 3)));
_Noreturn void errx(int status, const char *, ...) __attribute__((format(__printf__, 2, 3)));
_Noreturn void verr(int status, const char *, va_list) __attribute__((format(__printf__, 2, 0)));
_Noreturn void verrx(int status, const char *, va_list) __attribute__((format(__printf__, 2, 0)));
void warn(const char *, ...) __attribute__((format(__printf__, 1, 2)));
void warnx(const char *, ...) __attribute__((format(__printf__, 1, 2)));
void vwarn(const char *, va_list) __attribute__((format(__printf__, 1, 0)));
void vwarnx(const char *, va_list) __attribute__((format(__printf__, 1, 0)));
