/* SPDX-License-Identifier: MIT */
/*
 * yoke.h: constants and structures that the kernel and programs share.
 * Fixed-width fields, so that tools can read them on every machine.
 */
#pragma once
#include <stdint.h>

/* Fork strategies: the rows of docs/strategies.md, in this order. */
enum { FORK_DEFAULT = -1, FORK_EAGER, FORK_PAGE, FORK_TABLE, FORK_DIR, FORK_UPCALL, FORK_N };
#define FORK_NAMES { "eager", "page", "table", "dir", "upcall" }	/* upcall: the program does it; the kernel refuses */

/* mmap, mprotect: POSIX's names, Linux's values. */
enum { PROT_NONE = 0, PROT_READ = 1, PROT_WRITE = 2, PROT_EXEC = 4 };
enum { MAP_SHARED = 1, MAP_PRIVATE = 2, MAP_FIXED = 0x10, MAP_ANONYMOUS = 0x20 };
/* madvise: Linux's values.  The first four change nothing; DONTNEED: the pages' contents are given up. */
enum { MADV_NORMAL, MADV_RANDOM, MADV_SEQUENTIAL, MADV_WILLNEED, MADV_DONTNEED };
/* msync: Linux's values.  A shared mapping's pages are the file's, so that only the range is checked. */
enum { MS_ASYNC = 1, MS_INVALIDATE = 2, MS_SYNC = 4 };
enum { MREMAP_MAYMOVE = 1 };
/* minherit: NetBSD's idea. */
enum { INHERIT_SHARE, INHERIT_COPY, INHERIT_NONE, INHERIT_ZERO };

enum { O_RDONLY = 0, O_WRONLY = 1, O_RDWR = 2, O_ACCMODE = 3,
       O_CREAT = 0100, O_EXCL = 0200, O_TRUNC = 01000, O_APPEND = 02000, O_NONBLOCK = 04000,
       O_DIRECTORY = 0200000, O_CLOEXEC = 02000000 };
/* fcntl: Linux's values.  SETFL changes O_APPEND and O_NONBLOCK. */
enum { F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC = 1030 };
enum { FD_CLOEXEC = 1 };
enum { SEEK_SET, SEEK_CUR, SEEK_END };
enum { TTY_ASK = -1, TTY_COOKED, TTY_RAW };
enum { FLOOR_COPY, FLOOR_CLEAR };
enum { WAIT_NOHANG = 1 };
enum { SIGINT = 2, SIGKILL = 9, SIG_N = 31 };	/* the others: ulib/include/signal.h */

enum { NAME_LEN = 32, PATH_LEN = 256, FILE_NAME = 64, ARG_BYTES = 2560, FD_N = 16 };

/* How a process ended. */
enum end { END_EXIT, END_KILLED, END_FAULT, END_NOMEM };
/* What a program did wrong; see struct fault in arch/port.h. */
enum fault_kind { FAULT_PAGE, FAULT_ALIGN, FAULT_ILLEGAL, FAULT_BREAK, FAULT_DIVIDE, FAULT_BUS, FAULT_OTHER, FAULT_KINDS };
#define FAULT_NAMES { "page fault", "misaligned address", "illegal instruction", \
	"breakpoint", "division by zero", "bus error", "exception" }

struct wait_info {
	int32_t pid;
	int32_t how;			/* enum end */
	int32_t code;			/* exit status, signal, or enum fault_kind */
	uint32_t want;			/* FAULT_PAGE: the rights wanted, PROT_* */
	uint64_t va;			/* END_FAULT, END_NOMEM: the address */
	uint64_t pc;			/* ... and the instruction */
};

/* A file's name, within a directory, is less than FILE_NAME bytes long, a path less than PATH_LEN. */
enum { FILE_REGULAR, FILE_CONSOLE, FILE_PIPE, FILE_DIR, FILE_DEVICE };
struct file_info {
	uint64_t size;			/* bytes */
	int32_t type;			/* FILE_* */
	uint32_t links;			/* names; a directory's: 2 and its subdirectories */
	uint32_t number;		/* the inode's; 0: it has none */
	uint32_t device;		/* what mknod made it with */
	char name[FILE_NAME];		/* one of its names, if it has any and one is known */
};
struct dir_entry { uint32_t number; int32_t type; char name[FILE_NAME]; };

/* Counters: of a process, or of the machine since boot.  Same order as COUNTER_NAMES. */
enum counter {
	C_FAULT,		/* page faults taken, kernel copies' too */
	C_SPURIOUS,		/* ... that found nothing missing (a TLB refill by software is none) */
	C_ZERO,			/* pages zero-filled */
	C_COPY,			/* pages copied: COW breaks and eager fork */
	C_REUSE,		/* COW breaks by the sole owner: no copy */
	C_FILE,			/* pages of an object mapped */
	C_SHARE,		/* pages shared by fork, entry by entry */
	C_TABLE_NEW,		/* tables allocated (those copied counted too) */
	C_TABLE_COPY,		/* shared tables unshared by a copy */
	C_TABLE_SHARE,		/* tables shared whole by fork */
	C_ENTRY,		/* entries written */
	C_INVAL,		/* invalidations: gathers that had to flush */
	C_INVAL_PAGE,		/* pages those covered; a whole space counts 1 */
	C_SHOOT,		/* shootdowns: invalidations that had to ask other CPUs */
	C_IPI,			/* inter-processor interrupts sent for them: one for each CPU asked */
	C_SPACE_N,		/* a space counts those above; these are the machine's only: */
	C_ALLOC_FAIL = C_SPACE_N,	/* allocations refused */
	C_UPCALL,		/* upcalls delivered */
	C_RESTART,		/* system calls that begin again after one */
	C_ACK,			/* interrupts sent back: answers to shootdowns */
	C_WAKE,			/* interrupts sent to wake or to stop a process on another CPU */
	C_N
};
#define COUNTER_NAMES { "faults", "spurious", "zeroed", "copied", "reused", "file", "shared", \
	"tables", "tables_copied", "tables_shared", "entries", "invals", "inval_pages", "shootdowns", "ipis", \
	"alloc_failures", "upcalls", "restarts", "acks", "wakes" }
struct counts { uint64_t n[C_N]; };

/* Locks, by what they protect.  Same order as LOCK_NAMES. */
enum lock_class {
	LOCK_WAITQ,		/* a wait queue; all zero is one */
	LOCK_SPACE,		/* a space: regions, tables, faults */
	LOCK_PLACE,		/* a space's: choosing an address */
	LOCK_DEPOT,		/* the frame allocator's common stacks, traded with in batches */
	LOCK_POOL,		/* small objects of one size */
	LOCK_PAST,		/* a CPU's: counts of spaces that are gone */
	LOCK_OBJECT,		/* an object's slots */
	LOCK_OBJECTS,		/* the list of objects */
	LOCK_PROC,		/* the tree of processes */
	LOCK_RUNQ,		/* a CPU's run queue */
	LOCK_FILE,		/* an inode */
	LOCK_FILES,		/* the files' names */
	LOCK_PIPE,
	LOCK_CONSOLE,
	LOCK_CLOCK,		/* who sleeps for a time */
	LOCK_FUTEX,		/* a bucket of futexes */
	LOCK_IPC,		/* a process's box */
	LOCK_N
};
#define LOCK_NAMES { "waitq", "space", "place", "depot", "pool", "past", "object", "objects", \
	"proc", "runq", "file", "files", "pipe", "console", "clock", "futex", "ipc" }

/* What a class of locks has cost; counted by kernels built with -Dlockstat=true. */
struct lock_count {
	uint64_t taken;		/* acquisitions */
	uint64_t contended;	/* ... that found it held, and spun */
	uint64_t moved;		/* ... by another CPU than the last */
	uint64_t shared;	/* ... when another CPU, too, had taken the same lock since LOCKS_FORGET */
};
struct lock_counts { struct lock_count of[LOCK_N]; };
enum { LOCKS_ALL, LOCKS_HERE, LOCKS_FORGET };	/* of all CPUs; of this one; of all, and from here on no lock is shared */

struct mem_info {		/* in pages */
	uint32_t total, free;
	uint32_t user, tables, kernel;
	uint32_t cached;	/* of user and kernel: what the ramdisk's files have brought in so far, and keep */
	uint32_t page_size;	/* bytes */
};

enum { PROC_N = 256 };		/* processes at a time, of which no two have the same pid modulo this */
enum { PROC_FREE, PROC_READY, PROC_RUNNING, PROC_SLEEPING, PROC_ZOMBIE, PROC_STOPPED };
struct proc_info {
	int32_t pid, ppid, state, strategy;
	uint32_t resident, shared, tables;	/* pages: mapped; of those, with another holder; page tables */
	uint32_t regions;
	uint32_t cpu;		/* where it runs or ran */
	uint32_t cow;			/* pages, of those shared, that the next store copies */
	uint32_t ran;			/* ticks of the clock that came while it ran */
	int32_t job;
	char name[NAME_LEN];
};

/* A region, and what backs it. */
enum map_of { MAP_OF_ZERO, MAP_OF_STACK, MAP_OF_FILE, MAP_OF_SHARED, MAP_OF_PROGRAM };
struct map_info {
	uint64_t lo, hi;		/* [lo, hi), bytes */
	uint64_t offset;		/* bytes, into the file */
	uint32_t prot, shared, inherit;	/* PROT_*; 0 or 1; INHERIT_* */
	int32_t of;			/* enum map_of */
	uint32_t resident, held, cow;	/* pages: there; of those, with another holder; of those, private and writable */
	char name[FILE_NAME];		/* of MAP_OF_FILE: one, without its directory */
};

struct sys_info {
	char machine[16];	/* "i386", "riscv64", "mips" */
	char format[16];	/* page-table format: "i386", "pae", "sv39", "sv48", "r4000", "r3000" */
	uint32_t cpus, cpus_running, tick_hz;
	uint32_t has_nx;	/* no-execute is enforced */
	uint32_t has_isolation;	/* user mode cannot touch kernel memory (GXemul cannot keep it out) */
	uint32_t cut_max;	/* highest level fork can share: 1 tables, 2 directories */
	uint64_t user_top;	/* first address that is not the program's */
	uint64_t span;		/* bytes that one leaf table maps */
	uint64_t stack_low, stack_top;	/* where the first stack may be */
};
