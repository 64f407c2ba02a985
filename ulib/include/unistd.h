/* SPDX-License-Identifier: MIT */
/* unistd.h */
#pragma once
#include <sys/types.h>
#include "abi/yoke.h"		/* SEEK_* */

#define STDIN_FILENO	0
#define STDOUT_FILENO	1
#define STDERR_FILENO	2
#define _POSIX_VERSION	200809L

pid_t fork(void);
pid_t vfork(void) __attribute__((returns_twice));
pid_t getpid(void);
long syscall(long nr, ...);	/* any call by its number, SYS_* of abi/syscall.h */
pid_t getppid(void);
extern char **environ;		/* null: empty */
int execve(const char *path, char *const argv[], char *const envp[]);	/* E2BIG: more than 128 strings, or ARG_MAX bytes */
/* This and what follows: with environ; an empty one the kernel need not look at.  Inline: a child whose stack nothing is written to copies none of it. */
static inline char **environ_now(void) { return environ && *environ ? environ : NULL; }
extern inline __attribute__((gnu_inline, always_inline)) int execv(const char *path, char *const argv[])
{
	return execve(path, argv, environ_now());
}
int execvp(const char *name, char *const argv[]);	/* in the directories of $PATH, else in /bin, unless name has a slash; what is no program is a script of sh's */
int execvpe(const char *name, char *const argv[], char *const envp[]);
int execl(const char *path, const char *arg, ...);
int execlp(const char *name, const char *arg, ...);
int execle(const char *path, const char *arg, ...);	/* NULL, envp */
_Noreturn void _exit(int status);

int close(int fd);
ssize_t read(int fd, void *, size_t);
ssize_t write(int fd, const void *, size_t);
ssize_t pread(int fd, void *, size_t, off_t);		/* of regular files */
ssize_t pwrite(int fd, const void *, size_t, off_t);
off_t lseek(int fd, off_t, int whence);
int dup(int fd);
int dup2(int fd, int to);
int pipe(int fd[2]);
int unlink(const char *path);
int rmdir(const char *path);
int link(const char *path, const char *new_path);
int chdir(const char *path);
char *getcwd(char *, size_t);		/* null: into malloc's memory */
int ftruncate(int fd, off_t);
int truncate(const char *path, off_t);
int access(const char *path, int mode);	/* F_OK ...: is it there? */
enum { F_OK = 0, X_OK = 1, W_OK = 2, R_OK = 4 };
int isatty(int fd);

void *sbrk(intptr_t change);
int brk(void *end);
unsigned sleep(unsigned seconds);
int usleep(useconds_t);

int pause(void);		/* until a signal's handler has run: -1, EINTR */

/* There is one user, who may do everything. */
static inline uid_t getuid(void) { return 0; }
static inline uid_t geteuid(void) { return 0; }
static inline gid_t getgid(void) { return 0; }
static inline gid_t getegid(void) { return 0; }

/* Process groups; Yoke calls them jobs. */
int setpgid(pid_t, pid_t job);
pid_t getpgid(pid_t);
pid_t getpgrp(void);
int setpgrp(void);
int tcsetpgrp(int fd, pid_t job);	/* whose processes ctrl-C interrupts */
pid_t tcgetpgrp(int fd);

extern char *optarg;
extern int optind, opterr, optopt;
int getopt(int argc, char *const argv[], const char *options);

enum { _SC_PAGESIZE, _SC_PAGE_SIZE = _SC_PAGESIZE, _SC_PHYS_PAGES, _SC_AVPHYS_PAGES, _SC_NPROCESSORS_CONF,
       _SC_NPROCESSORS_ONLN, _SC_CLK_TCK, _SC_OPEN_MAX, _SC_ARG_MAX };
long sysconf(int name);
int getpagesize(void);
