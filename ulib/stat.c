/* SPDX-License-Identifier: MIT */
/* stat.c: POSIX's view of struct file_info. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yoke.h>

static void show(struct stat *st, const struct file_info *info)
{
	static const mode_t mode[] = {
		[FILE_REGULAR] = S_IFREG | 0755, [FILE_CONSOLE] = S_IFCHR | 0600, [FILE_PIPE] = S_IFIFO | 0600,
		[FILE_DIR] = S_IFDIR | 0755, [FILE_DEVICE] = S_IFCHR | 0666,
	};

	*st = (struct stat){
		.st_mode = mode[info->type], .st_nlink = info->links, .st_size = info->size, .st_ino = info->number,
		.st_dev = 1, .st_rdev = info->device, .st_blksize = 4096, .st_blocks = (info->size + 511) / 512,
	};
}

int fstat(int fd, struct stat *st)
{
	struct file_info info;

	if (fileinfo(fd, &info) < 0)
		return -1;
	show(st, &info);
	return 0;
}

int stat(const char *path, struct stat *st)
{
	struct file_info info;

	if (pathinfo(path, &info) < 0)
		return -1;
	show(st, &info);
	return 0;
}

/* There are no symbolic links. */
int lstat(const char *path, struct stat *st)
{
	return stat(path, st);
}

int mknod(const char *path, mode_t mode, dev_t device)
{
	int fd;

	if (S_ISCHR(mode))
		return makenode(path, device);
	if (mode & S_IFMT && !S_ISREG(mode)) {
		errno = EINVAL;
		return -1;
	}
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL);
	return fd < 0 ? -1 : close(fd);
}

/* Everybody may do everything to what is there. */
int access(const char *path, int mode)
{
	struct file_info info;

	(void)mode;
	return pathinfo(path, &info);
}

int isatty(int fd)
{
	struct file_info info;

	if (fileinfo(fd, &info) < 0)
		return 0;
	if (info.type != FILE_CONSOLE)
		errno = ENOTTY;
	return info.type == FILE_CONSOLE;
}
