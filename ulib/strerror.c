/* SPDX-License-Identifier: MIT */
/* strerror.c: what the error numbers mean. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char *const text[] = {
	[0] = "No error",
	[EPERM] = "Not permitted",
	[ENOENT] = "No such file or directory",
	[ESRCH] = "No such process",
	[EINTR] = "Interrupted",
	[EIO] = "Input/output error",
	[ENXIO] = "No such device",
	[E2BIG] = "Arguments too long",
	[ENOEXEC] = "Not a program for this machine",
	[EBADF] = "Bad file descriptor",
	[ECHILD] = "No child processes",
	[EAGAIN] = "Too many processes",
	[ENOMEM] = "Out of memory",
	[EACCES] = "Permission denied",
	[EFAULT] = "Bad address",
	[EBUSY] = "Busy",
	[EEXIST] = "File exists",
	[EXDEV] = "Across file systems",
	[ENODEV] = "Not of this device",
	[ENOTDIR] = "Not a directory",
	[EISDIR] = "Is a directory",
	[EINVAL] = "Invalid argument",
	[ENFILE] = "Too many open files in the system",
	[EMFILE] = "Too many open files",
	[ENOTTY] = "Not a terminal",
	[EFBIG] = "File too large",
	[ENOSPC] = "No space left",
	[ESPIPE] = "Cannot seek",
	[EROFS] = "Read-only file",
	[EMLINK] = "Too many links",
	[EPIPE] = "Broken pipe",
	[ERANGE] = "Result out of range",
	[ENAMETOOLONG] = "Name too long",
	[ENOSYS] = "No such system call",
	[EOPNOTSUPP] = "Not supported",
	[ETIMEDOUT] = "Timed out",
	[ENOTEMPTY] = "Directory not empty",
};

char *strerror(int e)
{
	const char *s = e >= 0 && e < (int)(sizeof text / sizeof *text) ? text[e] : NULL;

	return (char *)(s ? s : "Unknown error");
}

int strerror_r(int e, char *to, size_t n)
{
	return strlcpy(to, strerror(e), n) < n ? 0 : ERANGE;
}

void perror(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
}
