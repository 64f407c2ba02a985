/* SPDX-License-Identifier: MIT */
/* files.c: the peers' file calls on the kernel's descriptors.  Errors are negative. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "peer.h"

enum { NEW_CREAT = 0x0100, NEW_TRUNC = 0x0200, NEW_EXCL = 0x0400, NEW_MKDIR = 0x0800 };

static int result(long r)
{
	return r < 0 ? -peer_error() : (int)r;
}

int peer_open(const char *path, int mode)
{
	int flags = mode & O_ACCMODE;

	if (mode & NEW_MKDIR)
		return -peer_numbers[ERR_NOT_SUPP];
	if (mode & NEW_CREAT)
		flags |= O_CREAT;
	if (mode & NEW_TRUNC)
		flags |= O_TRUNC;
	if (mode & NEW_EXCL)
		flags |= O_EXCL;
	return result(open(path, flags));
}

int peer_fstat(int fd, struct file_info *info)
{
	return result(fileinfo(fd, info));
}

int peer_stat(const char *path, struct file_info *info)
{
	int fd = peer_open(path, O_RDONLY), r;

	if (fd < 0)
		return fd;
	r = peer_fstat(fd, info);
	close(fd);
	return r;
}

int peer_close(int fd)
{
	return result(close(fd));
}

intptr_t peer_read(int fd, void *to, size_t n)
{
	return result(read(fd, to, n));
}

intptr_t peer_write(int fd, const void *from, size_t n)
{
	return result(write(fd, from, n));
}

intptr_t peer_readn(int fd, void *to, size_t n)
{
	size_t got = 0;
	intptr_t k;

	while (got < n && (k = peer_read(fd, (char *)to + got, n - got)) != 0) {
		if (k < 0)
			return k;
		got += k;
	}
	return got;
}

int peer_seek(int fd, long offset)
{
	return lseek(fd, offset, SEEK_SET) < 0 ? result(-1) : 0;
}

int peer_dup(int fd, int to)
{
	return result(dup2(fd, to));
}

int peer_pipe(int fd[2])
{
	return result(pipe(fd));
}

void peer_close_all(void)
{
	for (int fd = 0; fd < PEER_LINE; fd++)
		close(fd);
}
