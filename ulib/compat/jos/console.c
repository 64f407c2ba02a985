/* SPDX-License-Identifier: MIT */
/* console.c: printing, panics, and the keyboard. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "jos.h"
#include "inc/fd.h"

int vcprintf(const char *fmt, va_list ap)
{
	return peer_vprint(STDOUT_FILENO, fmt, ap);
}

int cprintf(const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vcprintf(fmt, ap);
	va_end(ap);
	return n;
}

int jos_vfprintf(int fd, const char *fmt, va_list ap)
{
	return peer_vprint(fd, fmt, ap);
}

int jos_fprintf(int fd, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = peer_vprint(fd, fmt, ap);
	va_end(ap);
	return n;
}

int jos_printf(const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vcprintf(fmt, ap);
	va_end(ap);
	return n;
}

int jos_vsnprintf(char *to, int n, const char *fmt, va_list ap)
{
	return to && n >= 1 ? peer_vsnprintf(to, n, fmt, ap) : -E_INVAL;
}

int jos_snprintf(char *to, int n, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	n = jos_vsnprintf(to, n, fmt, ap);
	va_end(ap);
	return n;
}

void _warn(const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	cprintf("[%08x] user warning in %s at %s:%d: ", sys_getenvid(), binaryname, file, line);
	va_start(ap, fmt);
	vcprintf(fmt, ap);
	va_end(ap);
	cprintf("\n");
}

_Noreturn void _panic(const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	cprintf("[%08x] user panic in %s at %s:%d: ", sys_getenvid(), binaryname, file, line);
	va_start(ap, fmt);
	vcprintf(fmt, ap);
	va_end(ap);
	cprintf("\n");
	peer_failed();
}

void breakpoint(void)
{
	cprintf("[%08x] breakpoint: JOS's monitor would take over; the environment ends\n", sys_getenvid());
	_exit(0);
}

/* A buffer that cannot be read ends the environment, as in JOS. */
void sys_cputs(const char *s, size_t n)
{
	if (n && write(STDOUT_FILENO, s, n) < 0)
		_panic(__FILE__, __LINE__, "sys_cputs: %p is no buffer of %lu bytes", s, (unsigned long)n);
}

void cputchar(int c)
{
	char byte = c;

	write(STDOUT_FILENO, &byte, 1);
}

int jos_getchar(void)
{
	unsigned char c;
	ssize_t n = read(STDIN_FILENO, &c, 1);

	return n < 0 ? -E_UNSPECIFIED : n == 0 ? -E_EOF : c;
}

int jos_iscons(int fd)
{
	return isatty(fd);
}

int jos_opencons(void)
{
	int fd = dup(STDOUT_FILENO);

	return fd < 0 ? -E_MAX_OPEN : fd;
}

char *jos_readline(const char *prompt)
{
	static char line[1024];
	int n = line_edit(prompt ? prompt : "", line, sizeof line);

	return n < 0 ? NULL : line;
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

int jos_fstat(int fd, struct Stat *st)
{
	struct file_info info;

	return told(peer_fstat(fd, &info), &info, st);
}

int jos_stat(const char *path, struct Stat *st)
{
	struct file_info info;

	return told(peer_stat(path, &info), &info, st);
}
