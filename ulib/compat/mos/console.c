/* SPDX-License-Identifier: MIT */
/* console.c: printing, panics, the keyboard, and what MOS tells of files. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "mos.h"
#include "include/fd.h"

char *argv0;

static int print(int fd, const char *fmt, va_list ap)
{
	return peer_vprint(fd, fmt, ap);
}

/* The same function under several names. */
#define PRINTER(result, name, fd, last, ret, ...) \
	result name(__VA_ARGS__, ...) \
	{ \
		va_list ap; \
		int n; \
		va_start(ap, last); \
		n = print(fd, fmt, ap); \
		va_end(ap); \
		(void)n; \
		ret; \
	}
PRINTER(void, debugf, STDOUT_FILENO, fmt, return, const char *fmt)
PRINTER(void, writef, STDOUT_FILENO, fmt, return, const char *fmt)
PRINTER(int, mos_printf, STDOUT_FILENO, fmt, return n, const char *fmt)
PRINTER(int, mos_fprintf, fd, fmt, return n, int fd, const char *fmt)
PRINTER(int, fwritef, fd, fmt, return n, int fd, const char *fmt)

_Noreturn void _user_panic(const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	debugf("panic at %s:%d: ", file, line);
	va_start(ap, fmt);
	print(STDOUT_FILENO, fmt, ap);
	va_end(ap);
	debugf("\n");
	peer_failed();
}

_Noreturn void _user_halt(const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	debugf("halt at %s:%d: ", file, line);
	va_start(ap, fmt);
	print(STDOUT_FILENO, fmt, ap);
	va_end(ap);
	debugf("\n");
	peer_halt(0);
}

_Noreturn void syscall_panic(const char *msg)
{
	debugf("panic: %s\n", msg);
	peer_halt(1);
}

void syscall_putchar(int c)
{
	char byte = c;

	write(STDOUT_FILENO, &byte, 1);
}

int syscall_print_cons(const void *s, u_int n)
{
	return write(STDOUT_FILENO, s, n) < 0 ? -E_INVAL : 0;
}

int syscall_cgetc(void)
{
	unsigned char c;

	return read(STDIN_FILENO, &c, 1) == 1 ? c : 0;
}

int mos_opencons(void)
{
	int fd = dup(STDOUT_FILENO);

	return fd < 0 ? -E_MAX_OPEN : fd;
}

int mos_iscons(int fd)
{
	return isatty(fd);
}

static int told(int err, const struct file_info *info, struct Stat *st)
{
	if (err)
		return err;
	memset(st, 0, sizeof *st);
	strlcpy(st->st_name, info->name, sizeof st->st_name);
	st->st_size = info->size;
	st->st_isdir = info->type == FILE_DIR;
	return 0;
}

int mos_fstat(int fd, struct Stat *st)
{
	struct file_info info;

	return told(peer_fstat(fd, &info), &info, st);
}

int mos_stat(const char *path, struct Stat *st)
{
	struct file_info info;

	return told(peer_stat(path, &info), &info, st);
}

void user_bcopy(const void *from, void *to, size_t n)
{
	memmove(to, from, n);
}

void user_bzero(void *to, u_int n)
{
	memset(to, 0, n);
}
