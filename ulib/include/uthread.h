/* SPDX-License-Identifier: MIT */
/*
 * uthread.h: threads that the program schedules itself, on upcalls.  The
 * kernel sees one CPU's worth of it: a timer upcall takes the CPU from a
 * thread, a block upcall says that one sleeps in the kernel and lets another
 * go on, an unblock upcall brings it back (scheduler activations: Anderson,
 * Bershad, Lazowska, Levy, ACM TOCS 1992).
 *
 * They share everything, descriptors too; malloc and stdio want a mutex.
 */
#pragma once
#include <stddef.h>

struct uthread;

/*
 * From now on the caller is a thread, and others get their turn every so many milliseconds (0: only when
 * one gives it up).  0 or -1.  Once; a process that has handlers of its own, or forks by `upcall`, is refused (EBUSY).
 */
int uthread_start(unsigned slice);
/* Run fn(arg) beside us.  Null: no memory. */
struct uthread *uthread_create(int (*fn)(void *), void *arg);
/* Wait for its end, and free it: what fn returned. */
int uthread_join(struct uthread *);
void uthread_yield(void);
struct uthread *uthread_self(void);

/* All zero: free, and nobody waits.  First come, first served. */
struct umutex { struct uthread *owner, *first, *last; };
void umutex_lock(struct umutex *);
void umutex_unlock(struct umutex *);

/* All zero: nobody waits. */
struct ucond { struct uthread *first, *last; };
void ucond_wait(struct ucond *, struct umutex *);	/* lets the mutex go, and takes it again; look again then */
void ucond_signal(struct ucond *);
void ucond_broadcast(struct ucond *);
