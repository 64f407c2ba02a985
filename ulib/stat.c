/* SPDX-License-Identifier: MIT */
/* stat.c: POSIX's view of struct file_info. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yoke.h>

int fstat(int fd, struct stat *st)
{
	static const mode_t mode[] = {
		[FILE_REGULAR] = S_IFREG | 0755, [FILE_CONSOLE] = S_IFCHR | 0600, [FILE_PIPE] = S_IFIFO | 0600,
	};
	struct file_info info;

	if (fileinfo(fd, &info) < 0)
		return -1;
	st->st_mode = mode[info.type];
	st->st_nlink = info.links;
	st->st_size = info.size;
	return 0;
}

int stat(const char *path, struct stat *st)
{
	int fd = open(path, O_RDONLY), r;

	if (fd < 0)
		return -1;
	r = fstat(fd, st);
	close(fd);
	return r;
}

int isatty(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISCHR(st.st_mode);
}
