/* SPDX-License-Identifier: MIT */
/* string.h */
#pragma once
#include "lib/string.h"

char *strncat(char *restrict to, const char *restrict from, size_t n);
char *stpcpy(char *restrict to, const char *restrict from);	/* where the end is */
size_t strspn(const char *, const char *set);
size_t strcspn(const char *, const char *set);
char *strpbrk(const char *, const char *set);
char *strtok(char *restrict, const char *restrict set);
char *strtok_r(char *restrict, const char *restrict set, char **restrict rest);
char *strsep(char **rest, const char *set);
void *memccpy(void *restrict to, const void *restrict from, int c, size_t n);
void *memmem(const void *, size_t n, const void *part, size_t len);
void *memrchr(const void *, int c, size_t n);
char *strchrnul(const char *, int c);	/* its end, if c is not there */
char *strcasestr(const char *, const char *part);
int strcoll(const char *, const char *);
size_t strxfrm(char *restrict to, const char *restrict from, size_t n);
char *strdup(const char *);
char *strndup(const char *, size_t n);
char *strerror(int);
char *strsignal(int);
int strerror_r(int, char *to, size_t n);	/* 0 or ERANGE */
