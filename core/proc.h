/* SPDX-License-Identifier: MIT */
/*
 * proc.h: processes, CPUs, and how they wait for each other.
 *
 * Locks.  proc_lock covers the tree of processes: parent, children, state
 * ZOMBIE, the table, and which space a process has.  A run queue's lock
 * covers READY, RUNNING and SLEEPING of the processes whose home it is, and
 * is held across ctx_switch, to be released by whoever runs next.  A wait
 * queue has a lock of its own.  Order: proc_lock, or a file's lock, -> space
 * -> object -> wait queue -> run queue; see vm/lock.h.
 */
#pragma once
#include "vm/vm.h"
#include "abi/syscall.h"
#include "lib/format.h"	/* snprintf, vsnprintf */

enum { KSTACK = PGSIZE };

struct file;
struct proc;
struct group;

/* How upcalls reach a process: all zero, not at all. */
struct aim {
	va_t entry, lo, hi;		/* where it goes on (without events: 0 or ENOMEM); its upcall stack, [lo, hi) */
	va_t first;			/* where the first block on it goes; 0: nowhere (aim.h) */
};
struct upcalls {
	_Atomic unsigned events;	/* mask of 1 << UPCALL_* */
	struct aim aim;			/* its space's lock, and proc_lock for a process other than itself */
	word period, next;		/* UPCALL_TIMER, in ticks */
};

/* Signals, masks of 1 << signal: proc_lock.  All but `some' is anything before that. */
struct signals {
	bool some;			/* it has said something of signals, or one came */
	uint32_t caught, ignored, held, pending;
	uint32_t again;			/* after these a call that they interrupt begins again */
};

/* Open files by descriptor.  Invariant: shut, a mask of those that exec closes, has no bit where no file is. */
struct files { struct file *fd[FD_N]; uint32_t shut; };

struct waitq { struct lock lock; struct proc *head, *tail; };	/* all zero: nobody waits */

/* A process's mailbox.  Its lock covers all but what it says it wants to send, which is its receiver's box's. */
struct ipc {
	struct lock lock;
	bool open;			/* the process lives; the rest is zero till then */
	bool asked;			/* somebody waits for its answer alone, or did */
	int waits;			/* it sleeps for a message: 1, or 1 + the pid that it shall be from; else 0, or -ESRCH: that one ended */
	bool came;			/* there is one in msg, to be copied out */
	va_t va;			/* where it wants a page, or IPC_NOPAGE */
	struct ipc_msg msg;
	struct proc *head, **tail;	/* who sleeps to send to it, in order */

	struct proc *next, **link;	/* in the receiver's queue */
	struct letter { word value; va_t va; unsigned rights; } out;
	int result;			/* of the sending; 1: not yet known */
};

struct proc {
	int pid;			/* 0: a free slot */
	_Atomic int state;		/* PROC_* of abi/yoke.h; PROC_FREE while it is made */
	union {
		_Atomic uint32_t asked;	/* any of these.  Who asks lets its CPU know, with that one's queue's lock, after that */
		struct {
			_Atomic uint8_t killed;	/* by this signal: ends at its next way out of the kernel */
			_Atomic uint8_t signal;	/* there is one to deliver there: 1, or 2: a call begins again after it.  signal.c */
			_Atomic bool stop;	/* stops there (STOPPED), till set_status(RUN) */
			uint8_t none;
		};
	};
	bool forget;			/* its children that end are init's: proc_lock */
	bool deaf;			/* only its end shall wake it: its own */
	bool vforked;			/* runs in its parent's space, and the parent waits: proc_lock */
	int strategy;			/* FORK_* */
	uint32_t ran;			/* ticks that came while it ran: its CPU's */
	int job;			/* who shares it hears of ctrl-C: proc_lock */
	struct space *space;		/* changed only by itself, under proc_lock */
	struct frame *frame;		/* its user registers: top of the kernel stack */
	void *kstack;			/* one page; a canary lies at its bottom */
	struct ctx ctx;			/* where it left off in the kernel */
	struct cpu *_Atomic home;	/* the CPU it runs on; changed under that one's queue's lock, while READY */
	struct proc *next;		/* in the run queue */
	struct waitq *waiting;		/* the wait queue it is in, or null: that queue's lock */
	struct proc *wait_next, *wait_prev;
	struct proc *parent, *child, *sibling;	/* proc_lock */
	struct waitq kids;		/* where it waits for its children */
	struct wait_info end;		/* a zombie's */
	word wake_at;			/* tick to wake at: clock */
	struct proc *timed_next, **timed_link;	/* among those that sleep for something, no longer than till then: clock */
	struct ipc ipc;
	struct upcalls up;		/* events zero in a free slot */
	struct signals sig;
	struct group *group;		/* of activations; null: it is alone, and so its state, see group.c */
	struct { int state; struct proc *of, *next, *member; struct waitq bell; } act;
	struct files *files;		/* own, or the group's */
	struct file *const *_Atomic quick;	/* the same, if read and write need look at nothing else: files_quick */
	struct inode *dir;		/* the working directory, if it has no group; null: the root, as in a free slot */
	struct files own;
	char name[NAME_LEN];
	struct space *_Atomic leaves;	/* its space before exec, till that is gone: info.c */
};

struct cpu {
	unsigned id;			/* first: cpu_id() reads it */
	bool resched;			/* its process has to look at what is asked of it, at each way out till it has */
	struct proc *cur;		/* running here; null while idle */
	struct ctx idle;		/* the idle loop's context */
	struct runq { struct lock lock; struct proc *head, *tail; } ready;
};
extern struct cpu cpus[NCPU];

static inline struct proc *cur(void) { return cpu_self()->cur; }

/* ---- sched.c ---- */

/*
 * Sleep in q until woken, killed, or a signal is to be delivered; => held, which is let go meanwhile (null: none); => held.
 * -EINTR if killed or for a signal, -ERESTART for one after which the call shall begin again: to be returned only of a call
 * that had no effect.  Who waits checks again: a wake-up says only that something changed.
 */
int  wait_on(struct waitq *q, struct lock *held);
/* The same, in no queue: until sched_ready, or for no reason.  => both locked (outer: or null) */
int  sched_sleep(struct lock *inner, struct lock *outer);
/* The same, but held is not held any more, and nothing is said: who has not got what it waits for sleeps again to hear. */
void sched_sleep_once(struct lock *held);
/* sched_ready(next), and sched_sleep(held): with next in our place at once, if it sleeps here.  => held; not held any more */
void sched_hand_over(struct proc *next, struct lock *held);
void wake_one(struct waitq *);
void wake_all(struct waitq *);
void sched_begin(struct proc *);	/* it is complete: let it run */
void sched_ready(struct proc *);	/* wake it, if it sleeps; who does that for no reason does no harm */
intptr_t sched_ready_last(struct proc *, intptr_t result);	/* the same, as the last thing a function does: returns its result */
void sched_stop(struct proc *);		/* it shall stop, at its next way out */
void sched_run(struct proc *);		/* it shall not, or go on */
void sched_poke(struct proc *);		/* if it runs, it shall come by trap_leave soon */
void sched_kill(struct proc *);		/* it shall end: out of its sleep, or at its next way out */
void sched_kill_by(struct proc *, int sig);	/* as sched_kill, which is SIGKILL */
void sched_interrupt(struct proc *);	/* out of its sleep, or to trap_leave: p->signal is set */
void sched_leave(void);			/* sched_pending() on the way out: yield or end.  trap_leave calls it */
_Noreturn void sched_exit(void);	/* the zombie's last act.  => proc_lock held, let go for it */
_Noreturn void sched_idle(void);	/* the idle loop of this CPU; kmain and kmain_cpu end here */
extern _Atomic word ticks;		/* since boot */
void clock_wake(void);			/* wake the sleepers that are due.  => nothing locked */
word clock_after(word ms);		/* the tick when so many milliseconds are over for certain */
bool clock_due(word tick);
int  clock_sleep(word until, struct lock *held);	/* sched_sleep, till this tick at most */

/* ---- cpus.c ---- */

extern unsigned cpus_running;
void cpus_quiet(void);			/* from here on no other CPU does anything.  => nothing locked */
void cpus_go_on(void);			/* until here */
void cpus_rest(void);			/* rest here while another CPU wants quiet.  => nothing locked */
void cpus_stop(void);			/* the others do nothing any more; if one of them was first, it is this one */

static inline bool sched_pending(void) { return __builtin_expect(cpu_self()->resched, 0); }

/* ---- upcall.c ---- */

/* The events that p hears of; only itself, or who made it, changes them. */
static inline unsigned upcall_armed(const struct proc *p)
{
	return __c11_atomic_load(&p->up.events, __ATOMIC_RELAXED);
}

/*
 * Hand this fault to the program, whose frame goes on at its handler; false: it does not handle such.  A page's:
 * just after vm_fault's or a copy's error.
 */
bool upcall_fault(struct frame *, const struct fault *);
/* The same, of the page fault that vm_fault has just refused, for the common case: then it does not return.  Else nothing has changed. */
void upcall_page(struct frame *);
bool upcall_gave_up(void);		/* has its handler said, by set_upcall, that there is no memory for what it has to do? */
void trap_leave(struct frame *);	/* sched_pending() on the way out: yield or end; then upcalls that are due */
_Noreturn void trap_exit(struct frame *);	/* leave the kernel with this frame, whatever was called on its behalf */

/* ---- signal.c.  => proc_lock, unless said otherwise ---- */

void signal_post(struct proc *, int sig);	/* it lives */
int  signal_job(int job, int sig);	/* to all of a job but init: 0, or -ESRCH: there is none */
void signal_changed(struct proc *);	/* its upcalls have */
void signal_inherit(struct proc *child, const struct proc *);	/* sig.some; nobody finds the child yet, nothing locked */
void signal_thread(struct proc *, const struct proc *);	/* the same */
void signal_exec(struct proc *);	/* sig.some: nobody handles them any more */
int  signal_take(struct proc *);	/* the running one's next, 0: none.  => nothing locked */
int  signal_interrupts(const struct proc *);	/* does p->signal end the running one's sleep?  0, -EINTR, -ERESTART */

/* ---- group.c.  A process that has a group: ---- */

void group_sleep(struct proc *);	/* it is about to sleep.  => nothing of group.c's locked */
bool group_slept(const struct proc *);	/* it has, in this call, and group_leave has not seen it yet */
void group_leave(struct proc *);	/* on the way out: takes and gives what there is; may sleep.  => nothing locked */
void group_end(struct proc *);		/* it ends, as p->end says: all do; the leader's end becomes the first one's */
void group_leave_for_good(struct proc *);
struct lock *group_lock(const struct proc *);	/* covers its files */
struct inode **group_dir(const struct proc *);	/* its working directory: tree_lock */
struct proc *group_parent(struct proc *);	/* whose children are those that any of it makes: the leader's, or its own if that is gone */

/* Whose children are those that p makes?  => proc_lock */
static inline struct proc *proc_family(struct proc *p)
{
	return __builtin_expect(p->group != NULL, 0) ? group_parent(p) : p;
}

/* ---- proc.c, fork.c, exec.c, elf.c, exit.c ---- */

int  proc_new(struct proc **);		/* a slot, pid and kernel stack.  0, -EAGAIN (no slot), -ENOMEM */
void proc_free(struct proc *);		/* has no space, children or files; runs nowhere */
void proc_start(struct proc *, struct proc *parent);	/* it is complete: into the tree, and to be run */
bool proc_stack_ok(const struct proc *);	/* its kernel stack has not overflown */
struct proc *proc_find(int pid);	/* => proc_lock */
/* Whom the caller may act on: itself (0, too) or a living child.  Null: *err is -ESRCH or -EPERM, else 0.  => proc_lock */
struct proc *proc_own(word pid, int *err);
struct proc *proc_slot(word pid);	/* where it is, if it is at all */
struct proc *proc_nth(unsigned);	/* the n-th that has started.  => proc_lock; null past the last */
struct proc *proc_next(struct proc *);	/* the one after it, null: the first.  => proc_lock; null past the last */
extern struct lock proc_lock;

/* Is it no zombie, nor one just freed?  => proc_lock, under which it stays so */
static inline bool proc_alive(const struct proc *p)
{
	int state = p->state;

	return state != PROC_ZOMBIE && state != PROC_FREE;
}

void share_space(struct proc *, const struct proc *with);
struct space *space_new(void);		/* empty, one user; null: no memory */
void space_put(struct space *);		/* one user fewer; with the last it ends.  Loaded nowhere */

/* Programs and mappings lie below MAP_TOP; the stack may grow down to a gap above it. */
#define STACK_MAX	((va_t)8 << 20)
#define MAP_TOP		(STACKTOP - STACK_MAX - ((va_t)1 << 20))

/* What exec needs of a program's name, arguments and environment; it fills less than a page. */
enum { ARG_N = 128 };			/* strings */
struct exec {
	char path[PATH_LEN];
	unsigned argc, envc;
	size_t len;
	char args[ARG_BYTES];		/* argc strings, then envc, one after the other, each with its end */
	word words[ARG_N + 3];		/* as they will lie on the stack: argc, addresses, 0, the environment's, 0 */
};
struct exec *exec_new(void);		/* empty; null: no memory */
void exec_free(struct exec *);
int  exec_add(struct exec *, const char *arg);	/* before the environment.  0 or -E2BIG */
int  exec_fetch(struct exec *, va_t path, va_t argv, va_t envp);	/* from the running program; envp 0: none */
/* Build the program's space and first registers.  0 or an error, and then nothing is left. */
struct image { struct space *space; va_t pc, sp; };
int  exec_load(struct exec *, struct image *);
void exec_name(struct proc *, const char *path);

int  elf_load(struct space *, struct object *, size_t size, va_t *entry, va_t *end);	/* -ENOEXEC, -ENOMEM */
int  proc_spawn(struct exec *, struct file *const fd[FD_N], struct proc *parent);	/* pid or error */
_Noreturn void proc_exit(enum end how, int code, const struct fault *);	/* fault: END_FAULT, END_NOMEM */
struct space *space_of(word pid, int *err);	/* proc_own's, to be used until space_let.  Null, and *err.  => nothing locked */
void space_let(struct space *);		/* null too */
void ipc_open(struct proc *);		/* it lives, and is sent to */
void ipc_close(struct proc *);		/* it ends: who wants to send to it hears so */
void proc_forget(struct proc *);	/* its children that end are init's from now on.  => proc_lock */
void vfork_done(struct proc *);		/* it has its own space now, or none: let the parent go on.  => proc_lock */

/* ---- file.c, name.c, console.c, fsck.c ---- */

void files_shut(void);			/* the running process, which has no group, becomes another program */
void files_quick(struct proc *);	/* its group or the events that it hears of have changed */
struct file *file_get(struct file *);
void file_put(struct file *);		/* closes at the last */
int  path_object(const char *path, struct object **, size_t *size);	/* a file's, with a reference.  0, -ENOENT, -EACCES: no regular file, ... */
struct inode *dir_get(const struct proc *);	/* its working directory, with a reference; null: the root */
void inode_put(struct inode *);		/* null too.  => nothing of the files' locked */
void files_init(void);			/* /dev, and what the ramdisk has */
int  files_audit(void);			/* broken counts, each printed.  => nothing else runs */
void console_init(void);

/* ---- System calls: every one is word sys_NAME(word, ...), as many as abi/syscall.h says.  Errors are -errno. ---- */

#define SYS_PARAMS_0	void
#define SYS_PARAMS_1	word
#define SYS_PARAMS_2	word, word
#define SYS_PARAMS_3	word, word, word
#define SYS_PARAMS_4	word, word, word, word
#define SYS_PARAMS_5	word, word, word, word, word
#define SYS_PARAMS_6	word, word, word, word, word, word
#define X(nr, name, n)	word sys_##name(SYS_PARAMS_##n);
SYSCALLS(X)
#undef X

/* ---- print.c, panic.c, args.c ---- */

int kprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void backtrace(va_t sp);		/* return addresses found from sp to the end of its page, with symbols */
extern const struct boot *boot_info;	/* what the port found */
const char *sym_name(va_t pc, size_t *offset);	/* null: unknown */
struct args {
	int strategy;			/* fork= */
	char init[PATH_LEN];		/* init= */
	char argv[ARG_BYTES];		/* after "--": init's arguments, strings one after the other */
	size_t argv_len;
	unsigned cpus;			/* cpus=: start no more than these */
};
extern struct args args;
void args_parse(const char *);		/* unknown ones: a warning each, and the boot goes on */
