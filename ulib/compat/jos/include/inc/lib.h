/* SPDX-License-Identifier: MIT */
/*
 * inc/lib.h: what JOS's programs include.  Names and values are JOS's (6.828, lab 5); behind them are
 * Yoke's exokernel calls.  docs/compat.md says what differs.
 */
#pragma once
#include <inc/types.h>
#include <inc/stdio.h>
#include <inc/stdarg.h>
#include <inc/string.h>
#include <inc/error.h>
#include <inc/assert.h>
#include <inc/env.h>
#include <inc/memlayout.h>
#include <inc/syscall.h>
#include <inc/trap.h>
#include <inc/fs.h>
#include <inc/fd.h>
#include <inc/args.h>

#define USED(x)	(void)(x)

/* UNIX has these names too, and means something else by them. */
#define exit	jos_exit
#define fork	jos_fork
#define sfork	jos_sfork
#define wait	jos_wait
#define spawn	jos_spawn
#define open	peer_open
#define close	peer_close
#define read	peer_read
#define write	peer_write
#define dup	peer_dup
#define fstat	jos_fstat
#define stat	jos_stat
#define pipe	peer_pipe
#define spawnl	jos_spawnl
#define readn	peer_readn
#define seek	peer_seek
#define close_all	peer_close_all
#define opencons	jos_opencons
#define ipc_send	jos_ipc_send
#define ipc_recv	jos_ipc_recv
#define ipc_find_env	jos_ipc_find_env

void umain(int argc, char **argv);	/* the program's */

extern const char *binaryname;
/* At the end of the stack, which no fork shares. */
#define thisenv	(*(const volatile struct Env *volatile *)(uintptr_t)(USTACKTOP - 16))
/* All environments, fresh wherever the name is written, and after sys_yield. */
#define envs	(jos_envs())
const volatile struct Env *jos_envs(void);

void exit(void);
void set_pgfault_handler(void (*)(struct UTrapframe *));
void _pgfault_upcall(void);

/* A number below 0 is an error, -E_*. */
void sys_cputs(const char *, size_t);
int sys_cgetc(void);			/* 0: none was typed */
envid_t sys_getenvid(void);
int sys_env_destroy(envid_t);
void sys_yield(void);
int sys_env_set_status(envid_t, int status);
int sys_env_set_trapframe(envid_t, struct Trapframe *);
int sys_env_set_pgfault_upcall(envid_t, void *upcall);
int sys_page_alloc(envid_t, void *va, int perm);
int sys_page_map(envid_t from, void *from_va, envid_t to, void *to_va, int perm);
int sys_page_unmap(envid_t, void *va);
int sys_ipc_try_send(envid_t, uint32_t value, void *va, int perm);
int sys_ipc_recv(void *va);
unsigned sys_time_msec(void);

/* Within the caller: the child goes on in the caller's frame, which a function of ours would have left. */
envid_t jos_envid(long pid);
#include <exofork.h>
static inline __attribute__((always_inline)) envid_t sys_exofork(void) { return jos_envid(exofork_here()); }

void ipc_send(envid_t, uint32_t value, void *va, int perm);	/* waits for the receiver */
int32_t ipc_recv(envid_t *from, void *va, int *perm);		/* any pointer may be null */
envid_t ipc_find_env(enum EnvType);

#define PTE_SHARE	0x400
#define PTE_COW		0x800
envid_t fork(void);
envid_t sfork(void);

int open(const char *path, int mode);
int close(int fd);
ssize_t read(int fd, void *, size_t);
ssize_t write(int fd, const void *, size_t);
ssize_t readn(int fd, void *, size_t);	/* until n or the end */
int seek(int fd, off_t);
int dup(int fd, int to);
int fstat(int fd, struct Stat *);
int stat(const char *path, struct Stat *);
void close_all(void);
int opencons(void);
int pipe(int fd[2]);
envid_t spawn(const char *path, const char **argv);
envid_t spawnl(const char *path, const char *arg0, ...);
void wait(envid_t);

#define O_RDONLY	0x0000
#define O_WRONLY	0x0001
#define O_RDWR		0x0002
#define O_ACCMODE	0x0003
#define O_CREAT		0x0100
#define O_TRUNC		0x0200
#define O_EXCL		0x0400
#define O_MKDIR		0x0800
