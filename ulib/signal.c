/* SPDX-License-Identifier: MIT */
/*
 * signal.c: signals, over upcalls.  The kernel keeps what is caught, ignored
 * and held, and says which one came; the program's own faults are page-fault
 * and exception upcalls.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <unistd.h>
#include <yoke.h>
#include "abi/syscall.h"
#include "area.h"
#include "raw.h"

static struct sigaction actions[NSIG];
static sigset_t held;

/* A kernel's call by itself: errno stays the program's. */
static long tell(sigset_t hold)
{
	sigset_t caught = 0, ignored = 0, again = 0;

	for (int i = 1; i < NSIG; i++)
		if (actions[i].sa_handler == SIG_IGN)
			ignored |= 1u << i;
		else if (actions[i].sa_handler != SIG_DFL) {
			caught |= 1u << i;
			again |= actions[i].sa_flags & SA_RESTART ? 1u << i : 0;
		}
	return raw_call(SYS_signals, caught, ignored, hold, again, 0);
}

/* ---- delivery ---- */

/* Ends with the kernel's resume, on every machine: another signal may be due by then. */
static void run(const struct upcall *u, int sig, siginfo_t *info)
{
	struct sigaction a = actions[sig];
	int before = errno;

	if (a.sa_flags & SA_RESETHAND) {
		actions[sig].sa_handler = SIG_DFL;
		tell(held);
	}
	info->si_signo = sig;
	if (a.sa_flags & SA_SIGINFO)
		a.sa_sigaction(sig, info, (void *)(uintptr_t)&u->regs);
	else
		a.sa_handler(sig);
	errno = before;
	resume(&u->regs);
}

/* A fault in what its own handler would interrupt: in a handler. */
static bool nested(const struct upcall *u)
{
	return u->regs.r[FR_SP] - (uintptr_t)upcalls.area <= AREA_SIZE;
}

static bool handled(int sig)
{
	return actions[sig].sa_handler != SIG_DFL && actions[sig].sa_handler != SIG_IGN && !(held >> sig & 1);
}

/* How a fault looks as a signal. */
static int describe(const struct upcall *u, siginfo_t *info)
{
	static const struct { unsigned char sig, code; } by_kind[FAULT_KINDS] = {
		[FAULT_PAGE] = { SIGSEGV, SEGV_ACCERR }, [FAULT_ALIGN] = { SIGBUS, BUS_ADRALN },
		[FAULT_ILLEGAL] = { SIGILL, ILL_ILLOPC }, [FAULT_BREAK] = { SIGTRAP, TRAP_BRKPT },
		[FAULT_DIVIDE] = { SIGFPE, FPE_INTDIV }, [FAULT_BUS] = { SIGBUS, BUS_ADRERR },
		[FAULT_OTHER] = { SIGSEGV, SEGV_ACCERR },
	};

	*info = (siginfo_t){ .si_code = by_kind[u->kind].code, .si_addr = (void *)u->va };
	if (u->kind == FAULT_PAGE && !u->region)
		info->si_code = SEGV_MAPERR;
	return by_kind[u->kind].sig;
}

static void on_fault(struct upcall *u)
{
	siginfo_t info;
	int sig;

	if (u->event == UPCALL_PAGE && upcalls.ufork_on && ufork_fault(u))
		return;
	sig = describe(u, &info);
	if (nested(u) || !handled(sig) ||
	    (u->event == UPCALL_PAGE && !(u->want & PROT_EXEC) && is_call(u->regs.r[FR_PC])))
		upcall_refuse(u, EFAULT);	/* a call returns EFAULT, the program ends */
	else
		run(u, sig, &info);
}

static void on_signal(struct upcall *u)
{
	siginfo_t info = { .si_code = SI_USER };

	if (actions[u->kind].sa_handler != SIG_DFL && actions[u->kind].sa_handler != SIG_IGN)
		run(u, (int)u->kind, &info);
}

/* ---- calls ---- */

/* Events come before the kernel is told that the signal is caught. */
static int listen(int sig)
{
	if (upcalls.handlers[UPCALL_SIGNAL] != on_signal && upcall_install(UPCALL_SIGNAL, on_signal, 0) < 0)
		return -1;
	if (sig == SIGSEGV && upcalls.handlers[UPCALL_PAGE] != on_fault && upcall_install(UPCALL_PAGE, on_fault, 0) < 0)
		return -1;
	if ((sig == SIGSEGV || sig == SIGBUS || sig == SIGFPE || sig == SIGILL || sig == SIGTRAP) &&
	    upcalls.handlers[UPCALL_CPU] != on_fault)
		return upcall_install(UPCALL_CPU, on_fault, 0);
	return 0;
}

int sigaction(int sig, const struct sigaction *new, struct sigaction *old)
{
	struct sigaction was;

	if (sig <= 0 || sig >= NSIG || (new && (sig == SIGKILL || sig == SIGSTOP))) {
		errno = EINVAL;
		return -1;
	}
	was = actions[sig];
	if (new) {
		if (new->sa_handler != SIG_DFL && new->sa_handler != SIG_IGN && listen(sig) < 0)
			return -1;
		actions[sig] = *new;
		tell(held);
	}
	if (old)
		*old = was;
	return 0;
}

void (*signal(int sig, void (*fn)(int)))(int)
{
	struct sigaction a = { .sa_handler = fn, .sa_flags = SA_RESTART };

	return sigaction(sig, &a, &a) < 0 ? SIG_ERR : a.sa_handler;
}

int raise(int sig)
{
	return kill(getpid(), sig);
}

int killpg(pid_t job, int sig)
{
	return kill(job > 1 ? -job : 0, sig);
}

int sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
	sigset_t was = held;

	if (set) {
		if (how < SIG_BLOCK || how > SIG_SETMASK) {
			errno = EINVAL;
			return -1;
		}
		held = how == SIG_BLOCK ? was | *set : how == SIG_UNBLOCK ? was & ~*set : *set;
		held &= ~(1u << SIGKILL | 1u);
		tell(held);
	}
	if (old)
		*old = was;
	return 0;
}

int sigpending(sigset_t *set)
{
	*set = tell(held);
	return 0;
}

/* The handler has run, with that mask, when the call is over. */
int sigsuspend(const sigset_t *set)
{
	sigset_t was = held;

	held = *set & ~(1u << SIGKILL | 1u);
	raw_call(SYS_pause, held, 0, 0, 0, 0);
	held = was;
	tell(held);
	errno = EINTR;
	return -1;
}

void sigjump_save(struct sigjump *b, int save)
{
	b->saved = save;
	b->mask = held;
}

void siglongjmp(sigjmp_buf b, int n)
{
	if (b->saved && b->mask != held)
		sigprocmask(SIG_SETMASK, &b->mask, NULL);
	longjmp(b->jump, n);
}
