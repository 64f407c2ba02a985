/* SPDX-License-Identifier: MIT */
/* bench.h: what the workloads share.  Each of them prints its rows itself. */
#pragma once
#include <measure.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>
#include <yoke.h>

enum { VFORK = FORK_N, SPAWN, STRATEGIES };	/* the baselines follow fork's strategies */
enum { PAGE = 4096 };
extern const char *strategy_names[STRATEGIES];

/* ---- common.c ---- */

_Noreturn void die(const char *what);		/* with errno's text */
uint64_t floor_of(int which);			/* FLOOR_*: instructions for one page, rounded */
char *map(size_t pages);			/* private memory, untouched */
void touch(char *, size_t pages);		/* write to every page */
_Noreturn void bad_child(const struct wait_info *);
void repeat(struct sample *, unsigned n, void (*once)(int strategy), int strategy);	/* once to warm up, then n times */
void fork_exit_once(int strategy);
void row(const char *workload, int strategy, const struct sample *);

/* A child that ends with 0, as it must.  Inline: its frame, on the stack that fork shares, is its caller's. */
static inline void reap(pid_t pid)
{
	struct wait_info end;

	if (pid < 0)
		die("fork");
	if (waitinfo(pid, &end, 0) != pid || end.how != END_EXIT || end.code != 0)
		bad_child(&end);
}

/* ---- the workloads: main.c's table says for which strategies each makes sense ---- */

void null_call(int), fork_exit(int), fork_exec(int), spawn_true(int), sh_program(int);	/* fork.c */
void cow_fault(int), cow_reuse(int), zero_fault(int);				/* fault.c */
void mmap_call(int), munmap_page(int), mprotect_page(int), sbrk_call(int), file_fault(int);	/* memory.c */
void pipe_words(int), ipc_words(int), ipc_calls(int), upcall(int);				/* message.c */
