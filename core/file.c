/* SPDX-License-Identifier: MIT */
/*
 * file.c: descriptors and open files.  Invariant: a file's count is the
 * number of descriptors that name it, plus what running calls hold.
 * Lock: the table of a group of activations has the group's; a process's own
 * needs none.  Counts are atomic.
 */
#include "tmpfs.h"
#include "lib/string.h"

#define BIT(fd)	((uint32_t)1 << (fd))

static struct pool files = POOL(struct file);

struct file *file_new(const struct file_ops *ops, int flags)
{
	struct file *f = pool_alloc(&files);
	int mode = flags & O_ACCMODE;

	if (f)
		*f = (struct file){ .ref = 1, .flags = flags, .reads = mode != O_WRONLY, .writes = mode != O_RDONLY, .ops = ops };
	return f;
}

struct file *file_get(struct file *f)
{
	count_add(&f->ref, 1, __ATOMIC_RELAXED);
	return f;
}

static __attribute__((noinline)) void end(struct file *f)
{
	f->ops->close(f);
	if (f->inode)
		inode_put(f->inode);
	pool_free(&files, f);
}

void file_put(struct file *f)
{
	if (count_add(&f->ref, -1, __ATOMIC_ACQ_REL) == 1)
		end(f);
}

/* The table is its process's own, or a group's. */
static void table_lock(void)
{
	if (cur()->group)
		lock(group_lock(cur()));
}

static void table_unlock(void)
{
	if (cur()->group)
		unlock(group_lock(cur()));
}

struct file *fd_file(word fd)
{
	struct file *f;

	if (fd >= FD_N)
		return NULL;
	if (!cur()->group)
		return cur()->files->fd[fd];
	table_lock();
	f = cur()->files->fd[fd];
	if (f)
		file_get(f);
	table_unlock();
	return f;
}

void fd_done(struct file *f)
{
	if (cur()->group && f)
		file_put(f);
}

/* Put f, which may be null, in the place of what is there; that, if its descriptor is open, as only then. */
static struct file *exchange(word fd, struct file *f, bool only_open)
{
	struct files *table = cur()->files;
	struct file *old;

	table_lock();
	old = table->fd[fd];
	if (old || !only_open)
		table->fd[fd] = f;
	if (table->shut)
		table->shut &= ~BIT(fd);
	table_unlock();
	return old;
}

bool fd_room(void)
{
	const struct files *table = cur()->files;
	int fd = 0;

	while (fd < FD_N && table->fd[fd])
		fd++;
	return fd < FD_N;
}

/* As fd_add, but none below `first'. */
static intptr_t add_from(word first, struct file *f, bool shut)
{
	struct files *table = cur()->files;

	table_lock();
	for (word fd = first; fd < FD_N; fd++)
		if (!table->fd[fd]) {
			table->fd[fd] = f;
			if (shut)
				table->shut |= BIT(fd);
			table_unlock();
			return (intptr_t)fd;
		}
	table_unlock();
	file_put(f);
	return -EMFILE;
}

intptr_t fd_add(struct file *f, int flags)
{
	return add_from(0, f, flags & O_CLOEXEC);
}

word sys_close(word fd)
{
	struct file *f = fd < FD_N ? exchange(fd, NULL, true) : NULL;

	if (!f)
		return -EBADF;
	file_put(f);
	return 0;
}

/*
 * A program that fills its memory by itself: a small buffer is to be there as a whole before anything moves,
 * so that a page that is missing begins the call again, instead of making it short.  0 or -ERESTART.
 */
static __attribute__((noinline)) int ready(va_t at, size_t n, unsigned want)
{
	enum { AHEAD = 4 * PGSIZE };
	struct space *s = cur()->space;
	va_t end = at + (n < AHEAD ? n : AHEAD);
	int err = 0;

	for (; at < end && !err; at = PG_DOWN(at) + PGSIZE) {
		lock(&s->lock);
		vm_reach(s, at, want, &err);
		unlock(&s->lock);
	}
	return err == -ERESTART ? err : 0;
}

/* Of one whose table is a group's, or who fills its memory by itself: nothing quick is open. */
static struct file *const none[FD_N];

void files_quick(struct proc *p)
{
	bool plain = !p->group && !(upcall_armed(p) >> UPCALL_PAGE & 1);

	__c11_atomic_store(&p->quick, plain ? p->files->fd : none, __ATOMIC_RELAXED);
}

static inline struct file *quick(word fd)
{
	return fd < FD_N ? __c11_atomic_load(&cur()->quick, __ATOMIC_RELAXED)[fd] : NULL;
}

/* at: null, or where in a regular file. */
static __attribute__((noinline)) intptr_t move_late(word fd, va_t buf, size_t n, bool out, const word *at)
{
	struct file *f = fd_file(fd);
	bool watch = cur()->up.events >> UPCALL_PAGE & 1;
	intptr_t r = -EBADF;

	if (f && (out ? file_writes(f) : file_reads(f))) {
		if (at && f->ops != &data_ops)
			r = -ESPIPE;
		else if (!n)
			r = 0;
		else if (watch && ready(buf, n, out ? P_R : P_W))
			r = -ERESTART;
		else if (at)
			r = data_move(f, buf, n, *at, out);
		else
			r = (out ? f->ops->write : f->ops->read)(f, buf, n < IO_MAX ? n : IO_MAX);
	}
	fd_done(f);
	return r;
}

word sys_read(word fd, word buf, word n)
{
	struct file *f = quick(fd);

	if (f && file_reads(f) && n - 1 < IO_MAX)
		return f->ops->read(f, buf, n);
	return move_late(fd, buf, n, false, NULL);
}

word sys_write(word fd, word buf, word n)
{
	struct file *f = quick(fd);

	if (f && file_writes(f) && n - 1 < IO_MAX)
		return f->ops->write(f, buf, n);
	return move_late(fd, buf, n, true, NULL);
}

word sys_pread(word fd, word buf, word n, word at)
{
	return (intptr_t)at < 0 ? (word)-EINVAL : (word)move_late(fd, buf, n, false, &at);
}

word sys_pwrite(word fd, word buf, word n, word at)
{
	return (intptr_t)at < 0 ? (word)-EINVAL : (word)move_late(fd, buf, n, true, &at);
}

word sys_lseek(word fd, word off, word whence)
{
	struct file *f = fd_file(fd);
	intptr_t r = -EBADF;

	if (f)
		r = f->ops == &data_ops ? data_seek(f, off, whence) : f->ops == &tree_ops ? tree_seek(f, off, whence) : -ESPIPE;
	fd_done(f);
	return r;
}

word sys_dup(word fd)
{
	struct file *f = fd_file(fd);
	intptr_t r = f ? fd_add(file_get(f), 0) : -EBADF;

	fd_done(f);
	return r;
}

word sys_dup2(word fd, word to)
{
	struct file *f = fd_file(fd), *old = NULL;
	intptr_t r = f && to < FD_N ? (intptr_t)to : -EBADF;

	if (r >= 0 && to != fd)
		old = exchange(to, file_get(f), false);
	if (old)
		file_put(old);
	fd_done(f);
	return r;
}

/* Is it one that exec closes, and from now on?  How: that, or -1 to ask.  -EBADF: another activation has closed it. */
static intptr_t keep_or_shut(const struct file *f, word fd, int how)
{
	struct files *table = cur()->files;
	intptr_t r = -EBADF;

	table_lock();
	if (table->fd[fd] == f) {
		r = table->shut >> fd & 1;
		if (how >= 0)
			table->shut = (table->shut & ~BIT(fd)) | (uint32_t)how << fd;
	}
	table_unlock();
	return r;
}

/* The flags that may change are all given: who changes them at the same time changes them wholly, too. */
static int set_flags(struct file *f, int to)
{
	enum { MAY = O_APPEND | O_NONBLOCK };

	__c11_atomic_store(&f->flags, (file_flags(f) & ~MAY) | (to & MAY), __ATOMIC_RELAXED);
	if (f->ops == &pipe_ops)
		pipe_flags(f);
	return 0;
}

static intptr_t control(struct file *f, word fd, word what, word arg)
{
	intptr_t r;

	switch (what) {
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
		return arg < FD_N ? add_from(arg, file_get(f), what == F_DUPFD_CLOEXEC) : -EINVAL;
	case F_GETFD:
		return keep_or_shut(f, fd, -1);
	case F_SETFD:
		r = keep_or_shut(f, fd, arg & FD_CLOEXEC);
		return r < 0 ? r : 0;
	case F_GETFL:
		return file_flags(f) & (O_ACCMODE | O_APPEND | O_NONBLOCK);
	case F_SETFL:
		return set_flags(f, (int)arg);
	default:
		return -EINVAL;
	}
}

word sys_fcntl(word fd, word what, word arg)
{
	struct file *f = fd_file(fd);
	intptr_t r = f ? control(f, fd, what, arg) : -EBADF;

	fd_done(f);
	return r;
}

void files_shut(void)
{
	const struct files *table = cur()->files;

	for (word fd = 0; table->shut; fd++)
		if (table->shut & BIT(fd))
			sys_close(fd);
}

word sys_fstat(word fd, word info)
{
	struct file *f = fd_file(fd);
	struct file_info i = { 0 };

	if (!f)
		return -EBADF;
	f->ops->stat(f, &i);
	i.type = f->ops->kind;
	fd_done(f);
	return vm_copyout(cur()->space, info, &i, sizeof(i));
}
