/* SPDX-License-Identifier: MIT */
/* stdlib.h */
#pragma once
#include <stddef.h>

#define EXIT_SUCCESS	0
#define EXIT_FAILURE	1
#define RAND_MAX	0x7fffffff

void *malloc(size_t) __attribute__((malloc));
void *calloc(size_t, size_t) __attribute__((malloc));
void *realloc(void *, size_t);
void free(void *);

_Noreturn void exit(int status);
_Noreturn void abort(void);

long strtol(const char *, char **end, int base);
unsigned long strtoul(const char *, char **end, int base);
long long strtoll(const char *, char **end, int base);
unsigned long long strtoull(const char *, char **end, int base);
int atoi(const char *);
long atol(const char *);
static inline int abs(int n) { return n < 0 ? -n : n; }
static inline long labs(long n) { return n < 0 ? -n : n; }

int rand(void);
void srand(unsigned seed);
void qsort(void *base, size_t n, size_t size, int (*cmp)(const void *, const void *));
