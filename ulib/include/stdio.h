/* SPDX-License-Identifier: MIT */
/*
 * stdio.h: three streams.  stdout is line buffered, stderr is not buffered,
 * stdin reads what there is.  No floating point.
 */
#pragma once
#include <stdarg.h>
#include <stddef.h>
#include <sys/types.h>
#include "abi/yoke.h"		/* SEEK_* */

#define EOF	(-1)
#define BUFSIZ	256

typedef struct stream FILE;
extern FILE stream_in, stream_out, stream_err;
#define stdin	(&stream_in)
#define stdout	(&stream_out)
#define stderr	(&stream_err)

int printf(const char *, ...) __attribute__((format(printf, 1, 2)));
int fprintf(FILE *, const char *, ...) __attribute__((format(printf, 2, 3)));
int vprintf(const char *, va_list);
int vfprintf(FILE *, const char *, va_list);
int snprintf(char *, size_t, const char *, ...) __attribute__((format(printf, 3, 4)));
int vsnprintf(char *, size_t, const char *, va_list);
int puts(const char *);
int putchar(int);
int fputs(const char *, FILE *);
int fputc(int, FILE *);
#define putc(c, f)	fputc(c, f)
size_t fwrite(const void *, size_t size, size_t n, FILE *);
int fflush(FILE *);		/* null: stdout */
int getchar(void);
int fgetc(FILE *);
#define getc(f)	fgetc(f)
char *fgets(char *, int n, FILE *);
void perror(const char *);
