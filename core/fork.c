/* SPDX-License-Identifier: MIT */
/*
 * fork.c: new processes: fork, vfork, spawn.  Invariant: a process is started
 * when nothing can fail any more; before, whoever makes it takes it apart.
 */
#include "proc.h"
#include "lib/string.h"

static int new_space(struct proc *p, struct space *from, int strategy)
{
	struct space *s = space_new();
	int err;

	if (!s)
		return -ENOMEM;
	if (strategy == FORK_UPCALL)
		err = vm_exofork(s, from);
	else
		err = vm_fork(s, from, strategy - FORK_PAGE);	/* strategies are in the order of cuts */
	if (err < 0) {
		space_put(s);
		return err;
	}
	s->heap_lo = from->heap_lo;
	s->heap_hi = from->heap_hi;
	p->space = s;
	return 0;
}

/* What a child has of its parent, but for the space. */
static inline __attribute__((always_inline)) void inherit(struct proc *c, const struct proc *p)
{
	const struct files *from = p->files;

	if (p->group)
		lock(group_lock(p));
	for (int i = 0; i < FD_N; i++)
		c->own.fd[i] = from->fd[i] ? file_get(from->fd[i]) : NULL;
	c->own.shut = from->shut;
	if (p->group)
		unlock(group_lock(p));
	if (p->dir || p->group)
		c->dir = dir_get(p);
	memcpy(c->name, p->name, NAME_LEN);
	c->strategy = p->strategy;
	c->forget = p->forget;
	*c->frame = *p->frame;
	c->frame->r[FR_RET] = 0;
}

static void upcalls_inherit(struct proc *c, const struct proc *p)
{
	c->up = p->up;
	files_quick(c);
}

/* Who forgets its children may have lost this one before we return (proc_forget): its pid is read before. */
static int copy(struct proc *p, int strategy)
{
	struct proc *c;
	int err = proc_new(&c), pid;

	if (err < 0)
		return err;
	err = new_space(c, p->space, strategy);
	if (err < 0) {
		proc_free(c);
		return err;
	}
	inherit(c, p);
	if (strategy == FORK_UPCALL)
		c->stop = true;
	else if (upcall_armed(p))
		upcalls_inherit(c, p);
	if (p->sig.some)
		signal_inherit(c, p);
	pid = c->pid;
	proc_start(c, p);
	return pid;
}

word sys_fork(word how)
{
	struct proc *p = cur();
	int strategy = (int)how == FORK_DEFAULT ? p->strategy : (int)how;

	if (strategy < 0 || strategy >= FORK_N)
		return -EINVAL;
	return strategy == FORK_UPCALL ? -EOPNOTSUPP : copy(p, strategy);
}

word sys_exofork(void)
{
	return copy(cur(), FORK_UPCALL);
}

void vfork_done(struct proc *c)
{
	if (!c->vforked)
		return;
	c->vforked = false;
	wake_all(&c->parent->kids);
}

void share_space(struct proc *c, const struct proc *p)
{
	c->space = p->space;
	count_add(&p->space->users, 1, __ATOMIC_RELAXED);
}

/* Its stack is the program's affair; a bad one ends the thread only.  It has no upcall stack yet, and hears of no events. */
word sys_thread(word pc, word sp)
{
	struct proc *p = cur(), *c;
	int err = proc_new(&c), pid;

	if (err < 0)
		return err;
	share_space(c, p);
	inherit(c, p);
	if (p->sig.some)
		signal_thread(c, p);
	fr_init(c->frame, pc, sp, 0);
	pid = c->pid;
	proc_start(c, p);
	return pid;
}

word sys_vfork(void)
{
	struct proc *p = cur(), *c;
	int err = proc_new(&c), pid;

	if (err < 0)
		return err;
	share_space(c, p);
	inherit(c, p);
	if (upcall_armed(p))
		upcalls_inherit(c, p);		/* the stack is free: its owner waits */
	if (p->sig.some)
		signal_inherit(c, p);
	c->vforked = true;
	p->deaf = true;
	pid = c->pid;
	proc_start(c, p);
	lock(&proc_lock);
	while (!err && c->vforked)
		err = wait_on(&c->parent->kids, &proc_lock);
	p->deaf = false;
	unlock(&proc_lock);
	return err ? err : pid;
}

int proc_spawn(struct exec *e, struct file *const fd[FD_N], struct proc *parent)
{
	struct image image;
	struct proc *p;
	int err = proc_new(&p), pid;

	if (err < 0)
		return err;
	err = exec_load(e, &image);
	if (err < 0) {
		proc_free(p);
		return err;
	}
	p->space = image.space;
	for (int i = 0; i < FD_N; i++)
		p->own.fd[i] = fd[i] ? file_get(fd[i]) : NULL;
	p->own.shut = 0;
	if (parent && (parent->dir || parent->group))
		p->dir = dir_get(parent);
	p->strategy = parent ? parent->strategy : args.strategy;
	if (parent && parent->sig.some) {
		signal_inherit(p, parent);
		p->sig.caught = 0;
	}
	exec_name(p, e->path);
	fr_init(p->frame, image.pc, image.sp, 0);
	pid = p->pid;
	proc_start(p, parent);
	return pid;
}

/* All that another program keeps. */
static void kept_files(struct file *to[FD_N], const struct files *from)
{
	memcpy(to, from->fd, sizeof from->fd);
	for (int i = 0; from->shut >> i; i++)
		if (from->shut >> i & 1)
			to[i] = NULL;
}

/* The files for a child: those, or three by number, -1 for none.  0, -EFAULT, -EBADF. */
static int map_files(struct file *to[FD_N], const struct files *from, va_t fdmap)
{
	int32_t map[3];
	int err = 0;

	if (!fdmap) {
		kept_files(to, from);
		return 0;
	}
	memset(to, 0, FD_N * sizeof *to);
	err = vm_copyin(cur()->space, map, fdmap, sizeof map);
	for (int i = 0; !err && i < 3; i++) {
		if (map[i] == -1)
			continue;
		if ((uint32_t)map[i] >= FD_N || !from->fd[map[i]])
			return -EBADF;
		to[i] = from->fd[map[i]];
	}
	return err;
}

/* All files of a group's, each with a reference of ours; and let them go again. */
static void files_hold(const struct files *from, struct files *to)
{
	lock(group_lock(cur()));
	for (int i = 0; i < FD_N; i++)
		to->fd[i] = from->fd[i] ? file_get(from->fd[i]) : NULL;
	to->shut = from->shut;
	unlock(group_lock(cur()));
}

static void files_let(struct files *held)
{
	for (int i = 0; i < FD_N; i++)
		if (held->fd[i])
			file_put(held->fd[i]);
}

word sys_spawn(word path, word argv, word fdmap, word envp)
{
	struct file *fd[FD_N];
	struct files held;			/* another activation might close one meanwhile */
	struct proc *p = cur();
	struct exec *e = exec_new();
	int err;

	if (!e)
		return -ENOMEM;
	if (p->group)
		files_hold(p->files, &held);
	err = map_files(fd, p->group ? &held : p->files, fdmap);
	if (!err)
		err = exec_fetch(e, path, argv, envp);
	if (!err)
		err = proc_spawn(e, fd, p);
	if (p->group)
		files_let(&held);
	exec_free(e);
	return err;
}
