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
void *reallocarray(void *, size_t, size_t);
void free(void *);
void *aligned_alloc(size_t align, size_t) __attribute__((malloc));
int posix_memalign(void **, size_t align, size_t);	/* 0, EINVAL or ENOMEM */

_Noreturn void exit(int status);
_Noreturn void _Exit(int status);
_Noreturn void abort(void);
int atexit(void (*)(void));	/* 32 of them; a thread's end calls none */
int system(const char *command);	/* null: there is a shell */

char *getenv(const char *name);
int setenv(const char *name, const char *value, int overwrite);
int unsetenv(const char *name);
int putenv(char *);		/* NAME=VALUE: itself, no copy */
int clearenv(void);

long strtol(const char *, char **end, int base);
unsigned long strtoul(const char *, char **end, int base);
long long strtoll(const char *, char **end, int base);
unsigned long long strtoull(const char *, char **end, int base);
int atoi(const char *);
long atol(const char *);
long long atoll(const char *);

typedef struct { int quot, rem; } div_t;
typedef struct { long quot, rem; } ldiv_t;
typedef struct { long long quot, rem; } lldiv_t;
static inline int abs(int n) { return n < 0 ? -n : n; }
static inline long labs(long n) { return n < 0 ? -n : n; }
static inline long long llabs(long long n) { return n < 0 ? -n : n; }
static inline div_t div(int a, int b) { return (div_t){ a / b, a % b }; }
static inline ldiv_t ldiv(long a, long b) { return (ldiv_t){ a / b, a % b }; }
static inline lldiv_t lldiv(long long a, long long b) { return (lldiv_t){ a / b, a % b }; }

int rand(void);
void srand(unsigned seed);
int rand_r(unsigned *seed);
long random(void);
void srandom(unsigned seed);
int mkstemp(char *template);	/* ends in XXXXXX, which become other letters */
char *mkdtemp(char *template);
void qsort(void *base, size_t n, size_t size, int (*cmp)(const void *, const void *));
void *bsearch(const void *key, const void *base, size_t n, size_t size, int (*cmp)(const void *, const void *));
