/* SPDX-License-Identifier: MIT */
/* strings.h */
#pragma once
#include <stddef.h>

int strcasecmp(const char *, const char *);
int strncasecmp(const char *, const char *, size_t);
static inline int ffs(int n) { return __builtin_ffs(n); }
