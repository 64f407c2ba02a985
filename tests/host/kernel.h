/* SPDX-License-Identifier: MIT */
/*
 * kernel.h: all of core/ over the simulated machine: processes that make
 * system calls, on CPUs that take turns.
 *
 * A process is a thread of the host, of which one at a time runs: the kernel
 * is core/ as it is, its switches hand the turn on.  A program is a C
 * function that makes system calls with call(), and touches its memory with
 * at(); its registers are its frame's, its program counter says only where
 * it is: at a call, behind it, or at its upcall handler.  Between two steps
 * another CPU may get its turn, or the tick may come, as the seed says.
 * When all CPUs idle time flies; if nobody wakes, the run ends with a report.
 */
#pragma once
#include "sim.h"
#include "core/file.h"

/* Boot, and run fn as process 1, which ends the run: exit(tap_end()).  cpus: 1 to NCPU. */
_Noreturn void kernel_run(void (*fn)(void), unsigned cpus, uint64_t seed);

/* ---- for programs ---- */

typedef int program(void *arg);

intptr_t call_with(word nr, const word a[6]);
#define call(name, ...)	call_with(SYS_##name, (word[6]){ __VA_ARGS__ })

int start(program *, void *arg);	/* a child by fork: its pid or error */
int start_thread(program *);		/* in this space */
int start_exofork(program *, void *arg);	/* a stopped child with no page */
struct wait_info ended(int pid);	/* wait for it */
bool exits(int pid, int code);		/* it does, with that */
int state_of(int pid);			/* PROC_*; PROC_FREE: it is gone */
bool until(int pid, int state);		/* let others run till it is; false: it never is */
void step(void);			/* others may run, and time pass */

/* An address of the program's, usable for want; a fault is the kernel's affair, and may be an upcall's, or the end. */
void *at(va_t va, unsigned want);
#define LOAD(type, va)		(*(type *)at((va), P_R))
#define STORE(type, va, v)	((void)(*(type *)at((va), P_W) = (v)))

/* What each program has: plain memory, a window that it manages (no page there), an upcall stack. */
enum { PLAIN = 0x400000, PLAIN_PAGES = 8, WINDOW = 0x500000, WINDOW_PAGES = 16, UPSTACK = 0x600000, UPSTACK_PAGES = 2 };
#define UPSTACK_END	((va_t)UPSTACK + UPSTACK_PAGES * PGSIZE)

/* Where the handler is that arm() gives to the kernel: an upcall runs it, and then resumes the block, which lies at `where'. */
enum { CODE = 0x10000, HANDLER = 0x20000 };
extern void (*handler)(struct upcall *, va_t where);
extern unsigned handled;		/* upcalls so far */
intptr_t arm(unsigned events, void (*fn)(struct upcall *, va_t), word period);

/*
 * Programs that are their registers and nothing else, for those whose threads go on in other processes than they began
 * in, and for those that do anything.  While this is not null every process that begins runs it, again and again:
 * one instruction, of which FR_PC is left as it shall be; true: a system call.
 */
typedef bool machine(struct frame *);
extern machine *user_mode;
_Noreturn void run_machine(void);	/* the running process from now on */
void trip(enum fault_kind, va_t, unsigned want);	/* the running program's instruction faults */

unsigned below(unsigned n);		/* a random number */

/* ---- for tests ---- */

extern bool calm;			/* no turns and ticks of chance: others run only if the caller sleeps or yields */
extern bool tickless;			/* no ticks, but those of CPUs with nothing to do */
extern char said[1 << 14];		/* what the kernel printed since hush() */
void hush(void);
void count_pages(void);			/* what settled() compares with */
bool settled(void);			/* nobody is left, no page is lost, and the audit is content */
/* Run fn in a child with its n-th allocation refused, for every n: each ends well, or of that.  How many there are; 0: not well. */
unsigned fail_each(program *, void *arg);
#define is(v, want)	((intptr_t)(v) == (intptr_t)(want))
/* The test that runs says what was wrong; for programs: and ends with 1. */
bool check_at(const char *file, int line, bool good, const char *what);
#define CHECK(e)	do { if (!check_at(__FILE__, __LINE__, (e), #e)) return 1; } while (0)
#define NEED(e)		do { if (!check_at(__FILE__, __LINE__, (e), #e)) return false; } while (0)
