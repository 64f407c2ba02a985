/* SPDX-License-Identifier: MIT */
/*
 * files.h: core/'s files, pipes, archive and console as parts of a test, and
 * what the rest of the kernel would give them: the VM core over simulated
 * RAM, and one process.  Included once in a test.
 */
#include "tap.h"
#include "sim.h"
#include "core/tmpfs.h"
#include <stdlib.h>
#include <string.h>

static struct proc others[3], me;	/* me: the one that calls */
static void (*meanwhile)(void);		/* what others do while it sleeps; null: they kill it */
#define cur() (&me)
#include "core/file.c"
#include "core/pipe.c"
#include "core/inode.c"
#include "core/tree.c"
#include "core/data.c"
#include "core/device.c"
#include "core/name.c"
#include "core/fsck.c"
#include "core/cpio.c"
#include "core/console.c"
#undef cur

const char ramdisk_start[1];		/* load() is given others */
const uint32_t ramdisk_size = 1;
static struct space space;
static uint64_t seed = 1;

/* The user buffer: [BUF, BUF + HOLE) and from BUF + BACK. */
enum { BUF = 0x400000, HOLE = 2 * PGSIZE, BACK = 3 * PGSIZE };

static unsigned below(unsigned n)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (seed * 0x2545f4914f6cdd1dull >> 33) % n;
}

/* ---- what the rest of the kernel would give ---- */

static char said[4096];			/* what the console printed since hush() */
static size_t nsaid;

static __attribute__((unused)) void hush(void) { nsaid = 0; }

void uart_putc(int c)
{
	if (nsaid < sizeof(said))
		said[nsaid++] = c;
}

int kprintf(const char *fmt, ...)
{
	char line[256];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	for (char *p = line; *p; p++)
		console_put(*p, NULL);
	return n;
}

void audit_print(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	printf("# ");
	vprintf(fmt, ap);
	putchar('\n');
	va_end(ap);
}

int wait_on(struct waitq *q, struct lock *held)
{
	if (!meanwhile)
		return -EINTR;
	q->head = &me;
	unlock(held);
	meanwhile();
	assert(!q->head);		/* nobody would have woken it: a lost wake-up */
	lock(held);
	return 0;
}

void wake_all(struct waitq *q) { q->head = NULL; }

void sched_sleep_once(struct lock *held)
{
	if (!meanwhile) {
		unlock(held);
		return;
	}
	me.state = PROC_SLEEPING;
	unlock(held);
	meanwhile();
	assert(me.state == PROC_READY);	/* as in wait_on */
}

int sched_sleep(struct lock *inner, struct lock *outer)
{
	if (!meanwhile)
		return -EINTR;
	assert(!outer);
	me.state = PROC_SLEEPING;
	unlock(inner);
	meanwhile();
	assert(me.state == PROC_READY);	/* as in wait_on */
	lock(inner);
	return 0;
}

void sched_ready(struct proc *p) { p->state = PROC_READY; }

intptr_t sched_ready_last(struct proc *p, intptr_t result)
{
	sched_ready(p);
	return result;
}

struct lock proc_lock;
struct inode **group_dir(const struct proc *p) { (void)p; abort(); }
struct lock *group_lock(const struct proc *p) { (void)p; return &proc_lock; }	/* there are no groups */
struct proc *proc_next(struct proc *p) { return !p ? &me : p == &me ? others : p < others + 2 ? p + 1 : NULL; }

int signal_job(int job, int sig)
{
	for (struct proc *p = proc_next(NULL); p; p = proc_next(p))
		if (proc_alive(p) && p->job == job)
			p->killed = (uint8_t)sig;
	return 0;
}

/* ---- helpers ---- */

static bool sound(void)
{
	audit_begin();
	audit_space(&space);
	return !audit_end() && !files_audit();
}

static size_t nfree(void) { return pg_nfree() + pool_spare(); }
static size_t nfree_idle;		/* while no file is there */

static void user_put(va_t to, const void *from, size_t n) { assert(!vm_copyout(&space, to, from, n)); }
static void user_get(void *to, va_t from, size_t n) { assert(!vm_copyin(&space, to, from, n)); }

/* How many of n bytes at this offset of the buffer can be used before the hole. */
static __attribute__((unused)) size_t usable(size_t off, size_t n)
{
	if (off >= BACK)
		return n;
	return off >= HOLE ? 0 : n < HOLE - off ? n : HOLE - off;
}

static void close_all(void)
{
	for (int fd = 0; fd < FD_N; fd++)
		sys_close(fd);
}

#define is(v, want) ((intptr_t)(v) == (want))

/* Calls with a path. */
static word at_path(word (*call)(word), const char *path)
{
	user_put(BUF, path, strlen(path) + 1);
	return call(BUF);
}

static __attribute__((unused)) word at_paths(word (*call)(word, word), const char *path, const char *other)
{
	user_put(BUF, path, strlen(path) + 1);
	user_put(BUF + PGSIZE, other, strlen(other) + 1);
	return call(BUF, BUF + PGSIZE);
}

static word open_at(const char *path, int flags)
{
	user_put(BUF, path, strlen(path) + 1);
	return sys_open(BUF, flags);
}

/* Remove all that is in the working directory, by its own calls. */
static bool empty_here(void)
{
	for (;;) {
		struct dir_entry e[3];
		word fd = open_at(".", O_RDONLY), n = sys_readdir(fd, BUF, 3);

		user_get(e, BUF, sizeof(e));
		sys_close(fd);
		if (!is(n, 3))
			return is(n, 2);
		if (e[2].type != FILE_DIR) {
			if (at_path(sys_unlink, e[2].name))
				return false;
		} else if (at_path(sys_chdir, e[2].name) || !empty_here() || at_path(sys_chdir, "..") || at_path(sys_rmdir, e[2].name)) {
			return false;
		}
	}
}

/* Close and remove everything: is every byte of memory back, and the rest sound? */
static bool settled(void)
{
	close_all();
	return !at_path(sys_chdir, "/") && empty_here() && nfree() == nfree_idle && sound();
}

/* Whatever allocation fails, a call gives an error or works, and nothing stays behind. */
static bool failing(word (*call)(void))
{
	for (unsigned n = 1; n < 30; n++) {
		word r;

		pg_fail(n);
		r = call();
		if (pg_fail(0))
			return n > 1 && !(intptr_t)r;	/* it got by without the n-th */
		if (!is(r, -ENOMEM) && !is(r, -ENOSPC))
			return false;
		if (!settled())
			return false;
	}
	return false;
}

/* A space with two pages to use, one that is unmapped, three to use; and the seed. */
static void set_up(int argc, char **argv)
{
	struct region r = { .lo = BUF, .hi = BUF + HOLE, .prot = P_R | P_W, .kind = R_ZERO };

	if (argc > 1)
		seed = strtoull(argv[1], NULL, 0) * 2 + 1;
	printf("TAP version 13\n");
	sim_boot();
	assert(!vm_init(&space) && !vm_map(&space, &r));
	r.lo = BUF + BACK;
	r.hi = r.lo + 3 * PGSIZE;
	assert(!vm_map(&space, &r));
	me.space = &space;
	me.files = &me.own;
	files_quick(&me);
	tree_init();
	for (va_t va = BUF; va < r.hi; va += va == BUF + HOLE - PGSIZE ? 2 * PGSIZE : PGSIZE)
		user_put(va, "", 1);
	nfree_idle = nfree();
}
