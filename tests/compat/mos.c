/* SPDX-License-Identifier: MIT */
/* mos.c: a program as MOS's of 2023 and later are written, one case by its name in argv[1].  A panic fails it. */
#include <lib.h>

#define VA	((char *)0x50005000)
#define VA2	((char *)0x60000000)

static int global = 1;
static int writes;

#define CHECK(e)	user_assert(e)

/* Pages that nobody made come as zeros. */
static void lazy(void)
{
	CHECK(VA[123] == 0);
	VA[123] = 1;
	CHECK(VA[123] == 1);
	CHECK(vpt[VPN(VA)] & PTE_V);
	CHECK(vpt[VPN(VA)] & PTE_D);
}

static void calls(void)
{
	u_int me = syscall_getenvid();

	CHECK(syscall_mem_alloc(me, (void *)UTOP, 0) == -E_INVAL);
	CHECK(syscall_mem_alloc(me, 0, 0) == -E_INVAL);
	CHECK(syscall_mem_alloc(0x3000, (void *)UTEMP, 0) == -E_BAD_ENV);
	CHECK(syscall_mem_alloc(me, (void *)UTEMP, PTE_D) == 0);
	CHECK(syscall_mem_map(me, (void *)UTOP, me, (void *)UTEMP, 0) == -E_INVAL);
	CHECK(syscall_mem_map(me, (void *)UTEMP, 0x3000, (void *)UTEMP, 0) == -E_BAD_ENV);
	CHECK(syscall_mem_map(me, (void *)UTEMP, 0, VA, PTE_D) == 0);
	*(int *)UTEMP = 7;
	CHECK(*(int *)VA == 7);
	CHECK(syscall_mem_unmap(me, (void *)UTEMP) == 0);
	CHECK(syscall_mem_unmap(me, (void *)UTEMP) == 0);
}

static void on_write(struct Trapframe *tf)
{
	writes++;
	CHECK(tf->cp0_badvaddr == (u_long)VA + 8);
	CHECK(syscall_mem_map(0, VA, 0, VA, PTE_D) == 0);
	syscall_set_trapframe(0, tf);
	user_panic("syscall_set_trapframe came back");
}

static void handler(void)
{
	CHECK(syscall_set_tlb_mod_entry(0, on_write) == 0);
	CHECK(syscall_mem_alloc(0, VA, 0) == 0);
	VA[8] = 3;
	CHECK(writes == 1 && VA[8] == 3);
}

static void forked(void)
{
	volatile int local = 1;
	int child;

	CHECK(syscall_mem_alloc(0, VA, PTE_D | PTE_LIBRARY) == 0);
	child = fork();
	CHECK(child >= 0);
	if (child == 0) {
		global = local = 2;
		*(volatile int *)VA = 5;
		CHECK(env->env_id == syscall_getenvid());
		exit();
	}
	wait(child);
	CHECK(global == 1 && local == 1 && *(int *)VA == 5);
}

static void messages(void)
{
	u_int from, perm;
	u_int child = fork();

	if (child == 0) {
		CHECK(ipc_recv(&from, VA2, &perm) == 1);
		CHECK(perm & PTE_V);
		CHECK(strcmp(VA2, "page") == 0);
		ipc_send(from, 2, 0, 0);
		exit();
	}
	strcpy(VA, "page");
	ipc_send(child, 1, VA, PTE_D);
	CHECK(ipc_recv(&from, 0, &perm) == 2);
	CHECK(from == child && perm == 0);
}

static void files(void)
{
	struct Stat st;

	CHECK(stat("/bin", &st) == 0 && st.st_isdir && strcmp(st.st_name, "bin") == 0);
	CHECK(stat("/bin/mostest", &st) == 0 && !st.st_isdir && st.st_size > 4096);
	CHECK(stat("/nosuch", &st) == -E_NOT_FOUND);
}

static void halt(void)
{
	if (fork() == 0)
		user_halt("stop");
	for (;;)
		syscall_yield();
}

/* The one that waits for ever is nobody's child any more; the one that halts was there before it. */
static void orphan(void)
{
	if (fork() == 0) {
		if (fork() == 0)
			ipc_recv(0, 0, 0);
		exit();
	}
	for (int i = 0; i < 100; i++)
		syscall_yield();
	user_halt("stop");
}

int main(int argc, char **argv)
{
	static const struct { const char *name; void (*run)(void); } cases[] = {
		{ "lazy", lazy }, { "calls", calls }, { "handler", handler }, { "fork", forked },
		{ "messages", messages }, { "halt", halt }, { "orphan", orphan },
		{ "files", files },
	};

	for (u_int i = 0; argc > 1 && i < sizeof cases / sizeof cases[0]; i++)
		if (strcmp(cases[i].name, argv[1]) == 0) {
			cases[i].run();
			return 0;
		}
	user_panic("no such case");
}
