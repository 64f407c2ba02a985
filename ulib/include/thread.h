/* SPDX-License-Identifier: MIT */
/*
 * thread.h: threads, and locks between them.  A thread is a process in its
 * creator's space, with a stack of its own and its own descriptors; it is
 * waited for by its creator.
 */
#pragma once
#include <stdint.h>
#include <sys/types.h>

/* Run fn(arg) beside us; it ends when fn returns, with that status.  Its pid, or -1. */
pid_t thread_create(int (*fn)(void *), void *arg);
/* Wait for it, and free its stack.  0, or -1: no such thread of ours. */
int thread_join(pid_t, int *status);

/* All zero: free.  Sleeps when it is taken. */
struct mutex { _Atomic uint32_t state; };
void mutex_lock(struct mutex *);
void mutex_unlock(struct mutex *);

/* The calls beneath: see abi/syscall.h. */
int futex_wait(_Atomic uint32_t *, uint32_t value);
int futex_wake(_Atomic uint32_t *);
