/* SPDX-License-Identifier: MIT */
/*
 * futex.c: sleeping for a word of memory to change, between threads.
 *
 * A program's lock is a word that it changes by itself; only who finds it
 * taken comes here.  The value is read again with the bucket locked, and a
 * waker changes the word before it locks the bucket, so no wake-up falls in
 * between.  Words share buckets, and a waker wakes its whole bucket: who
 * wakes looks at his word again, as he must anyway.
 *
 * Lock: the bucket's, before the space's.
 */
#include "proc.h"

enum { BUCKETS = 64 };

static struct bucket { struct lock lock; struct waitq sleepers; } buckets[BUCKETS] = {
	[0 ... BUCKETS - 1] = { .lock = LOCK(LOCK_FUTEX) } };

static struct bucket *bucket(const struct space *s, va_t va)
{
	return &buckets[((word)s / sizeof *s + va / sizeof(uint32_t)) % BUCKETS];
}

word sys_futex_wait(word va, word value)
{
	struct space *s = cur()->space;
	struct bucket *b = bucket(s, va);
	uint32_t now;
	int err;

	if (va % sizeof now)
		return -EINVAL;
	lock(&b->lock);
	err = vm_copyin(s, &now, va, sizeof now);
	if (!err)
		err = now == (uint32_t)value ? wait_on(&b->sleepers, &b->lock) : -EAGAIN;
	unlock(&b->lock);
	return err;
}

word sys_futex_wake(word va)
{
	struct bucket *b = bucket(cur()->space, va);

	if (va % sizeof(uint32_t))
		return -EINVAL;
	lock(&b->lock);
	wake_all(&b->sleepers);
	unlock(&b->lock);
	return 0;
}
