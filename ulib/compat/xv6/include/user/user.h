/* SPDX-License-Identifier: MIT */
/*
 * user.h: xv6-riscv's user interface, all years' from 2020 on.  What is
 * ulib's own under the same name and meaning is called directly; the rest is
 * in the library, under names of its own.
 */
#pragma once

#define XV6(name) __asm__("xv6_" #name)

struct stat;

int fork(void);
int exit(int) __attribute__((noreturn)) __asm__("_exit");	/* nothing is buffered */
int wait(int *) XV6(wait);
int pipe(int *);
int write(int, const void *, int) XV6(write);
int read(int, void *, int) XV6(read);
int close(int);
int kill(int) XV6(kill);
int exec(const char *, char **) XV6(exec);
int open(const char *, int) XV6(open);
int mknod(const char *, short, short) XV6(mknod);
int unlink(const char *) XV6(unlink);
int link(const char *, const char *) XV6(link);
int mkdir(const char *) XV6(mkdir);
int chdir(const char *) XV6(chdir);
int fstat(int, struct stat *) XV6(fstat);
int stat(const char *, struct stat *) XV6(stat);
int dup(int);
int getpid(void);
int sleep(int) XV6(pause);		/* ticks, of which a second has ten */
int pause(int) XV6(pause);
int uptime(void) XV6(uptime);

/* Of the traps lab. */
int sigalarm(int ticks, void (*)(void)) XV6(sigalarm);
int sigreturn(void) XV6(sigreturn);

/* Memory on demand; all at once in programs that know sbrklazy (sbrk.c). */
char *sbrk(int) XV6(sbrk);
char *sbrklazy(int) XV6(sbrklazy);
#define SBRK_ERROR	((char *)-1)

/* Of the mmap lab; kernel/fcntl.h has the flags.  Failed: (char *)-1. */
void *mmap(void *, uint64, int, int, int, long);
int munmap(void *, uint64);

char *strcpy(char *, const char *);
void *memmove(void *, const void *, int);
char *strchr(const char *, char) XV6(strchr);
int strcmp(const char *, const char *);
uint strlen(const char *);
void *memset(void *, int, uint);
int memcmp(const void *, const void *, uint);
void *memcpy(void *, const void *, uint);
int atoi(const char *);
char *gets(char *, int) XV6(gets);
void fprintf(int, const char *, ...) XV6(fprintf);
void printf(const char *, ...) XV6(printf);
void *malloc(uint) XV6(malloc);
void free(void *) XV6(free);
