/* SPDX-License-Identifier: MIT */
/*
 * upcall.h: events that the kernel hands to the program, and memory that the
 * program manages.  docs/upcalls.md explains.
 */
#pragma once
#include <stddef.h>
#include <sys/types.h>
#include "abi/upcall.h"

/* ---- the calls; pid 0: this process.  0 or what it says; -1 and errno ---- */

/* events: a mask of 1 << UPCALL_*, 0 for none; period: of UPCALL_TIMER, in milliseconds. */
int set_upcall(pid_t, unsigned events, void (*entry)(void), void *stack_lo, void *stack_hi, unsigned period);
int resume(const struct regs *);	/* goes on with them; comes back only if it cannot */
int manage(void *, size_t len);		/* the program manages these addresses from now on */
int page_alloc(pid_t, void *, unsigned rights);
int page_map(pid_t from, const void *, pid_t to, void *, unsigned rights);
int page_unmap(pid_t, void *);
int query(pid_t, const void *lo, const void *hi, struct page_run *, unsigned n);	/* how many runs */
pid_t exofork(void) __attribute__((returns_twice));	/* a stopped child with no page */
int set_status(pid_t, int status);	/* STATUS_* */
int set_frame(pid_t, const struct regs *);
int ipc_send(pid_t, upcall_word, const void *page, unsigned rights, int ms);	/* page: IPC_NOPAGE for none */
int ipc_recv(void *page, struct ipc_msg *, int ms);
/* ipc_send, then ipc_recv, in one call; page: sent if rights allow anything, and where the answer's page goes. */
int ipc_call(pid_t, upcall_word, void *page, unsigned rights, struct ipc_msg *, int ms);
/* The same, but from nobody else is received: an answer that no third can forge.  ESRCH: that one has ended. */
int ipc_ask(pid_t, upcall_word, void *page, unsigned rights, struct ipc_msg *, int ms);
pid_t activation(void *stack_lo, void *stack_hi);	/* a parked one */
int park(void);

/* ---- handlers in C, on a stack of the library's ---- */

/*
 * A handler runs on the upcall stack, and the program goes on as u->regs says when it returns.
 * It may be interrupted by other events that it causes, but not by UPCALL_TIMER.
 */
typedef void upcall_fn(struct upcall *u);
/* From now on fn handles this event (null: nobody); period: of UPCALL_TIMER, in milliseconds.  0 or -1. */
int upcall_install(enum upcall_event, upcall_fn *fn, unsigned period);
/*
 * For a handler: this is not mine.  A system call that could not reach its memory returns -EFAULT; any
 * other instruction is tried again with nobody to handle it, so that the kernel ends the program and says why.
 */
void upcall_decline(struct upcall *);

/* ---- user-level fork: the strategy `upcall` ---- */

/* A child that shares all memory but the stack, now and over forks to come; what is mapped later is not shared. */
pid_t sfork(void);
