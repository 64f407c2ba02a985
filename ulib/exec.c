/* SPDX-License-Identifier: MIT */
/* exec.c: programs by name. */
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

enum { WORDS = 128 };			/* more the kernel does not take */

int execvp(const char *name, char *const argv[])
{
	char path[PATH_LEN];

	if (strchr(name, '/'))
		return execv(name, argv);
	if (strlen(name) + sizeof "/bin/" > sizeof path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(path, "/bin/");
	strcpy(path + strlen(path), name);
	return execv(path, argv);
}

/* Words up to a null, in an array of WORDS.  -1: more. */
static int gather(char **argv, const char *arg, va_list ap)
{
	for (int i = 0; i < WORDS; i++, arg = va_arg(ap, const char *))
		if (!(argv[i] = (char *)arg))
			return 0;
	errno = E2BIG;
	return -1;
}

int execl(const char *path, const char *arg, ...)
{
	char *argv[WORDS];
	va_list ap;
	int r;

	va_start(ap, arg);
	r = gather(argv, arg, ap);
	va_end(ap);
	return r < 0 ? r : execv(path, argv);
}

int execlp(const char *name, const char *arg, ...)
{
	char *argv[WORDS];
	va_list ap;
	int r;

	va_start(ap, arg);
	r = gather(argv, arg, ap);
	va_end(ap);
	return r < 0 ? r : execvp(name, argv);
}
