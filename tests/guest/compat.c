/* SPDX-License-Identifier: MIT */
/* compat.c: the peers' interfaces, by programs written for them (tests/compat). */
#include "test.h"

/* Its end. */
static struct wait_info run(const char *program, const char *name)
{
	char path[PATH_LEN], *argv[] = { (char *)program, (char *)name, NULL };
	struct wait_info w;
	pid_t pid;

	snprintf(path, sizeof path, "/bin/%s", program);
	CHECK((pid = spawn(path, argv, NULL)) > 0);
	CHECK(waitinfo(pid, &w, 0) == pid);
	return w;
}

static void passes(const char *program, const char *name)
{
	struct wait_info w = run(program, name);

	EQUAL(w.how, END_EXIT);
	EQUAL(w.code, 0);
}

#define JOS(name, title)	TEST(jos_##name, "compat: JOS: " title) { passes("jostest", #name); }
#define MOS(name, title)	TEST(mos_##name, "compat: MOS: " title) { passes("mostest", #name); }

JOS(text, "printing, with %e")
JOS(calls, "page calls and their errors")
JOS(alloc, "a page-fault handler makes pages, for the kernel's accesses too")
JOS(entries, "uvpt and uvpd tell of the pages as they are")
JOS(cow, "fork copies on write, and shares what is marked")
JOS(handler, "a program's handler stays its own over fork")
JOS(sfork, "sfork shares all but the stack")
JOS(byhand, "a fork by hand, all copied, from the program's own code")
JOS(messages, "messages with pages, both ways")
JOS(spawn, "a spawned program has the shared pages")
JOS(pipe, "a pipe to a child")
JOS(files, "stat tells directories from files")
JOS(orphan, "envs knows that a parent has ended before its child first looked")

TEST(jos_null, "compat: JOS: without a handler a bad store ends the program, with the kernel's report")
{
	struct wait_info w = run("jostest", "null");

	EQUAL(w.how, END_EXIT);			/* the watcher's word of it */
	EQUAL(w.code, 128 + 11);
}

MOS(lazy, "pages come by themselves")
MOS(calls, "page calls and their errors")
MOS(handler, "a write to a page without PTE_D is the handler's, which ends by set_trapframe")
MOS(fork, "fork copies on write, and shares what is marked")
MOS(files, "stat tells directories from files")
MOS(messages, "messages with pages")
MOS(halt, "user_halt ends all environments")

TEST(mos_old, "compat: MOS: the names of 2019 to 2022")
{
	passes("mosoldtest", "");
}
