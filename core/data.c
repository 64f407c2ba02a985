/* SPDX-License-Identifier: MIT */
/*
 * data.c: the bytes of a file.  They are an object's pages, which mappings
 * share: reading, writing and running a file all meet in the same pages.
 *
 * Invariant: a file's object holds at least `size` bytes, and write() never
 * wrote those past it.  A shared mapping may have: a file that grows takes
 * them for zeros first (reveal).  Truncation gives the file a new object, and
 * whoever maps the old one keeps that, with the bytes that were cut off
 * (H41); who maps it shared goes on sharing what was not.
 * Lock: the inode's, also while user memory is copied.
 */
#include "tmpfs.h"
#include "lib/string.h"

struct quota data_quota = { .most = SIZE_MAX };

static size_t pages(size_t bytes) { return (bytes + PGSIZE - 1) >> PGSHIFT; }

/* From *pos on, which moves.  => inode locked */
static inline __attribute__((always_inline)) intptr_t get(struct inode *i, size_t *pos, va_t to, size_t n)
{
	size_t done = 0;
	int err = 0;

	if (*pos >= i->size)
		n = 0;
	else if (n > i->size - *pos)
		n = i->size - *pos;
	while (done < n) {
		struct page *pg = obj_page(i->obj, *pos >> PGSHIFT);
		size_t len = user_run(to + done, user_run(*pos, n - done));

		err = pg ? vm_copyout(cur()->space, to + done, (char *)pg_kva(pg) + *pos % PGSIZE, len) : -ENOMEM;
		if (err)
			break;
		*pos += len;
		done += len;
	}
	return done ? (intptr_t)done : err;
}

static intptr_t data_read(struct file *f, va_t to, size_t n)
{
	struct inode *i = f->inode;
	intptr_t r;

	lock(&i->lock);
	r = get(i, &f->pos, to, n);
	unlock(&i->lock);
	return r;
}

/* One run of bytes, within a page of the file and of the user's.  => inode locked */
static int put_run(struct inode *i, size_t pos, va_t from, size_t len)
{
	struct page *pg = obj_page(i->obj, pos >> PGSHIFT);
	char *to;
	int err;

	if (!pg)
		return -ENOSPC;
	to = (char *)pg_kva(pg) + pos % PGSIZE;
	err = vm_copyin(cur()->space, to, from, len);
	if (!err)
		mmu_icache(to, len);	/* somebody may run it */
	return err;
}

/* The file is to grow up to a byte: what lies between is zero, whatever a mapping stored there.  => inode locked */
static void reveal(struct inode *i, size_t to)
{
	if (to > i->size && obj_stored(i->obj))
		obj_zero(i->obj, i->size, to);
}

/* From *pos on, which is FILE_MAX at most, and moves.  => inode locked */
static inline __attribute__((always_inline)) intptr_t put(struct inode *i, size_t *pos, va_t from, size_t n)
{
	size_t done = 0;
	int err;

	if (n > FILE_MAX - *pos)
		n = FILE_MAX - *pos;
	err = n ? obj_grow(i->obj, pages(*pos + n)) : -EFBIG;
	if (!err)
		reveal(i, *pos);
	while (!err && done < n) {
		size_t len = user_run(from + done, user_run(*pos, n - done));

		err = put_run(i, *pos, from + done, len);
		if (err)
			break;
		*pos += len;
		done += len;
		if (i->size < *pos)
			i->size = *pos;
	}
	return done ? (intptr_t)done : err;
}

static intptr_t data_write(struct file *f, va_t from, size_t n)
{
	struct inode *i = f->inode;
	intptr_t r;

	lock(&i->lock);
	if (file_flags(f) & O_APPEND)
		f->pos = i->size;
	r = put(i, &f->pos, from, n);
	unlock(&i->lock);
	return r;
}

intptr_t data_move(struct file *f, va_t user, size_t n, size_t at, bool out)
{
	struct inode *i = f->inode;
	intptr_t r;

	if (at > FILE_MAX)
		return out ? -EFBIG : 0;
	lock(&i->lock);
	r = out ? put(i, &at, user, n) : get(i, &at, user, n);
	unlock(&i->lock);
	return r;
}

intptr_t data_seek(struct file *f, intptr_t off, word whence)
{
	struct inode *i = f->inode;
	intptr_t pos = -EINVAL;

	lock(&i->lock);
	if (whence <= SEEK_END && off >= -FILE_MAX && off <= FILE_MAX) {
		pos = off + (whence == SEEK_CUR ? f->pos : whence == SEEK_END ? i->size : 0);
		if (pos < 0 || pos > FILE_MAX)
			pos = -EINVAL;
		else
			f->pos = pos;
	}
	unlock(&i->lock);
	return pos;
}

/* Make it shorter.  => inode locked */
static int cut(struct inode *i, size_t size)
{
	struct object *new = size ? obj_cut(i->obj, size) : obj_new(0, NULL, 0), *old = i->obj;

	if (!new)
		return -ENOMEM;
	new->quota = &data_quota;
	lock(&tree_lock);
	i->obj = new;
	i->size = size;
	unlock(&tree_lock);
	obj_put(old);
	return 0;
}

int data_truncate(struct inode *i, size_t size)
{
	int err = 0;

	if (size > FILE_MAX)
		return -EFBIG;
	lock(&i->lock);
	if (size < i->size)
		err = cut(i, size);
	else if (size > i->size && !(err = obj_grow(i->obj, pages(size)))) {
		reveal(i, size);
		i->size = size;
	}
	unlock(&i->lock);
	return err;
}

word sys_ftruncate(word fd, word size)
{
	struct file *f = fd_file(fd);
	intptr_t r = -EBADF;

	if (f)
		r = f->ops != &data_ops || !file_writes(f) || (intptr_t)size < 0 ? -EINVAL : data_truncate(f->inode, size);
	fd_done(f);
	return r;
}

/* ---- for exec, mmap and the ramdisk ---- */

struct object *file_object(struct file *f, size_t *size, bool shared)
{
	struct inode *i = f->inode;
	struct object *obj;

	if (f->ops != &data_ops)
		return NULL;
	lock(&i->lock);
	obj = i->obj;
	obj_get(obj);
	if (shared)
		obj_shared(obj);		/* before the file can be cut again */
	*size = i->size;
	unlock(&i->lock);
	return obj;
}

int data_image(const char *path, const void *image, size_t size)
{
	struct object *obj = obj_new(pages(size), image, size);
	struct inode *i;
	struct at a;
	int err;

	if (!obj)
		return -ENOSPC;
	lock(&tree_lock);
	err = tree_walk(path, &a);
	if (!err)
		err = a.inode ? -EEXIST : a.slash ? -EISDIR : tree_create(&a, FILE_REGULAR, &i);
	unlock(&tree_lock);
	if (err) {
		obj_put(obj);
		return err;
	}
	obj->quota = &data_quota;
	obj_put(i->obj);
	i->obj = obj;
	i->size = size;
	return 0;
}

static void data_stat(struct file *f, struct file_info *info)
{
	inode_stat(f->inode, info);
}

static void data_close(struct file *f) { (void)f; }

const struct file_ops data_ops = { FILE_REGULAR, data_read, data_write, data_stat, data_close };
