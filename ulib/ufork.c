/* SPDX-License-Identifier: MIT */
/*
 * ufork.c: fork by the program itself: the strategy `upcall`.
 *
 * From its first fork on the process manages all its private memory; what is
 * shared by mmap stays the kernel's.  A child is made by exofork and given
 * every page that is there: read-only what is writable, in the parent too
 * (copy-on-write, PAGE_S0), with all rights what is marked PAGE_S1 (sfork's).
 * A page that is missing becomes a zero page at the first touch, a write to
 * one with several holders a copy, and the last holder's own again.
 *
 * The page that the stack pointer is in is copied at once: both sides will
 * write it.  So fork's own frames never fault while it changes rights.
 *
 * Threads.  Forks come one at a time (fork_lock).  Rights change under
 * fault_lock, in two rounds: all that is writable is made read-only, then the
 * child gets it; who writes meanwhile faults and waits, so the child is a
 * snapshot.  A process whose first fork comes beside threads cannot give
 * them upcall stacks: that fork is refused (EBUSY).
 */
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>
#include <yoke.h>
#include "abi/syscall.h"
#include "area.h"
#include "raw.h"

enum { RUNS = 16, RWX = PROT_READ | PROT_WRITE | PROT_EXEC, SOFT = PAGE_S0 | PAGE_S1 };
enum { HOT_BELOW = 2048, HOT_ABOVE = 256 };	/* bytes around the stack pointer that fork itself may write */
enum { STACK_GAP = 256 * PAGE };		/* below the stack nothing else may be as near as this */

static inline long map(pid_t from, uintptr_t va, pid_t to, uintptr_t to_va, unsigned rights)
{
	return raw_call(SYS_page_map, from, va, to, to_va, rights);
}

static void take(_Atomic uint32_t *lock)
{
	while (atomic_exchange(lock, 1))
		raw_call(SYS_yield, 0, 0, 0, 0, 0);
}

static void give(_Atomic uint32_t *lock)
{
	atomic_store(lock, 0);
}

void area_lock_forks(void)
{
	take(&area_end()->fork_lock);
}

void area_unlock_forks(void)
{
	give(&area_end()->fork_lock);
}

/* Call fn for the runs of [va, end), until it says an error. */
static long each_run(uintptr_t va, uintptr_t end, long (*fn)(const struct page_run *, void *), void *arg)
{
	struct page_run runs[RUNS];
	long n = RUNS, err = 0;

	for (; va < end && n == RUNS && !err; va = runs[RUNS - 1].hi) {
		n = raw_call(SYS_query, 0, va, end, (long)runs, RUNS);
		if (n < 0)
			return n;
		for (long i = 0; i < n && !err; i++)
			err = fn(&runs[i], arg);
	}
	return err;
}

/* ---- faults ---- */

/*
 * The first stack's place is the program's down to its limit.  What has never been stack has all
 * rights as a region, which nothing else there has: so this is how the gap is known.
 */
static inline bool is_stack(uintptr_t va)
{
	return va - upcalls.lo < upcalls.hi - upcalls.lo;
}

static long not_stack(const struct page_run *r, void *arg)
{
	(void)arg;
	return (r->region & (RWX | PAGE_USER)) != (RWX | PAGE_USER);
}

/* May the stack grow to this page? */
static bool stack_has_room(uintptr_t page)
{
	return each_run(page - STACK_GAP, page, not_stack, NULL) == 0;
}

static long fill(uintptr_t page, const struct upcall *u, unsigned rights)
{
	if (is_stack(page) && (u->region & RWX) == RWX && !stack_has_room(page))
		return -EFAULT;
	return raw_call(SYS_page_alloc, 0, page, rights, 0, 0);
}

/* A page is there, and lacks a right that it may have.  0 or an error. */
static long present(uintptr_t page, const struct upcall *u, unsigned rights)
{
	unsigned library = u->have & PAGE_S1;
	long err = -EACCES;

	if (u->holders == 1 || library)
		err = map(0, page, 0, page, rights | library);
	else if (!(u->want & PROT_WRITE))
		err = map(0, page, 0, page, (rights & ~PROT_WRITE) | PAGE_S0);
	if (err == -EACCES && !library)
		err = map(0, page, 0, page, rights | PAGE_COPY);
	return err;
}

static long resolve(const struct upcall *u)
{
	uintptr_t page = u->va & ~(uintptr_t)(PAGE - 1);
	unsigned rights = u->region & RWX;

	if (is_stack(page))
		rights &= ~PROT_EXEC;
	if (u->want & ~rights)
		return -EFAULT;
	return u->have ? present(page, u, rights) : fill(page, u, rights);
}

/* Beside threads: what is true now, which a while ago it may not have been. */
static long resolve_again(struct upcall *u)
{
	uintptr_t page = u->va & ~(uintptr_t)(PAGE - 1);
	struct page_run now;
	long err = 0;

	take(&area_end()->fault_lock);
	if (raw_call(SYS_query, 0, page, page + PAGE, (long)&now, 1) < 1)
		err = -EFAULT;
	else if ((now.have & RWX & u->want) != u->want) {
		u->have = now.have;
		u->region = now.region;
		err = resolve(u);
	}
	give(&area_end()->fault_lock);
	return err;
}

bool ufork_fault(struct upcall *u)
{
	long err = -EFAULT;

	if (u->region & PAGE_USER)
		err = upcalls.threads ? resolve_again(u) : resolve(u);
	if (err == -ENOMEM) {
		upcall_refuse(u, ENOMEM);
		return true;
	}
	return err == 0;
}

/* ---- fork ---- */

struct copying {
	pid_t child;
	bool library;			/* sfork */
	uintptr_t hot_lo, hot_hi;	/* the stack around fork's frames */
};

/* Is it the child's, too?  What the kernel shares is so without us. */
static bool is_inherited(const struct page_run *r)
{
	return (r->region & PAGE_USER) && r->region / PAGE_INHERIT < INHERIT_NONE;
}

/* Has the run pages that the child is to get?  None of an upcall stack's. */
static bool is_copied(const struct page_run *r)
{
	return r->have && is_inherited(r) && (r->have & SOFT) != SOFT;
}

/* Beside threads a page may go while we look: then it is not there, and that is no error. */
static long unless_gone(long err)
{
	return upcalls.threads && (err == -EFAULT || err == -EINVAL) ? 0 : err;
}

/* Memory that came since the last fork: ours from now on, with what a file has there.  Then fn, as for the rest. */
static long manage_run(const struct page_run *r, long (*fn)(const struct page_run *, void *), void *arg)
{
	long err = raw_call(SYS_manage, r->lo, r->hi - r->lo, 0, 0, 0);

	return err ? err : each_run(r->lo, r->hi, fn, arg);
}

static bool is_new(const struct page_run *r)
{
	return !(r->region & (PAGE_USER | PAGE_SHARED));
}

/* Nobody writes this run from now on, but us to our stack. */
static long lower_run(const struct page_run *r, void *arg)
{
	const struct copying *c = arg;
	unsigned rights = (r->have & r->region & (PROT_READ | PROT_EXEC)) | PAGE_S0;
	long err = 0;

	if (is_new(r))
		return manage_run(r, lower_run, arg);
	if (!is_copied(r) || !(r->have & PROT_WRITE) || r->have & PAGE_S1)
		return 0;
	for (uintptr_t va = r->lo; va < r->hi && !err; va += PAGE)
		if (va < c->hot_lo || va >= c->hot_hi)
			err = unless_gone(map(0, va, 0, va, rights));
	return err;
}

static long copy_run(const struct page_run *r, void *arg)
{
	const struct copying *c = arg;
	unsigned rights = r->have & r->region & RWX;
	bool lower = (rights & PROT_WRITE) && !(r->have & PAGE_S1);
	long err = 0;

	if (is_new(r))
		return manage_run(r, copy_run, arg);
	if (!is_copied(r))
		return 0;
	rights = lower ? (rights & ~PROT_WRITE) | PAGE_S0 : rights | (r->have & SOFT);
	for (uintptr_t va = r->lo; va < r->hi && !err; va += PAGE) {
		if (va >= c->hot_lo && va < c->hot_hi) {
			err = map(0, va, c->child, va, PROT_READ | PROT_WRITE | PAGE_COPY);
			continue;
		}
		if (lower && !upcalls.threads)
			err = map(0, va, 0, va, rights);
		if (!err)
			err = map(0, va, c->child, va, rights);
		err = unless_gone(err);
	}
	return err;
}

/* One page, missing or not, writable here and there from now on, over later forks too. */
static long share_page(const struct copying *c, uintptr_t va, const struct page_run *r)
{
	unsigned rights = (r->region & RWX) | PAGE_S1;
	long err = r->have ? map(0, va, 0, va, rights) : raw_call(SYS_page_alloc, 0, va, rights, 0, 0);

	if (err == -EACCES)
		err = map(0, va, 0, va, rights | PAGE_COPY);
	return err ? err : map(0, va, c->child, va, rights);
}

static long share_run(const struct page_run *r, void *arg)
{
	const struct copying *c = arg;
	bool area = r->lo - (uintptr_t)upcalls.area < AREA_SIZE;
	long err = 0;

	if (is_new(r))
		return manage_run(r, share_run, arg);
	if (area || is_stack(r->lo) || !(r->region & PROT_WRITE) || !is_inherited(r))
		return copy_run(r, arg);
	for (uintptr_t va = r->lo; va < r->hi && !err; va += PAGE)
		err = share_page(c, va, r);
	return err;
}

/* The child's memory: all that is there.  Under the lock nothing here may fault. */
static long copy_all(struct copying *c)
{
	long err = 0;

	if (!upcalls.threads)
		return each_run(0, upcalls.top, c->library ? share_run : copy_run, c);
	take(&area_end()->fault_lock);
	err = each_run(0, upcalls.top, lower_run, c);
	if (!err)
		err = each_run(0, upcalls.top, copy_run, c);
	give(&area_end()->fault_lock);
	return err;
}

/* The pages around fork's frames, made writable now.  The first stack may end just above. */
static void touch_hot(struct copying *c, uintptr_t sp)
{
	uintptr_t low = sp - HOT_BELOW, high = sp + HOT_ABOVE;

	if (is_stack(sp) && high >= upcalls.hi)
		high = upcalls.hi - 1;
	*(volatile char *)low = *(volatile char *)low;
	*(volatile char *)high = *(volatile char *)high;
	c->hot_lo = low & ~(uintptr_t)(PAGE - 1);
	c->hot_hi = (high & ~(uintptr_t)(PAGE - 1)) + PAGE;
}

/* The child is there, and stopped.  Make it whole and let it run; its pid, or -1 and there is none. */
static __attribute__((noinline)) pid_t parent(pid_t child, bool library)
{
	struct copying c = { .child = child, .library = library };
	long err;

	touch_hot(&c, (uintptr_t)__builtin_frame_address(0));
	err = copy_all(&c);
	if (!err && (area_fill(child, upcalls.area) < 0 || area_arm(child, upcalls.area) < 0 ||
	    set_status(child, STATUS_RUN) < 0))
		err = -errno;
	if (!err)
		return child;
	kill(child, SIGKILL);
	waitinfo(child, NULL, 0);
	errno = -err;
	return -1;
}

/* From here on the program manages its memory. */
static int begin(void)
{
	struct sys_info s;

	if (upcalls.threads) {
		errno = EBUSY;
		return -1;
	}
	sysinfo(&s);
	upcalls.top = s.user_top;
	upcalls.ufork_on = 1;
	if (area_first() < 0 || area_manage(upcalls.area) < 0 || manage((void *)upcalls.lo, upcalls.hi - upcalls.lo) < 0) {
		upcalls.ufork_on = 0;
		return -1;
	}
	return 0;
}

/* On an upcall stack?  A child would have nothing on its own. */
static bool area_here(void)
{
	uintptr_t sp = (uintptr_t)__builtin_frame_address(0);

	if (!upcalls.area || sp - (uintptr_t)upcalls.area >= AREA_SIZE)
		return false;
	errno = EBUSY;
	return true;
}

/*
 * The child goes on behind the call, as soon as it has pages: by then the frames above this function's
 * have changed, so it calls no function before the call, nor does it leave its own frame to another.
 */
static __attribute__((noinline)) pid_t split(bool library)
{
	pid_t child = raw_call(SYS_exofork, 0, 0, 0, 0, 0);

	if (child > 0)
		child = parent(child, library);
	__asm__ volatile("" : "+r"(child));	/* no tail call */
	return child;
}

static pid_t fork_or_share(bool library)
{
	pid_t child;

	if (area_here() || (!upcalls.ufork_on && begin() < 0))
		return -1;
	area_lock_forks();
	child = split(library);
	if (child == 0) {		/* its locks are new, and free */
		if (upcalls.threads)
			upcalls.threads = 0;
		return 0;
	}
	area_unlock_forks();
	if (child > 0)
		return child;
	if (child < -1)
		errno = -child;
	return -1;
}

pid_t ufork(void)
{
	return fork_or_share(false);
}

pid_t sfork(void)
{
	if (upcalls.threads) {
		errno = EBUSY;
		return -1;
	}
	return fork_or_share(true);
}

/* rfork in a process that manages its memory: whatever the strategy, the kernel's would not do. */
pid_t ufork_by(int strategy)
{
	if (strategy >= FORK_DEFAULT && strategy < FORK_N)
		return ufork();
	errno = EINVAL;
	return -1;
}

/* The kernel's fork failed. */
pid_t fork_fail(long err)
{
	if (err == -EOPNOTSUPP)
		return ufork();
	errno = -err;
	return -1;
}
