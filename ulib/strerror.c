/* SPDX-License-Identifier: MIT */
/* strerror.c: what the error numbers mean.  Two short tables: every program that complains has them. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define ERRORS(X) \
	X(EPERM, "Not permitted") \
	X(ENOENT, "No such file or directory") \
	X(ESRCH, "No such process") \
	X(EINTR, "Interrupted") \
	X(EIO, "Input/output error") \
	X(ENXIO, "No such device") \
	X(E2BIG, "Arguments too long") \
	X(ENOEXEC, "Not a program for this machine") \
	X(EBADF, "Bad file descriptor") \
	X(ECHILD, "No child processes") \
	X(EAGAIN, "Try again") \
	X(ENOMEM, "Out of memory") \
	X(EACCES, "Permission denied") \
	X(EFAULT, "Bad address") \
	X(EBUSY, "Busy") \
	X(EEXIST, "File exists") \
	X(EXDEV, "Across file systems") \
	X(ENODEV, "Not of this device") \
	X(ENOTDIR, "Not a directory") \
	X(EISDIR, "Is a directory") \
	X(EINVAL, "Invalid argument") \
	X(ENFILE, "Too many open files in the system") \
	X(EMFILE, "Too many open files") \
	X(ENOTTY, "Not a terminal") \
	X(EFBIG, "File too large") \
	X(ENOSPC, "No space left") \
	X(ESPIPE, "Cannot seek") \
	X(EROFS, "Read-only file") \
	X(EMLINK, "Too many links") \
	X(EPIPE, "Broken pipe") \
	X(ERANGE, "Result out of range") \
	X(ENAMETOOLONG, "Name too long") \
	X(ENOSYS, "No such system call") \
	X(EOPNOTSUPP, "Not supported") \
	X(ETIMEDOUT, "Timed out") \
	X(EDEADLK, "Would wait for ever") \
	X(EDOM, "Argument out of domain") \
	X(EILSEQ, "No character") \
	X(ELOOP, "Too many symbolic links") \
	X(ENOLCK, "No locks left") \
	X(EOVERFLOW, "Value too large") \
	X(ETXTBSY, "Program is running") \
	X(ENOTEMPTY, "Directory not empty")

#define NUMBER(e, s)	e,
#define TEXT(e, s)	s,
static const unsigned char number[] = { ERRORS(NUMBER) };
static const char *const text[] = { ERRORS(TEXT) };

char *strerror(int e)
{
	if (!e)
		return (char *)"No error";
	for (unsigned i = 0; i < sizeof number; i++)
		if (number[i] == e)
			return (char *)text[i];
	return (char *)"Unknown error";
}

int strerror_r(int e, char *to, size_t n)
{
	return strlcpy(to, strerror(e), n) < n ? 0 : ERANGE;
}

void perror(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
}
