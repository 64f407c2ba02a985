/* SPDX-License-Identifier: MIT */
/* exec.c: programs by name, and with the environment as it is. */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <yoke.h>

enum { WORDS = 128 };			/* more the kernel does not take */

int execv(const char *path, char *const argv[])
{
	return execve(path, argv, environ_now());
}

pid_t spawn(const char *path, char *const argv[], const int fd[3])
{
	return spawnve(path, argv, fd, environ_now());
}

/* name in a directory whose own name has n bytes; none: in the working directory.  False: it is too long. */
static bool join(char path[PATH_LEN], const char *dir, size_t n, const char *name)
{
	if (n + strlen(name) + 2 > PATH_LEN) {
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(path, dir, n);
	path[n] = '/';
	strcpy(path + n + (n > 0), name);
	return true;
}

/* No program: a script of the shell's, as POSIX has it.  Apart, so that who runs programs has no room for its arguments. */
static __attribute__((noinline)) int run_script(const char *path, char *const argv[], char *const envp[])
{
	char *words[WORDS] = { "sh", (char *)path };
	int n = 0;

	while (n < WORDS - 1 && argv[n])
		n++;
	if (argv[n]) {
		errno = E2BIG;
		return -1;
	}
	if (n)
		memcpy(words + 2, argv + 1, n * sizeof *argv);
	return execve("/bin/sh", words, envp);
}

static int run(const char *path, char *const argv[], char *const envp[])
{
	execve(path, argv, envp);
	return errno == ENOEXEC ? run_script(path, argv, envp) : -1;
}

/* In the directories of $PATH, one after the other.  EACCES, if one of them has it and it cannot be run. */
int execvpe(const char *name, char *const argv[], char *const envp[])
{
	const char *dir = getenv("PATH");
	char path[PATH_LEN];
	int err = 0;
	size_t n;

	if (!*name || strchr(name, '/'))
		return run(name, argv, envp);
	for (dir = dir ? dir : "/bin"; ; dir += n + 1) {
		n = strcspn(dir, ":");
		if (join(path, dir, n, name))
			run(path, argv, envp);
		if (errno != ENOENT && errno != ENOTDIR && errno != EACCES && errno != ENAMETOOLONG)
			return -1;
		err = errno == EACCES || !err ? errno : err;
		if (!dir[n])
			break;
	}
	errno = err;
	return -1;
}

int execvp(const char *name, char *const argv[])
{
	return execvpe(name, argv, environ_now());
}

/* Words up to a null, in an array of WORDS.  -1: more. */
static int gather(char **argv, const char *arg, va_list *ap)
{
	for (int i = 0; i < WORDS; i++, arg = va_arg(*ap, const char *))
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
	r = gather(argv, arg, &ap);
	va_end(ap);
	return r < 0 ? r : execv(path, argv);
}

/* The environment comes after the null. */
int execle(const char *path, const char *arg, ...)
{
	char *argv[WORDS], *const *envp = NULL;
	va_list ap;
	int r;

	va_start(ap, arg);
	r = gather(argv, arg, &ap);
	if (r == 0)
		envp = va_arg(ap, char *const *);
	va_end(ap);
	return r < 0 ? r : execve(path, argv, envp);
}

int execlp(const char *name, const char *arg, ...)
{
	char *argv[WORDS];
	va_list ap;
	int r;

	va_start(ap, arg);
	r = gather(argv, arg, &ap);
	va_end(ap);
	return r < 0 ? r : execvp(name, argv);
}
