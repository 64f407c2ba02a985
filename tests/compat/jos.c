/* SPDX-License-Identifier: MIT */
/* jos.c: a program as JOS's are written, one case by its name in argv[1].  A panic fails it. */
#include <inc/lib.h>

#define VA	((char *)0xa00000)
#define VA2	((char *)0xb00000)
enum { RW = PTE_P | PTE_U | PTE_W };

static int global = 1;
static int faults;

static void check(int line, bool ok, const char *what)
{
	if (!ok)
		panic("line %d: %s", line, what);
}
#define CHECK(e)	check(__LINE__, e, #e)

/* ---- pages ---- */

static void fill(struct UTrapframe *utf)
{
	char *page = ROUNDDOWN((char *)utf->utf_fault_va, PGSIZE);

	faults++;
	CHECK((utf->utf_err & (FEC_U | FEC_PR)) == FEC_U);
	CHECK(sys_page_alloc(0, page, RW) == 0);
	snprintf(page, PGSIZE, "made for %x", (unsigned)utf->utf_fault_va);
}

static void alloc(void)
{
	char want[32];

	set_pgfault_handler(fill);
	snprintf(want, sizeof want, "made for %x", (unsigned)(uintptr_t)VA);
	CHECK(strcmp(VA, want) == 0);
	CHECK(faults == 1);
	VA2[0] = 'x';
	CHECK(faults == 2);
	sys_cputs(VA + PGSIZE, 0);
	CHECK(faults == 2);
	sys_cputs(VA + PGSIZE, 4);		/* the kernel's own access asks the handler too */
	cprintf("\n");
	CHECK(faults == 3);
}

static void calls(void)
{
	CHECK(sys_page_alloc(0, (void *)UTOP, RW) == -E_INVAL);
	CHECK(sys_page_alloc(0, VA + 1, RW) == -E_INVAL);
	CHECK(sys_page_alloc(0, VA, PTE_P) == -E_INVAL);
	CHECK(sys_page_alloc(0, VA, RW | 0x10) == -E_INVAL);
	CHECK(sys_page_alloc(0x7fffffff, VA, RW) == -E_BAD_ENV);
	CHECK(sys_page_alloc(1, VA, RW) == -E_BAD_ENV);
	CHECK(sys_page_alloc(0, VA, RW) == 0);
	CHECK(sys_page_map(0, VA, 0, VA2, PTE_P | PTE_U) == 0);
	VA[5] = 7;
	CHECK(VA2[5] == 7);
	CHECK(sys_page_map(0, VA2, 0, VA2, RW) == -E_INVAL);	/* read-only here, and VA holds it too */
	CHECK(sys_page_unmap(0, VA) == 0);
	CHECK(sys_page_unmap(0, VA) == 0);
	CHECK(sys_page_map(0, VA, 0, VA2, RW) < 0);
	CHECK(sys_env_set_status(0, 77) == -E_INVAL);
	CHECK(sys_ipc_try_send(0x7fffffff, 0, (void *)UTOP, 0) == -E_BAD_ENV);
}

static void entries(void)
{
	CHECK(!(uvpt[PGNUM(VA)] & PTE_P));
	CHECK(sys_page_alloc(0, VA, RW | PTE_SHARE) == 0);
	CHECK((uvpt[PGNUM(VA)] & PTE_SYSCALL) == (RW | PTE_SHARE));
	CHECK(uvpd[PDX(VA)] & PTE_P);
	CHECK(sys_page_map(0, VA, 0, VA, PTE_P | PTE_U | PTE_COW) == 0);
	CHECK((uvpt[PGNUM(VA)] & PTE_SYSCALL) == (PTE_P | PTE_U | PTE_COW));
	CHECK(sys_page_unmap(0, VA) == 0);
	CHECK(!(uvpt[PGNUM(VA)] & PTE_P));
	CHECK(uvpt[PGNUM((uintptr_t)&global)] & PTE_P);
}

/* ---- fork ---- */

static void cow(void)
{
	volatile int local = 1;
	envid_t child;

	CHECK(sys_page_alloc(0, VA, RW | PTE_SHARE) == 0);
	child = fork();
	CHECK(child >= 0);
	if (child == 0) {
		CHECK(global == 1 && local == 1);
		global = 2;
		local = 2;
		*(volatile int *)VA = 5;
		CHECK(global == 2 && local == 2);
		CHECK(thisenv->env_id == sys_getenvid());
		exit();
	}
	wait(child);
	CHECK(global == 1 && local == 1);
	CHECK(*(int *)VA == 5);
	global = 3;
	CHECK(envs[ENVX(child)].env_status == ENV_FREE || envs[ENVX(child)].env_id != child);
}

static void handler_stays(void)
{
	set_pgfault_handler(fill);
	if (fork() == 0)
		CHECK(strncmp(VA, "made for", 8) == 0);
	else
		CHECK(strncmp(VA2, "made for", 8) == 0);
	CHECK(faults == 1);
}

static void shared(void)
{
	volatile int local = 1;
	envid_t child = sfork();

	CHECK(child >= 0);
	if (child == 0) {
		local = 2;
		global = 9;
		CHECK(thisenv->env_id == sys_getenvid());
		exit();
	}
	wait(child);
	CHECK(global == 9 && local == 1);
	CHECK(thisenv->env_id == sys_getenvid());
}

/* By hand, all copied, as a first fork is written. */
static void copy_page(envid_t to, char *va)
{
	CHECK(sys_page_alloc(to, va, RW) == 0);
	CHECK(sys_page_map(to, va, 0, UTEMP, RW) == 0);
	memmove(UTEMP, va, PGSIZE);
	CHECK(sys_page_unmap(0, UTEMP) == 0);
}

static void by_hand(void)
{
	extern char end[];
	envid_t child = sys_exofork(), from;

	CHECK(child >= 0);
	if (child == 0) {
		thisenv = &envs[ENVX(sys_getenvid())];
		CHECK(thisenv->env_parent_id != 0);
		CHECK(!(uvpt[PGNUM(VA)] & PTE_P));
		ipc_send(thisenv->env_parent_id, 42, 0, 0);
		exit();
	}
	for (char *va = (char *)UTEXT; va < end; va += PGSIZE)
		copy_page(child, va);
	copy_page(child, ROUNDDOWN((char *)&child, PGSIZE));
	CHECK(sys_env_set_status(child, ENV_RUNNABLE) == 0);
	CHECK(ipc_recv(&from, 0, 0) == 42);
	CHECK(from == child);
}

/* ---- messages, programs, pipes ---- */

static void messages(void)
{
	envid_t from, child = fork();
	int perm;

	if (child == 0) {
		CHECK(ipc_recv(&from, VA2, &perm) == 1);
		CHECK(perm & PTE_W);
		CHECK(strcmp(VA2, "to the child") == 0);
		strcpy(VA2, "to the parent");
		ipc_send(from, 2, VA2, RW);
		exit();
	}
	CHECK(sys_page_alloc(0, VA, RW) == 0);
	strcpy(VA, "to the child");
	ipc_send(child, 1, VA, RW);
	CHECK(ipc_recv(&from, VA, &perm) == 2);
	CHECK(from == child && strcmp(VA, "to the parent") == 0);
}

static void spawned(void)
{
	envid_t child;

	CHECK(sys_page_alloc(0, VA, RW | PTE_SHARE) == 0);
	child = spawnl("/jostest", "jostest", "write", (char *)0);
	CHECK(child > 0);
	wait(child);
	CHECK(strcmp(VA, "spawned") == 0);
	CHECK(spawnl("/nosuch", "nosuch", (char *)0) == -E_NOT_FOUND);
}

static void piped(void)
{
	char buf[8] = "";
	int p[2];

	CHECK(pipe(p) == 0);
	if (fork() == 0) {
		close(p[0]);
		CHECK(write(p[1], "pipe", 5) == 5);
		exit();
	}
	close(p[1]);
	CHECK(readn(p[0], buf, sizeof buf) == 5);
	CHECK(strcmp(buf, "pipe") == 0);
}

static void files(void)
{
	struct Stat st;

	CHECK(stat("/bin", &st) == 0 && st.st_isdir && strcmp(st.st_name, "bin") == 0);
	CHECK(stat("/bin/jostest", &st) == 0 && !st.st_isdir && st.st_size > 4096);
	CHECK(stat("/nosuch", &st) == -E_NOT_FOUND);
}

static void text(void)
{
	char s[64];

	CHECK(snprintf(s, sizeof s, "%e|%5d|%-3x|%08x|%s|%c|%%", -E_NO_MEM, 42, 10, 0xbeef, "str", 'c') > 0);
	CHECK(strcmp(s, "out of memory|   42|a  |0000beef|str|c|%") == 0);
	CHECK(snprintf(s, 5, "%s", "longer") == 6 && strcmp(s, "long") == 0);
}

static bool parent_gone(envid_t parent)
{
	return envs[ENVX(parent)].env_status == ENV_FREE;
}

/* The table has the parent from before the fork; the child looks only when it has ended. */
static void orphan(void)
{
	envid_t parent = sys_getenvid();
	unsigned end;
	char byte;
	int p[2];

	CHECK(pipe(p) == 0);
	if (fork() != 0)
		return;
	close(p[1]);
	CHECK(read(p[0], &byte, 1) == 0);
	for (int i = 0; i < 100; i++)
		sys_yield();
	for (end = sys_time_msec() + 5000; !parent_gone(parent); )
		CHECK(sys_time_msec() < end);
}

static void null(void)
{
	*(volatile int *)0 = 1;
}

void umain(int argc, char **argv)
{
	static const struct { const char *name; void (*run)(void); } cases[] = {
		{ "alloc", alloc }, { "calls", calls }, { "entries", entries }, { "cow", cow },
		{ "handler", handler_stays }, { "sfork", shared }, { "byhand", by_hand }, { "messages", messages },
		{ "spawn", spawned }, { "pipe", piped }, { "text", text }, { "null", null },
		{ "orphan", orphan }, { "files", files },
	};

	if (argc > 1 && strcmp(argv[1], "write") == 0) {
		strcpy(VA, "spawned");
		return;
	}
	for (size_t i = 0; argc > 1 && i < ARRAY_SIZE(cases); i++)
		if (strcmp(cases[i].name, argv[1]) == 0) {
			cases[i].run();
			return;
		}
	panic("no such case");
}
