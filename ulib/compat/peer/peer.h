/* SPDX-License-Identifier: MIT */
/*
 * peer.h: what JOS and MOS have in common, over Yoke's exokernel calls; for the libraries ulib_jos, ulib_mos.
 *
 * A process manages all its memory.  Its text and data are brought in at the start, its stack is a few pages
 * below peer_stack_top, and faults go to the program.  Identifiers are made from pids; the table of environments
 * and the window of page-table entries are made from procinfo and query when somebody looks.
 */
#pragma once
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <upcall.h>
#include <yoke.h>

enum { PEER_PAGE = 4096, PEER_STACK_PAGES = 4, PEER_ENVS = 1024, PEER_RIGHTS = PROT_READ | PROT_EXEC };

enum peer_err {
	ERR_UNSPECIFIED, ERR_BAD_ENV, ERR_INVAL, ERR_NO_MEM, ERR_NO_FREE_ENV, ERR_FAULT, ERR_NO_DISK, ERR_MAX_OPEN,
	ERR_NOT_FOUND, ERR_BAD_PATH, ERR_FILE_EXISTS, ERR_NOT_EXEC, ERR_NOT_SUPP, ERR_N
};

/* ---- given by each of the two ---- */

extern const unsigned char peer_numbers[ERR_N];	/* the numbers of its errors */
const char *peer_error_name(int number);	/* null: it has none */

extern const uintptr_t peer_stack_top;		/* where the program's stack ends */
extern const uintptr_t peer_area;		/* a place for the upcall stack, AREA_SIZE of area.h */
extern const uintptr_t peer_window;		/* where its page-table entries lie: 4 MiB, the last thing managed */
long peer_id(pid_t);				/* an environment's identifier, > 0 */
/* Entry i of the table: this process, or null: it is free. */
void peer_env_set(unsigned i, const struct proc_info *);
unsigned peer_index(pid_t);			/* of the table */
uint32_t peer_pte(const struct page_run *);	/* an entry as the peer has it, without an address */
void peer_handle(struct upcall *);		/* the program's own handler, or peer_refuse */
void peer_main(int argc, char **argv);		/* the program; it ends by exit */

/* ---- start.c, which has main ---- */

enum { PEER_LINE = FD_N - 1 };			/* descriptor: to the watcher, from all environments */
_Noreturn void peer_failed(void);		/* this environment ends, and so has the whole run failed */
_Noreturn void peer_halt(int status);		/* all of them end, as if the machine had stopped */
int peer_handlers_on(void);			/* page faults come to peer_handle from now on.  0, or -1 and errno */
void peer_refuse(struct upcall *);		/* nobody handles this fault: the program ends, or its call fails */

/* ---- env.c ---- */

int peer_error(void);				/* errno as the peer's number; never 0 */
void peer_envs(void);				/* look: peer_env_set for each entry */
void peer_env_made(pid_t);			/* its entry is in use, though nobody has looked yet */
void peer_yield(void);				/* and look again, if the program ever looked */
bool peer_alive(pid_t);
pid_t peer_fork(bool share_all);		/* -1 and errno */
/* Start a program with this process's files, and with its pages that have PAGE_S1.  -1 and errno. */
pid_t peer_spawn(const char *path, const char *const argv[]);

/* ---- files.c: by the peers' names and flags; errors are negative ---- */

int peer_open(const char *path, int mode);
/* Of an open file, or of the one at a path.  0 or an error. */
int peer_fstat(int fd, struct file_info *);
int peer_stat(const char *path, struct file_info *);

/* ---- window.c: page-table entries as memory ---- */

const volatile uint32_t *peer_entries(void);	/* of all pages by number, fresh */
const volatile uint32_t *peer_directory(void);	/* of all tables by number: what their pages have together */
bool peer_window_fault(struct upcall *);	/* was it for the window?  Then it is there now */

/* ---- print.c ---- */

int peer_vsnprintf(char *to, int n, const char *fmt, va_list);
int peer_vprint(int fd, const char *fmt, va_list);
