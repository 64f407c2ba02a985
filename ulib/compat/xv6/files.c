/* SPDX-License-Identifier: MIT */
/*
 * files.c: xv6's file calls.  Its kernel cuts names off after DIRSIZ bytes,
 * unlinks empty directories, reads directories as arrays of struct dirent,
 * and refuses to write behind a file's end.
 *
 * A program's pointer may be a wild one, which xv6's kernel refuses: nothing
 * here is read through it before this kernel has.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yoke.h>
#include "xv6.h"

typedef unsigned short ushort;
#include "include/kernel/fs.h"

/* The path with its names cut off.  Null: it cannot be read, or is too long. */
static const char *cut(char to[PATH_LEN], const char *path)
{
	struct file_info info;
	size_t at = 0, name = 0;

	if ((pathinfo(path, &info) < 0 && errno == EFAULT) || strnlen(path, PATH_LEN) == PATH_LEN)
		return NULL;
	for (; *path; path++) {
		name = *path == '/' ? 0 : name + 1;
		if (name <= DIRSIZ)
			to[at++] = *path;
	}
	to[at] = 0;
	return to;
}

int xv6_open(const char *path, int flags)
{
	char to[PATH_LEN];

	return cut(to, path) ? open(to, flags) : -1;
}

int xv6_mkdir(const char *path)
{
	char to[PATH_LEN];

	return cut(to, path) ? mkdir(to, 0) : -1;
}

int xv6_chdir(const char *path)
{
	char to[PATH_LEN];

	return cut(to, path) ? chdir(to) : -1;
}

int xv6_mknod(const char *path, short major, short minor)
{
	char to[PATH_LEN];

	(void)minor;
	return cut(to, path) ? makenode(to, (unsigned short)major) : -1;
}

int xv6_unlink(const char *path)
{
	char to[PATH_LEN];
	int r;

	if (!cut(to, path))
		return -1;
	r = unlink(to);
	return r < 0 && errno == EISDIR ? rmdir(to) : r;
}

int xv6_link(const char *path, const char *new_path)
{
	char from[PATH_LEN], to[PATH_LEN];

	return cut(from, path) && cut(to, new_path) ? link(from, to) : -1;
}

/* ---- bytes ---- */

static int read_entries(int fd, struct dirent *to, int n)
{
	struct dir_entry e;
	int i;

	for (i = 0; i < n && dirinfo(fd, &e, 1) == 1; i++) {
		to[i].inum = (ushort)e.number;
		strncpy(to[i].name, e.name, DIRSIZ);
	}
	return i * (int)sizeof *to;
}

int xv6_read(int fd, void *to, int n)
{
	int r = read(fd, to, n);

	return r < 0 && errno == EISDIR ? read_entries(fd, to, n / (int)sizeof(struct dirent)) : r;
}

static int behind_end(int fd)
{
	struct file_info info;
	off_t pos = lseek(fd, 0, SEEK_CUR);

	return pos > 0 && fileinfo(fd, &info) == 0 && info.type == FILE_REGULAR && (uint64_t)pos > info.size;
}

int xv6_write(int fd, const void *from, int n)
{
	return behind_end(fd) ? -1 : write(fd, from, n);
}

/* ---- what there is ---- */

/* Into xv6's struct stat; a pipe has none. */
static int show(const struct file_info *info, struct xv6_stat *st)
{
	enum { T_DIR = 1, T_FILE, T_DEVICE };

	if (info->type == FILE_PIPE)
		return -1;
	*st = (struct xv6_stat){
		.dev = 1, .ino = info->number, .nlink = (short)info->links, .size = info->size,
		.type = info->type == FILE_REGULAR ? T_FILE : info->type == FILE_DIR ? T_DIR : T_DEVICE,
	};
	return 0;
}

int xv6_fstat(int fd, struct xv6_stat *st)
{
	struct file_info info;

	return fileinfo(fd, &info) < 0 ? -1 : show(&info, st);
}

int xv6_stat(const char *path, struct xv6_stat *st)
{
	struct file_info info;
	char to[PATH_LEN];

	return !cut(to, path) || pathinfo(to, &info) < 0 ? -1 : show(&info, st);
}
