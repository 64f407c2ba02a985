/* SPDX-License-Identifier: MIT */
/*
 * pipe.c: a ring of one page between two open files.
 *
 * Invariant: of the bytes ever put, those from number `taken` to number `put`
 * lie in the ring, at their numbers modulo its size; a byte counts as put or
 * taken only when it was copied.  Writes of up to PIPE_ATOMIC bytes do not mix.
 * Who finds the ring empty sleeps as its taker, and a short write's bytes go
 * straight to its memory; while there is one the ring is empty.  Who gives a taker
 * its bytes says so last of all, for it goes on without the lock.
 * Lock: the pipe's, also while user memory is copied.  Sleepers join a queue
 * under it, so an empty queue seen under it is empty.
 */
#include "file.h"
#include "lib/string.h"

enum { PIPE_ATOMIC = 512 };		/* POSIX: PIPE_BUF is at least this */
enum { HAND = 64 };			/* bytes that go straight to a taker at most */

/* One who sleeps for n bytes, on its stack, which is its own again when it has got some of them; 0: it is to look again. */
struct taker { struct proc *p; struct pipe *of; va_t to; size_t n, got; };

struct pipe {
	struct lock lock;
	bool reader, writer;		/* this end is open */
	bool hasty_reader, hasty_writer;	/* it has O_NONBLOCK: who finds nothing there, or no room, is told so */
	bool calm;			/* the ring is empty, may be filled, and nobody waits for that in the queue; false may be late */
	unsigned taken, put;		/* modulo 2^32; put - taken <= PGSIZE */
	struct page *page;
	char *ring;
	struct taker *taker;
	struct waitq can_read, can_write;
};

static struct pool pipes = POOL(struct pipe);

static unsigned room(const struct pipe *p) { return PGSIZE - (p->put - p->taken); }

/* At most n bytes, m bytes, and what of them lies in one piece from ring position i on and of the user's buffer. */
static inline size_t piece(unsigned i, va_t user, size_t n, size_t m)
{
	return user_run(user, user_run(i, n < m ? n : m));
}

static void wake(struct waitq *q)
{
	if (q->head)
		wake_all(q);
}

/* There are bytes, or will be none any more.  => p locked */
static void wake_readers(struct pipe *p)
{
	if (p->taker) {
		sched_ready(p->taker->p);
		p->taker = NULL;
	}
	wake(&p->can_read);
}

/* After all that leaves the ring, the ends or the queue of readers other than they were.  => p locked; not locked any more */
static void let_go(struct pipe *p)
{
	p->calm = p->put == p->taken && p->writer && !p->can_read.head && !p->hasty_reader;
	unlock(&p->lock);
}

/* -EAGAIN: it does not wait.  => p locked, let go meanwhile */
static int await(struct pipe *p, struct waitq *q)
{
	if (q == &p->can_read ? p->hasty_reader : p->hasty_writer)
		return -EAGAIN;
	p->calm = false;
	return wait_on(q, &p->lock);
}

/* What is there, or will be.  => p locked; not locked any more */
static __attribute__((noinline)) intptr_t read_ring(struct pipe *p, va_t to, size_t n, int err)
{
	va_t at = to;

	while (p->put == p->taken && p->writer && !err)
		err = await(p, &p->can_read);
	while (n && p->put != p->taken && !err) {
		size_t len = piece(p->taken, at, n, p->put - p->taken);

		err = vm_copyout(cur()->space, at, p->ring + p->taken % PGSIZE, len);
		if (err)
			break;
		p->taken += len;
		at += len;
		n -= len;
	}
	if (at != to)
		wake(&p->can_write);
	let_go(p);
	return at != to ? (intptr_t)(at - to) : err;
}

/* Somebody has the lock, or t has been woken, and got nothing yet.  => nothing locked */
static __attribute__((noinline)) intptr_t read_late(struct pipe *p, struct taker *t)
{
	int err = 0;

	lock(&p->lock);
	if (!t->got && p->calm && !p->taker)
		p->taker = t;
	while (p->taker == t && !err)
		err = sched_sleep(&p->lock, NULL);
	if (p->taker == t)
		p->taker = NULL;
	if (!t->got)
		return read_ring(p, t->to, t->n, err);
	let_go(p);
	return t->got;
}

static intptr_t pipe_read(struct file *f, va_t to, size_t n)
{
	struct pipe *p = f->pipe;
	struct taker t = { cur(), p, to, n, 0 };
	size_t got;

	if (!lock_try(&p->lock))
		return read_late(p, &t);
	if (!p->calm || p->taker)
		return read_ring(p, to, n, 0);
	p->taker = &t;
	sched_sleep_once(&p->lock);
	got = __atomic_load_n(&t.got, NCPU > 1 ? __ATOMIC_ACQUIRE : __ATOMIC_RELAXED);
	return got ? (intptr_t)got : read_late(t.of, &t);
}

/* Put what there is room for of [*at, end), and move *at on.  0, -EFAULT, -ENOMEM.  => p locked */
static inline int fill(struct pipe *p, va_t *at, va_t end)
{
	int err = 0;

	while (*at != end && room(p)) {
		size_t len = piece(p->put, *at, end - *at, room(p));

		err = vm_copyin(cur()->space, p->ring + p->put % PGSIZE, *at, len);
		if (err)
			break;
		p->put += len;
		*at += len;
	}
	wake_readers(p);
	return err;
}

/* => p locked; not locked any more */
static __attribute__((noinline)) intptr_t write_ring(struct pipe *p, va_t from, size_t n)
{
	unsigned need = n <= PIPE_ATOMIC ? n : 1;
	va_t at = from;
	int err = 0;

	while (at != from + n && !err) {
		while (room(p) < need && p->reader && !err)
			err = await(p, &p->can_write);
		if (!p->reader)
			err = -EPIPE;
		if (!err)
			err = fill(p, &at, from + n);
	}
	let_go(p);
	return at != from ? (intptr_t)(at - from) : err;
}

/* The taker has n bytes: it may run.  => p locked; not locked any more */
static inline intptr_t given(struct pipe *p, struct taker *t, size_t n)
{
	struct proc *taker = t->p;

	p->taker = NULL;
	__atomic_store_n(&t->got, n, NCPU > 1 ? __ATOMIC_RELEASE : __ATOMIC_RELAXED);
	unlock(&p->lock);
	return sched_ready_last(taker, (intptr_t)n);
}

/* More than a few bytes, or a page to be brought.  => p locked; not locked any more */
static __attribute__((noinline)) intptr_t write_late(struct pipe *p, struct taker *t, va_t from, size_t n)
{
	char bytes[HAND];
	int err;

	if (!t || n > HAND || n > t->n)
		return write_ring(p, from, n);
	err = vm_copyin(cur()->space, bytes, from, n);
	if (err) {
		unlock(&p->lock);
		return err;
	}
	if (vm_copyout(t->p->space, t->to, bytes, n))	/* what is wrong with its memory it shall find out by itself */
		return write_ring(p, from, n);
	return given(p, t, n);
}

static __attribute__((noinline)) intptr_t write_waiting(struct pipe *p, va_t from, size_t n)
{
	lock(&p->lock);
	return write_late(p, p->taker, from, n);
}

static intptr_t pipe_write(struct file *f, va_t from, size_t n)
{
	struct pipe *p = f->pipe;
	struct taker *t;

	if (!lock_try(&p->lock))
		return write_waiting(p, from, n);
	t = p->taker;
	if (!t || n > t->n || !vm_pass(cur()->space, from, t->p->space, t->to, n))
		return write_late(p, t, from, n);
	return given(p, t, n);
}

void pipe_flags(struct file *f)
{
	struct pipe *p = f->pipe;

	lock(&p->lock);
	*(file_reads(f) ? &p->hasty_reader : &p->hasty_writer) = file_flags(f) & O_NONBLOCK;
	let_go(p);
}

static void pipe_stat(struct file *f, struct file_info *info)
{
	lock(&f->pipe->lock);
	info->size = f->pipe->put - f->pipe->taken;
	unlock(&f->pipe->lock);
	strcpy(info->name, "pipe");
}

static void pipe_free(struct pipe *p)
{
	pg_unref(p->page);
	pg_free(p->page);
	pool_free(&pipes, p);
}

static void pipe_close(struct file *f)
{
	struct pipe *p = f->pipe;
	bool last;

	lock(&p->lock);
	if (file_reads(f)) {
		p->reader = false;
		wake(&p->can_write);
	} else {
		p->writer = false;
		wake_readers(p);
	}
	last = !p->reader && !p->writer;
	let_go(p);
	if (last)
		pipe_free(p);
}

const struct file_ops pipe_ops = { FILE_PIPE, pipe_read, pipe_write, pipe_stat, pipe_close };

static struct pipe *pipe_new(void)
{
	struct pipe *p = pool_alloc(&pipes);
	struct page *page = p ? pg_alloc(PG_KERNEL) : NULL;

	if (page)
		*p = (struct pipe){ .lock = LOCK(LOCK_PIPE), .reader = true, .writer = true, .calm = true, .page = page, .ring = pg_kva(page) };
	else if (p)
		pool_free(&pipes, p);
	return page ? p : NULL;
}

/* Both ends of a new pipe, to read and to write.  0 or -ENOMEM. */
static int pipe_open(struct file *end[2])
{
	struct pipe *p = pipe_new();

	if (!p)
		return -ENOMEM;
	end[0] = file_new(&pipe_ops, O_RDONLY);
	if (!end[0]) {
		pipe_free(p);
		return -ENOMEM;
	}
	end[0]->pipe = p;
	end[1] = file_new(&pipe_ops, O_WRONLY);
	if (!end[1]) {
		p->writer = false;
		file_put(end[0]);
		return -ENOMEM;
	}
	end[1]->pipe = p;
	return 0;
}

word sys_pipe(word fds)
{
	struct file *end[2];
	int32_t fd[2];
	int err = pipe_open(end);

	if (err)
		return err;
	fd[0] = fd_add(end[0], 0);
	fd[1] = fd_add(end[1], 0);
	err = fd[0] < 0 ? fd[0] : fd[1] < 0 ? fd[1] : vm_copyout(cur()->space, fds, fd, sizeof(fd));
	for (int i = 0; err && i < 2; i++)
		if (fd[i] >= 0)
			sys_close(fd[i]);
	return err;
}
