/* SPDX-License-Identifier: MIT */
/*
 * file.c: descriptors and open files.  Invariant: a file's count is the
 * number of descriptors that name it, plus what the running call holds.
 * Lock: none; the count is atomic, the table is its process's own.
 */
#include "file.h"
#include "lib/string.h"

static struct pool files = POOL(struct file);

struct file *file_new(const struct file_ops *ops, int flags)
{
	struct file *f = pool_alloc(&files);

	if (f)
		*f = (struct file){ .ref = 1, .flags = flags, .ops = ops };
	return f;
}

struct file *file_get(struct file *f)
{
	__c11_atomic_fetch_add(&f->ref, 1, __ATOMIC_RELAXED);
	return f;
}

void file_put(struct file *f)
{
	if (__c11_atomic_fetch_sub(&f->ref, 1, __ATOMIC_ACQ_REL) != 1)
		return;
	f->ops->close(f);
	pool_free(&files, f);
}

struct file *fd_file(word fd)
{
	return fd < FD_N ? cur()->fd[fd] : NULL;
}

intptr_t fd_add(struct file *f)
{
	struct file **table = cur()->fd;

	for (int fd = 0; fd < FD_N; fd++)
		if (!table[fd]) {
			table[fd] = f;
			return fd;
		}
	file_put(f);
	return -EMFILE;
}

word sys_open(word path, word flags)
{
	char name[PATH_LEN];
	struct file *f;
	intptr_t err;

	if (flags & ~(word)(O_ACCMODE | O_CREAT | O_EXCL | O_TRUNC | O_APPEND) || (flags & O_ACCMODE) == O_ACCMODE)
		return -EINVAL;
	err = vm_copystr(cur()->space, name, path, sizeof(name));
	if (err >= 0)
		err = ramfs_open(name, flags, &f);
	return err ? err : fd_add(f);
}

word sys_close(word fd)
{
	struct file *f = fd_file(fd);

	if (!f)
		return -EBADF;
	cur()->fd[fd] = NULL;
	file_put(f);
	return 0;
}

word sys_read(word fd, word buf, word n)
{
	struct file *f = fd_file(fd);

	if (!f || !file_reads(f))
		return -EBADF;
	return n ? f->ops->read(f, buf, n < IO_MAX ? n : IO_MAX) : 0;
}

word sys_write(word fd, word buf, word n)
{
	struct file *f = fd_file(fd);

	if (!f || !file_writes(f))
		return -EBADF;
	return n ? f->ops->write(f, buf, n < IO_MAX ? n : IO_MAX) : 0;
}

word sys_lseek(word fd, word off, word whence)
{
	struct file *f = fd_file(fd);

	if (!f)
		return -EBADF;
	return f->ops->kind == FILE_REGULAR ? ramfs_seek(f, off, whence) : -ESPIPE;
}

word sys_dup(word fd)
{
	struct file *f = fd_file(fd);

	return f ? fd_add(file_get(f)) : -EBADF;
}

word sys_dup2(word fd, word to)
{
	struct file *f = fd_file(fd), *old;

	if (!f || to >= FD_N)
		return -EBADF;
	if (to == fd)
		return to;
	old = cur()->fd[to];
	cur()->fd[to] = file_get(f);
	if (old)
		file_put(old);
	return to;
}

word sys_fstat(word fd, word info)
{
	struct file *f = fd_file(fd);
	struct file_info i = { 0 };

	if (!f)
		return -EBADF;
	i.type = f->ops->kind;
	f->ops->stat(f, &i);
	return vm_copyout(cur()->space, info, &i, sizeof(i));
}
