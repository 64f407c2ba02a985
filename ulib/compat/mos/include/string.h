/* SPDX-License-Identifier: MIT */
/* string.h */
#pragma once
#include "types.h"

int strlen(const char *);
char *strcpy(char *, const char *);
char *strchr(const char *, int);
int strcmp(const char *, const char *);
void *memset(void *, int, size_t);
void *memcpy(void *, const void *, size_t);
