/* SPDX-License-Identifier: MIT */
/* sys/stat.h */
#pragma once
#include <sys/types.h>

struct stat {
	mode_t st_mode;
	unsigned st_nlink;
	off_t st_size;
};

#define S_IFMT		0170000
#define S_IFREG		0100000
#define S_IFCHR		0020000
#define S_IFIFO		0010000
#define S_ISREG(m)	(((m) & S_IFMT) == S_IFREG)
#define S_ISCHR(m)	(((m) & S_IFMT) == S_IFCHR)
#define S_ISFIFO(m)	(((m) & S_IFMT) == S_IFIFO)
#define S_ISDIR(m)	0

int fstat(int fd, struct stat *);
int stat(const char *path, struct stat *);
