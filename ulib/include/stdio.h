/* SPDX-License-Identifier: MIT */
/*
 * stdio.h: streams.  stdout and stdin are line buffered, wherever they go;
 * stderr is not buffered; files are, wholly.  No floating point.
 */
#pragma once
#include <stdarg.h>
#include <stddef.h>
#include <sys/types.h>
#include "abi/yoke.h"		/* SEEK_* */

#define EOF	(-1)
#define BUFSIZ	256
#define FILENAME_MAX	PATH_LEN
#define FOPEN_MAX	FD_N
#define P_tmpdir	"/tmp"
enum { _IOFBF, _IOLBF, _IONBF };

typedef struct stream FILE;
typedef off_t fpos_t;
extern FILE stream_in, stream_out, stream_err;
#define stdin	(&stream_in)
#define stdout	(&stream_out)
#define stderr	(&stream_err)

FILE *fopen(const char *path, const char *mode);
FILE *fdopen(int fd, const char *mode);
FILE *freopen(const char *path, const char *mode, FILE *);
FILE *tmpfile(void);
FILE *popen(const char *command, const char *mode);	/* mode: r or w, and e: exec closes it */
int pclose(FILE *);		/* how the command ended, as waitpid says it */
int fclose(FILE *);
int fflush(FILE *);		/* null: all */
int setvbuf(FILE *, char *, int how, size_t);
void setbuf(FILE *, char *);
int fileno(FILE *);

int printf(const char *, ...) __attribute__((format(__printf__, 1, 2)));
int fprintf(FILE *, const char *, ...) __attribute__((format(__printf__, 2, 3)));
int dprintf(int fd, const char *, ...) __attribute__((format(__printf__, 2, 3)));
int sprintf(char *, const char *, ...) __attribute__((format(__printf__, 2, 3)));
int snprintf(char *, size_t, const char *, ...) __attribute__((format(__printf__, 3, 4)));
int asprintf(char **, const char *, ...) __attribute__((format(__printf__, 2, 3)));
int vprintf(const char *, va_list) __attribute__((format(__printf__, 1, 0)));
int vfprintf(FILE *, const char *, va_list) __attribute__((format(__printf__, 2, 0)));
int vdprintf(int fd, const char *, va_list) __attribute__((format(__printf__, 2, 0)));
int vsprintf(char *, const char *, va_list) __attribute__((format(__printf__, 2, 0)));
int vsnprintf(char *, size_t, const char *, va_list) __attribute__((format(__printf__, 3, 0)));
int vasprintf(char **, const char *, va_list) __attribute__((format(__printf__, 2, 0)));
int puts(const char *);
int putchar(int);
int fputs(const char *, FILE *);
int fputc(int, FILE *);
#define putc(c, f)	fputc(c, f)
size_t fwrite(const void *, size_t size, size_t n, FILE *);
void perror(const char *);

int scanf(const char *, ...) __attribute__((format(__scanf__, 1, 2)));
int fscanf(FILE *, const char *, ...) __attribute__((format(__scanf__, 2, 3)));
int sscanf(const char *, const char *, ...) __attribute__((format(__scanf__, 2, 3)));
int vscanf(const char *, va_list) __attribute__((format(__scanf__, 1, 0)));
int vfscanf(FILE *, const char *, va_list) __attribute__((format(__scanf__, 2, 0)));
int vsscanf(const char *, const char *, va_list) __attribute__((format(__scanf__, 2, 0)));
int getchar(void);
int fgetc(FILE *);
#define getc(f)	fgetc(f)
int ungetc(int, FILE *);
char *fgets(char *, int n, FILE *);
ssize_t getline(char **, size_t *, FILE *);
ssize_t getdelim(char **, size_t *, int end, FILE *);
size_t fread(void *, size_t size, size_t n, FILE *);

int fseek(FILE *, long, int whence);
int fseeko(FILE *, off_t, int whence);
long ftell(FILE *);
off_t ftello(FILE *);
void rewind(FILE *);
int fgetpos(FILE *restrict, fpos_t *restrict);
int fsetpos(FILE *, const fpos_t *);
int feof(FILE *);
int ferror(FILE *);
void clearerr(FILE *);
int remove(const char *path);
int rename(const char *path, const char *new_path);
