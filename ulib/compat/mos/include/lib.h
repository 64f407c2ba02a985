/* SPDX-License-Identifier: MIT */
/*
 * lib.h: what MOS's programs include, those of 2019 to 2022 (umain, writef, addresses as numbers) and those from
 * 2023 on (main, debugf, addresses as pointers).  Names and values are MOS's; behind them are Yoke's exokernel
 * calls.  docs/compat.md says what differs.
 */
#pragma once
#include <stdarg.h>
#include "args.h"
#include "env.h"
#include "error.h"
#include "fd.h"
#include "mmu.h"
#include "pmap.h"
#include "string.h"
#include "trap.h"
#include <exofork.h>

/* One prototype serves both generations, and the first does not say `int`. */
#pragma clang diagnostic ignored "-Wint-conversion"
#pragma clang diagnostic ignored "-Wint-to-pointer-cast"
#pragma clang diagnostic ignored "-Wpointer-to-int-cast"
#pragma clang diagnostic ignored "-Wincompatible-pointer-types"
#pragma clang diagnostic ignored "-Wimplicit-int"

/* UNIX has these names too, and means something else by them. */
#define main	mos_main
#define exit	mos_exit
#define fork	mos_fork
#define wait	mos_wait
#define spawn	mos_spawn
#define spawnl	mos_spawnl
#define open	peer_open
#define close	peer_close
#define read	peer_read
#define write	peer_write
#define readn	peer_readn
#define seek	peer_seek
#define dup	peer_dup
#define pipe	peer_pipe
#define close_all	peer_close_all
#define opencons	mos_opencons
#define iscons	mos_iscons
#define fstat	mos_fstat
#define stat	mos_stat
#define printf	mos_printf
#define fprintf	mos_fprintf
#define ipc_send	mos_ipc_send
#define ipc_recv	mos_ipc_recv

#define USED(x)	(void)(x)

int main(int argc, char **argv);	/* the program's: this */
void umain();				/* or this */

extern const volatile struct Env *env;	/* this one's entry */
/* Fresh wherever the name is written, and after syscall_yield. */
#define envs	(mos_envs())
#define vpt	(mos_vpt())
#define vpd	(mos_vpd())
const volatile struct Env *mos_envs(void);
const volatile Pte *mos_vpt(void);
const volatile Pde *mos_vpd(void);

_Noreturn void exit(void);
void debugf(const char *fmt, ...);
void writef(const char *fmt, ...);
int printf(const char *fmt, ...);
int fprintf(int fd, const char *fmt, ...);
int fwritef(int fd, const char *fmt, ...);
_Noreturn void _user_panic(const char *file, int line, const char *fmt, ...);
_Noreturn void _user_halt(const char *file, int line, const char *fmt, ...);
#define user_panic(...)	_user_panic(__FILE__, __LINE__, __VA_ARGS__)
#define user_halt(...)	_user_halt(__FILE__, __LINE__, __VA_ARGS__)	/* the whole machine stops */
#define user_assert(x)	do { if (!(x)) user_panic("assertion failed: %s", #x); } while (0)
#define panic_on(e)	do { int r_ = (e); if (r_ != 0) user_panic("'" #e "' returned %d", r_); } while (0)
void user_bcopy(const void *, void *, size_t);
void user_bzero(void *, u_int);

/* Numbers below 0 are errors, -E_*.  Environment 0: this one. */
void syscall_putchar(int);
int syscall_print_cons(const void *, u_int);
u_int syscall_getenvid(void);
void syscall_yield(void);
int syscall_env_destroy(u_int);
int syscall_mem_alloc(u_int, void *va, u_int perm);
int syscall_mem_map(u_int from, void *from_va, u_int to, void *to_va, u_int perm);
int syscall_mem_unmap(u_int, void *va);
int syscall_set_env_status(u_int, u_int);
int syscall_set_trapframe(u_int, struct Trapframe *);
int syscall_set_tlb_mod_entry(u_int, void (*)(struct Trapframe *));	/* a write to a page without PTE_D */
_Noreturn void syscall_panic(const char *);
int syscall_ipc_try_send(u_int, u_int value, const void *va, u_int perm);
int syscall_ipc_can_send(u_int, u_int value, const void *va, u_int perm);
int syscall_ipc_recv(void *va);
int syscall_cgetc(void);
int mos_envid(long pid);

/* Within the caller: the child goes on in the caller's frame. */
static inline __attribute__((always_inline)) int syscall_exofork(void) { return mos_envid(exofork_here()); }
static inline __attribute__((always_inline)) int syscall_env_alloc(void) { return mos_envid(exofork_here()); }

void set_pgfault_handler(void (*)(u_int va));	/* a write to a page that may not be written */
void ipc_send(u_int, u_int value, const void *va, u_int perm);
u_int ipc_recv(u_int *from, void *va, u_int *perm);
int fork(void);
int spawn(char *path, char **argv);
int spawnl(char *path, char *arg0, ...);
void wait(u_int);

int open(const char *path, int mode);
int close(int fd);
int read(int fd, void *, u_int);
int write(int fd, const void *, u_int);
int readn(int fd, void *, u_int);
int seek(int fd, u_int);
int dup(int fd, int to);
int pipe(int fd[2]);
int fstat(int fd, struct Stat *);
int stat(const char *path, struct Stat *);
void close_all(void);
int opencons(void);
int iscons(int fd);

#define O_RDONLY	0x0000
#define O_WRONLY	0x0001
#define O_RDWR		0x0002
#define O_ACCMODE	0x0003
#define O_CREAT		0x0100
#define O_TRUNC		0x0200
#define O_EXCL		0x0400
#define O_MKDIR		0x0800
