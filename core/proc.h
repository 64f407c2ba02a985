/* SPDX-License-Identifier: MIT */
/*
 * proc.h: processes, CPUs, and how they wait for each other.
 *
 * Locks.  proc_lock covers the tree of processes: parent, children, state
 * ZOMBIE, the table.  A run queue's lock covers state READY and RUNNING and
 * is held across ctx_switch, to be released by whoever runs next.  A wait
 * queue has a lock of its own.  Order: see vm/lock.h.
 */
#pragma once
#include "vm/vm.h"
#include "lib/format.h"	/* snprintf, vsnprintf */

enum { PROC_N = 256, KSTACK = PGSIZE };

struct file;

struct proc {
	int pid;
	_Atomic int state;		/* PROC_* of abi/yoke.h */
	_Atomic bool killed;		/* ends at its next way out of the kernel */
	int strategy;			/* FORK_* */
	struct space *space;		/* shared with the parent between vfork and exec */
	struct frame *frame;		/* its user registers: top of the kernel stack */
	void *kstack;			/* one page; a canary lies at its bottom */
	struct ctx ctx;			/* where it left off in the kernel */
	struct proc *parent, *child, *sibling;	/* proc_lock */
	struct proc *next, *prev;	/* in a run queue or a wait queue */
	struct waitq *waiting;		/* the wait queue it is in, or null */
	struct waitq *vfork_done;	/* vfork: wake the parent here at exec or exit */
	struct wait_info end;		/* a zombie's */
	va_t heap_lo, heap_hi;		/* sbrk */
	uint64_t wake_at;		/* sleep: tick to wake at */
	struct file *fd[FD_N];
	char name[NAME_LEN];
};

struct cpu {
	unsigned id;			/* first: cpu_id() reads it */
	bool resched;			/* give up the CPU at the next way out */
	struct proc *cur;		/* running here; null while idle */
	struct ctx idle;		/* the idle loop's context */
	struct runq { struct lock lock; struct proc *head, *tail; } ready;
	uint64_t switches;
};
extern struct cpu cpus[NCPU];

static inline struct proc *cur(void) { return cpu_self()->cur; }

/* ---- sched.c ---- */

struct waitq { struct lock lock; struct proc *head, *tail; };
/* Sleep in q until woken or killed; => held, which is let go meanwhile (null: none); => held.  -EINTR if killed. */
int  wait_on(struct waitq *q, struct lock *held);
void wake_one(struct waitq *);
void wake_all(struct waitq *);
void wake_proc(struct proc *);		/* out of whatever wait queue it is in */
void sched_ready(struct proc *);	/* put at the end of a run queue */
void sched_yield(void);			/* let others run; returns when it is our turn again */
_Noreturn void sched_exit(void);	/* never to run again: the zombie's last act */
_Noreturn void sched_idle(void);	/* the idle loop of this CPU; kmain ends here */
extern uint64_t ticks;			/* since boot */

/* ---- proc.c, fork.c, exec.c, exit.c ---- */

struct proc *proc_new(void);		/* a slot, pid and kernel stack; null: none left, or no memory */
void proc_free(struct proc *);		/* not running, no children, not a zombie anyone waits for */
struct proc *proc_find(int pid);	/* => proc_lock */
struct proc *proc_nth(unsigned);	/* => proc_lock; null past the last */
extern struct lock proc_lock;
int  proc_fork(int strategy);		/* pid or error */
int  proc_vfork(void);
int  proc_spawn(char *path, char *args, size_t len, const int fdmap[3]);
int  proc_exec(char *path, char *args, size_t len);	/* args: strings one after the other, each with its end */
_Noreturn void proc_exit(enum end how, int code, const struct fault *);	/* fault: END_FAULT, END_NOMEM */
int  proc_wait(int pid, struct wait_info *, int flags);
int  proc_kill(int pid, int sig);
int  elf_load(struct space *, struct object *, size_t size, va_t *entry, va_t *end);	/* -ENOEXEC, -ENOMEM */

/* ---- file.c, pipe.c, ramfs.c, console.c ---- */

struct file *file_get(struct file *);
void file_put(struct file *);		/* closes at the last */
struct object *ramfs_object(const char *path, size_t *size);	/* a reference; null: no such file */
void ramfs_init(void);			/* from the ramdisk archive inside the image */
void console_init(void);
extern const char ramdisk_start[], ramdisk_end[];	/* newc cpio */

/* System calls of files; the file helper's.  Errors are -errno. */
word sys_open(word path, word flags), sys_close(word fd), sys_read(word fd, word buf, word n),
     sys_write(word fd, word buf, word n), sys_lseek(word fd, word off, word whence), sys_dup(word fd),
     sys_dup2(word fd, word to), sys_pipe(word fds), sys_fstat(word fd, word info),
     sys_readdir(word index, word info), sys_unlink(word path), sys_ttymode(word mode);

/* ---- print.c, panic.c, args.c ---- */

int kprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void backtrace(va_t sp);		/* return addresses found from sp to the end of that stack, with symbols */
const char *sym_name(va_t pc, size_t *offset);	/* null: unknown */
struct args {
	int strategy;			/* fork= */
	char init[PATH_LEN];		/* init= */
	char argv[ARG_BYTES];		/* after "--": init's arguments, strings one after the other */
	size_t argv_len;
};
extern struct args args;
void args_parse(const char *);		/* unknown ones: a warning each, and the boot goes on */
