/* SPDX-License-Identifier: MIT */
/*
 * sys/stat.h: there is one user, who may do everything, so nothing keeps modes:
 * what open, mkdir and mknod are told of them means nothing, and there is no
 * chmod and no umask.  Nor does anything keep times.
 */
#pragma once
#include <sys/types.h>

struct stat {
	dev_t st_dev, st_rdev;		/* st_rdev: a device's number */
	ino_t st_ino;
	mode_t st_mode;
	nlink_t st_nlink;
	uid_t st_uid;			/* 0, as st_gid */
	gid_t st_gid;
	off_t st_size;
	blksize_t st_blksize;
	blkcnt_t st_blocks;		/* of 512 bytes */
};

#define S_IFMT		0170000
#define S_IFDIR		0040000
#define S_IFREG		0100000
#define S_IFCHR		0020000
#define S_IFIFO		0010000
#define S_IFBLK		0060000	/* of these there are none */
#define S_IFLNK		0120000
#define S_IFSOCK	0140000
#define S_ISREG(m)	(((m) & S_IFMT) == S_IFREG)
#define S_ISDIR(m)	(((m) & S_IFMT) == S_IFDIR)
#define S_ISCHR(m)	(((m) & S_IFMT) == S_IFCHR)
#define S_ISFIFO(m)	(((m) & S_IFMT) == S_IFIFO)
#define S_ISBLK(m)	0
#define S_ISLNK(m)	0
#define S_ISSOCK(m)	0

#define S_ISUID	04000
#define S_ISGID	02000
#define S_ISVTX	01000
#define S_IRWXU	0700
#define S_IRUSR	0400
#define S_IWUSR	0200
#define S_IXUSR	0100
#define S_IRWXG	0070
#define S_IRGRP	0040
#define S_IWGRP	0020
#define S_IXGRP	0010
#define S_IRWXO	0007
#define S_IROTH	0004
#define S_IWOTH	0002
#define S_IXOTH	0001

int fstat(int fd, struct stat *);
int stat(const char *path, struct stat *);
int lstat(const char *path, struct stat *);
int mkdir(const char *path, mode_t);
int mknod(const char *path, mode_t, dev_t device);	/* S_IFCHR, S_IFREG */
