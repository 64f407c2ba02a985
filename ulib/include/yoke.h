/* SPDX-License-Identifier: MIT */
/* yoke.h: what programs can ask of Yoke and of no other UNIX, and small helpers that our programs share. */
#pragma once
#include <sys/types.h>
#include "abi/yoke.h"

/* ---- processes ---- */

pid_t rfork(int strategy);		/* fork by FORK_*, this once */
int forkmode(int strategy);		/* set what fork() does; FORK_DEFAULT: ask.  What it was. */
pid_t spawn(const char *path, char *const argv[], const int fd[3]);	/* null fd: ours; with environ */
pid_t spawnve(const char *path, char *const argv[], const int fd[3], char *const envp[]);
pid_t waitinfo(pid_t, struct wait_info *, int flags);	/* pid -1: any child, 0: any of our job, -job: of that; flags: WAIT_NOHANG */
int kill(pid_t, int sig);
int setjob(pid_t, pid_t job);		/* 0: itself; a new one */
pid_t getjob(pid_t);
pid_t ttyjob(pid_t job);		/* whose processes ctrl-C interrupts; 0: ask.  What it was */
int signals(unsigned caught, unsigned ignored, unsigned held, unsigned again);	/* masks; those pending */
int yield(void);
int msleep(unsigned ms);
long cputime(void);			/* milliseconds that this process ran */
long uptime(void);			/* milliseconds since boot */
int poweroff(int status);		/* pid 1 only */

/* ---- looking in ---- */

int counts(pid_t, struct counts *);	/* 0: the machine */
int getcpu(void);			/* the number of the CPU we are on, at the moment */
int locks(int what, struct lock_counts *);	/* LOCKS_*; ENOSYS: this kernel does not count them */
int meminfo(struct mem_info *);
int procinfo(unsigned index, struct proc_info *);
int mapinfo(pid_t, uintptr_t above, struct map_info *);	/* 0: itself; the first region that ends above */
int fileinfo(int fd, struct file_info *);
int pathinfo(const char *path, struct file_info *);
int dirinfo(int fd, struct dir_entry *, unsigned n);	/* how many; 0 at the end */
int makenode(const char *path, unsigned device);	/* 1: the console */
int cwdpath(char *, size_t);		/* the working directory: bytes with its end */
int sysinfo(struct sys_info *);
int ttymode(int mode);			/* TTY_*; the old one */
int audit(void);			/* the number of broken invariants */
unsigned failalloc(unsigned n);		/* the n-th allocation from now on fails */
uint64_t cycles(void);			/* guest instructions, where the emulator counts them */
/* Instructions that n bare page copies or clears (FLOOR_*) take. */
__UINTPTR_TYPE__ page_floor(int which, unsigned n);

extern const char *const fork_names[FORK_N];
extern const char *const counter_names[C_N];
extern const char *const lock_names[LOCK_N];
int fork_strategy(const char *name);	/* FORK_*, or -1 */

/* ---- how a process ended ---- */

int wait_status(const struct wait_info *);	/* as waitpid tells it */
int wait_code(const struct wait_info *);	/* as a shell tells it: the exit status, or 128 + signal */
/* One line on stderr, unless it ended by exit: who, how and where. */
void wait_report(const char *name, const struct wait_info *);

/*
 * Read a line from the console, to be edited with the usual keys; no end of line.
 * Its length, or -1 at ^D on an empty line.  ^C: an empty line.
 */
int line_edit(const char *prompt, char *line, int size);
