/* SPDX-License-Identifier: MIT */
/* inc/string.h */
#pragma once
#include <inc/types.h>

int strlen(const char *);
int strnlen(const char *, size_t);
char *strcpy(char *, const char *);
char *strncpy(char *, const char *, size_t);
char *strcat(char *, const char *);
size_t strlcpy(char *, const char *, size_t);
int strcmp(const char *, const char *);
int strncmp(const char *, const char *, size_t);
char *strchr(const char *, char);
char *strfind(const char *, char);	/* strchr, or the end */
void *memset(void *, int, size_t);
void *memcpy(void *, const void *, size_t);
void *memmove(void *, const void *, size_t);
int memcmp(const void *, const void *, size_t);
void *memfind(const void *, int, size_t);	/* the byte, or the end */
long strtol(const char *, char **end, int base);
