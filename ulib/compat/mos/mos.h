/* SPDX-License-Identifier: MIT */
/* mos.h: for the files of ulib_mos. */
#pragma once
#include "../peer/peer.h"
#include "include/types.h"
#include "include/error.h"
#include "include/env.h"

/* What a call said, as MOS says it. */
static inline int mos_result(long r) { return r < 0 ? -peer_error() : (int)r; }

pid_t mos_pid(u_int env);		/* 0: this process; -1: no environment can have that */
int mos_rights(u_int perm);		/* PTE_* as rights; all pages can be executed, as on MOS's CPUs */
u_int mos_perm(unsigned rights);	/* and back */
void mos_env_self(void);		/* env is this process's */
struct Env *mos_env_own(void);		/* its own entry */

/* Of lib.h, which no file can include beside ulib's own headers. */
extern const volatile struct Env *env;
u_int syscall_getenvid(void);
void debugf(const char *, ...);
_Noreturn void _user_panic(const char *file, int line, const char *fmt, ...);
