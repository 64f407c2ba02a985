/* SPDX-License-Identifier: MIT */
/* dir.c: directories, read a few entries at a time; and the working one. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yoke.h>

enum { BATCH = 16 };

struct dir {
	int fd;
	int next, n;			/* in entry[] */
	struct dir_entry entry[BATCH];
	struct dirent out;
};

DIR *fdopendir(int fd)
{
	struct file_info info;
	DIR *d;

	if (fileinfo(fd, &info) < 0)
		return NULL;
	if (info.type != FILE_DIR) {
		errno = ENOTDIR;
		return NULL;
	}
	d = malloc(sizeof *d);
	if (d) {
		d->fd = fd;
		d->next = d->n = 0;
	}
	return d;
}

DIR *opendir(const char *path)
{
	int fd = open(path, O_RDONLY);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (!d && fd >= 0)
		close(fd);
	return d;
}

struct dirent *readdir(DIR *d)
{
	static const unsigned char type[] = {
		[FILE_REGULAR] = DT_REG, [FILE_CONSOLE] = DT_CHR, [FILE_PIPE] = DT_FIFO, [FILE_DIR] = DT_DIR, [FILE_DEVICE] = DT_CHR,
	};
	const struct dir_entry *e;

	if (d->next == d->n) {
		d->next = 0;
		d->n = dirinfo(d->fd, d->entry, BATCH);
		if (d->n <= 0) {
			d->n = 0;
			return NULL;
		}
	}
	e = &d->entry[d->next++];
	d->out.d_ino = e->number;
	d->out.d_type = type[e->type];
	strcpy(d->out.d_name, e->name);
	return &d->out;
}

int closedir(DIR *d)
{
	int fd = d->fd;

	free(d);
	return close(fd);
}

void rewinddir(DIR *d)
{
	lseek(d->fd, 0, SEEK_SET);
	d->next = d->n = 0;
}

int dirfd(DIR *d)
{
	return d->fd;
}

char *getcwd(char *buf, size_t n)
{
	if (!buf) {
		char path[PATH_LEN];

		return cwdpath(path, sizeof path) < 0 ? NULL : strdup(path);
	}
	return cwdpath(buf, n) < 0 ? NULL : buf;
}

int truncate(const char *path, off_t size)
{
	int fd = open(path, O_WRONLY), r;

	if (fd < 0)
		return -1;
	r = ftruncate(fd, size);
	close(fd);
	return r;
}
