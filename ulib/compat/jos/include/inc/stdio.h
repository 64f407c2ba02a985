/* SPDX-License-Identifier: MIT */
/* inc/stdio.h: JOS's printing: %e is an error's name, and %x takes pointers too. */
#pragma once
#include <inc/stdarg.h>
#include <inc/types.h>

#define snprintf	jos_snprintf
#define vsnprintf	jos_vsnprintf
#define printf		jos_printf
#define fprintf		jos_fprintf
#define vfprintf	jos_vfprintf
#define getchar		jos_getchar
#define iscons		jos_iscons
#define readline	jos_readline

void cputchar(int c);
int getchar(void);		/* waits for a character */
int iscons(int fd);
int cprintf(const char *fmt, ...);
int vcprintf(const char *fmt, va_list);
int snprintf(char *to, int n, const char *fmt, ...);
int vsnprintf(char *to, int n, const char *fmt, va_list);
int printf(const char *fmt, ...);
int fprintf(int fd, const char *fmt, ...);
int vfprintf(int fd, const char *fmt, va_list);
char *readline(const char *prompt);	/* null: the end of the input */
