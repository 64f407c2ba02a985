/* SPDX-License-Identifier: MIT */
/* jos.h: for the files of ulib_jos. */
#pragma once
#include "../peer/peer.h"
#include "inc/env.h"
#include "inc/error.h"

/* What a call said, as JOS says it. */
static inline int jos_result(long r) { return r < 0 ? -peer_error() : (int)r; }

pid_t jos_pid(envid_t);			/* 0: this process; -1: no environment can have that */
/* PTE_* as rights: -1 if there is a bit that no program may set.  All pages can be executed, as on JOS's i386. */
int jos_rights(int perm);
int jos_perm(unsigned rights);		/* and back */
void jos_env_self(void);		/* thisenv is this process's */
struct Env *jos_env_own(void);		/* its own entry */
#define JOS_THISENV	(*(const volatile struct Env *volatile *)(uintptr_t)(USTACKTOP - 16))	/* inc/lib.h's thisenv */

/* Of inc/lib.h and inc/assert.h, which no file can include beside ulib's own headers. */
envid_t sys_getenvid(void);
int cprintf(const char *, ...);
_Noreturn void _panic(const char *file, int line, const char *fmt, ...);
extern const char *binaryname;
