/* SPDX-License-Identifier: MIT */
/*
 * signal.h: signals, over upcalls.  A handler runs on the library's upcall
 * stack, and until it returns, or leaves by siglongjmp, no other signal is
 * delivered, whatever sa_mask and SA_NODEFER say; a fault within one ends the
 * program.  A call that a signal interrupts returns EINTR; with SA_RESTART
 * read, write and wait begin again after the handler, but no sleep, and none
 * that has done a part: that is its result.  SIGSEGV, SIGBUS, SIGFPE, SIGILL
 * and SIGTRAP are the program's own faults, too; its instruction is tried
 * again when the handler returns.
 */
#pragma once
#include <setjmp.h>
#include <sys/types.h>
#include "abi/upcall.h"
#include "abi/yoke.h"		/* SIGINT, SIGKILL */

enum { SIGHUP = 1, SIGQUIT = 3, SIGILL = 4, SIGTRAP = 5, SIGABRT = 6, SIGBUS = 7, SIGFPE = 8, SIGUSR1 = 10,
       SIGSEGV = 11, SIGUSR2 = 12, SIGPIPE = 13, SIGALRM = 14, SIGTERM = 15, SIGCHLD = 17, SIGCONT = 18,
       SIGSTOP = 19, SIGTSTP = 20, SIGTTIN = 21, SIGTTOU = 22, SIGURG = 23, SIGXCPU = 24, SIGXFSZ = 25,
       SIGVTALRM = 26, SIGPROF = 27, SIGWINCH = 28, SIGSYS = 30 };
#define NSIG	SIG_N

typedef int sig_atomic_t;
typedef uint32_t sigset_t;	/* 1 << signal */
typedef struct {
	int si_signo, si_code, si_errno;
	pid_t si_pid;			/* 0: not known */
	void *si_addr;			/* of a fault: the address; of SIGFPE, SIGILL and SIGTRAP the instruction's */
} siginfo_t;
typedef struct { struct regs uc_mcontext; } ucontext_t;	/* what the program goes on with: indices in the port's frame.h */

struct sigaction {
	union {
		void (*sa_handler)(int);
		void (*sa_sigaction)(int, siginfo_t *, void *ucontext);
	};
	sigset_t sa_mask;
	int sa_flags;
};
enum { SA_NOCLDSTOP = 1, SA_NOCLDWAIT = 2, SA_SIGINFO = 4, SA_ONSTACK = 0x08000000, SA_RESTART = 0x10000000,
       SA_NODEFER = 0x40000000 };
#define SA_RESETHAND	0x80000000u
#define SIG_DFL		((void (*)(int))0)
#define SIG_IGN		((void (*)(int))1)
#define SIG_ERR		((void (*)(int))-1)
enum { SIG_BLOCK, SIG_UNBLOCK, SIG_SETMASK };

/* si_code */
enum { SI_USER = 0, SEGV_MAPERR = 1, SEGV_ACCERR = 2, BUS_ADRALN = 1, BUS_ADRERR = 2, FPE_INTDIV = 1, ILL_ILLOPC = 1,
       TRAP_BRKPT = 1 };

int sigaction(int sig, const struct sigaction *, struct sigaction *old);
void (*signal(int sig, void (*fn)(int)))(int);
int kill(pid_t, int sig);	/* 0: this job; -job: that one */
int killpg(pid_t job, int sig);
int raise(int sig);
int sigprocmask(int how, const sigset_t *, sigset_t *old);
int sigpending(sigset_t *);
int sigsuspend(const sigset_t *);
void psignal(int sig, const char *);

static inline int sigemptyset(sigset_t *s) { *s = 0; return 0; }
static inline int sigfillset(sigset_t *s) { *s = (1u << NSIG) - 2; return 0; }
static inline int sigaddset(sigset_t *s, int sig) { *s |= 1u << sig; return 0; }
static inline int sigdelset(sigset_t *s, int sig) { *s &= ~(1u << sig); return 0; }
static inline int sigismember(const sigset_t *s, int sig) { return *s >> sig & 1; }

/* With the mask, if save; out of a handler, too. */
typedef struct sigjump { jmp_buf jump; int saved; sigset_t mask; } sigjmp_buf[1];
void sigjump_save(struct sigjump *, int save);
#define sigsetjmp(b, save)	(sigjump_save(b, save), setjmp((b)->jump))
_Noreturn void siglongjmp(sigjmp_buf, int);
