/* SPDX-License-Identifier: MIT */
/*
 * managed.c: the kernel copies to and from pages that the program manages:
 * where one is missing the call begins again after the upcall, and nothing is
 * lost or done twice.
 */
#include <errno.h>
#include <fcntl.h>
#include "slot.h"
#include "upcalls.h"

enum { PAGES = 4, RW = PROT_READ | PROT_WRITE };

static char *area;			/* PAGES that the handler fills, from shadow */
static char shadow[PAGES * PAGE];
static int handled;

/* Only what a handler may: no call that needs the pages it is to bring. */
static void bring(struct upcall *u)
{
	size_t page = (u->va - (uintptr_t)area) / PAGE * PAGE;

	CHECK(u->event == UPCALL_PAGE && u->va - (uintptr_t)area < PAGES * PAGE);
	CHECK(u->region & PAGE_USER);
	handled++;
	if (u->have & PAGE_PRESENT) {			/* read-only */
		CHECK(page_map(0, area + page, 0, area + page, RW) == 0);
		return;
	}
	CHECK(page_alloc(0, area + page, RW) == 0);
	memcpy(area + page, shadow + page, PAGE);
}

/* Nothing of the area is there any more; the shadow is. */
static void drop(void)
{
	for (int i = 0; i < PAGES; i++)
		CHECK(page_unmap(0, area + i * PAGE) == 0);
	handled = 0;
}

static void begin(void)
{
	area = nowhere(PAGES);
	CHECK(manage(area, PAGES * PAGE) == 0);
	memset(shadow, 0, sizeof shadow);
	aim(MASK(UPCALL_PAGE), bring, 0);
	handled = 0;
}

static uint64_t restarts(void)
{
	struct counts c;

	CHECK(counts(0, &c) == 0);
	return c.n[C_RESTART];
}

TEST(reads, "managed: read into absent, read-only and half-present buffers begins again; every byte comes once")
{
	uint64_t before = restarts();
	int fd[2];

	kernel_forks();
	begin();
	CHECK(pipe(fd) == 0);
	CHECK(write(fd[1], "0123456789", 10) == 10);
	EQUAL(read(fd[0], area + PAGE - 4, 8), 8);	/* two pages, none there */
	CHECK(memcmp(area + PAGE - 4, "01234567", 8) == 0);
	EQUAL(handled, 2);
	drop();
	area[0] = 1;					/* the first is there, the second is not */
	EQUAL(handled, 1);
	EQUAL(read(fd[0], area + PAGE - 1, 2), 2);
	CHECK(memcmp(area + PAGE - 1, "89", 2) == 0);
	EQUAL(handled, 2);
	CHECK(page_map(0, area, 0, area, PROT_READ) == 0);
	CHECK(write(fd[1], "abc", 3) == 3);
	EQUAL(read(fd[0], area, 3), 3);			/* there, but read-only */
	CHECK(memcmp(area, "abc", 3) == 0);
	EQUAL(handled, 3);
	CHECK(restarts() >= before + 4);
}

TEST(writes, "managed: write from absent pages begins again; no byte is put twice, in a pipe or in a file")
{
	char got[64];
	int fd[2], file;

	kernel_forks();
	file = open("/managed", O_RDWR | O_CREAT);
	begin();
	CHECK(pipe(fd) == 0);
	memcpy(shadow + PAGE - 8, "0123456789abcdef", 16);
	EQUAL(write(fd[1], area + PAGE - 8, 16), 16);
	EQUAL(handled, 2);
	EQUAL(read(fd[0], got, sizeof got), 16);
	CHECK(memcmp(got, "0123456789abcdef", 16) == 0);
	drop();
	CHECK(area[0] == 0);
	EQUAL(write(file, area + PAGE - 8, 16), 16);
	EQUAL(handled, 2);
	EQUAL(lseek(file, 0, SEEK_CUR), 16);
	close(file);
	CHECK(unlink("/managed") == 0);
}

TEST(large, "managed: a transfer of many pages may come short, and goes on where it stopped")
{
	size_t done = 0, n = PAGES * PAGE;
	int file;

	kernel_forks();
	file = open("/managed", O_RDWR | O_CREAT);
	begin();
	for (size_t i = 0; i < n; i++)
		shadow[i] = i * 7 + i / PAGE;
	while (done < n) {
		int k = write(file, area + done, n - done);

		CHECK(k > 0);
		done += k;
	}
	CHECK(lseek(file, 0, SEEK_SET) == 0);
	drop();
	for (done = 0; done < n; ) {
		int k = read(file, area + done, n - done);

		CHECK(k > 0);
		done += k;
	}
	CHECK(memcmp(area, shadow, n) == 0);
	close(file);
	CHECK(unlink("/managed") == 0);
}

TEST(results, "managed: results of calls go to absent pages: wait, pipe, and those that look in; each only once")
{
	int dir = open("/", O_RDONLY);
	struct wait_info *w;
	struct file_info f;
	int32_t *fds;
	pid_t pid;

	kernel_forks();
	begin();
	if ((pid = fork()) == 0)
		_exit(6);
	w = (struct wait_info *)(area + PAGE - 16);	/* over two pages */
	EQUAL(waitinfo(pid, w, 0), pid);
	EQUAL(w->code, 6);
	EQUAL(waitinfo(pid, w, 0), -1);
	drop();
	fds = (int32_t *)(area + PAGE - 4);
	EQUAL(pipe((int *)fds), 0);
	CHECK(write(fds[1], "z", 1) == 1);
	EQUAL(fileinfo(fds[0], &f), 0);
	EQUAL(f.size, 1);
	CHECK(close(fds[0]) == 0 && close(fds[1]) == 0);
	EQUAL(dup(1), fds[0]);				/* no descriptor was left behind */
	close(fds[0]);
	drop();
	EQUAL(counts(0, (struct counts *)area), 0);
	EQUAL(meminfo((struct mem_info *)(area + PAGE)), 0);
	EQUAL(procinfo(0, (struct proc_info *)(area + 2 * PAGE - 8)), 0);
	EQUAL(sysinfo((struct sys_info *)(area + 3 * PAGE - 8)), 0);
	EQUAL(handled, 4);
	drop();
	EQUAL(fileinfo(1, (struct file_info *)area), 0);
	EQUAL(dirinfo(dir, (struct dir_entry *)(area + PAGE), 1), 1);
	EQUAL(pathinfo("/bin", (struct file_info *)(area + 2 * PAGE - 8)), 0);
	EQUAL(handled, 3);
	close(dir);
}

TEST(strings, "managed: paths, arguments and futex words in absent pages are brought before anything is done")
{
	int status, fd;
	pid_t pid;

	kernel_forks();
	begin();
	strcpy(shadow + PAGE - 4, "/bin/true");		/* over two pages */
	fd = open(area + PAGE - 4, O_RDONLY);
	CHECK(fd >= 0);
	EQUAL(handled, 2);
	close(fd);
	drop();
	strcpy(shadow + 2 * PAGE, "argument");
	((char **)(void *)(shadow + 3 * PAGE))[0] = area + 2 * PAGE;
	pid = spawn(area + PAGE - 4, (char *const *)(area + 3 * PAGE), 0);
	CHECK(pid > 0);
	EQUAL(handled, 4);
	EQUAL(waitpid(pid, &status, 0), pid);
	EQUAL(WEXITSTATUS(status), 0);
	drop();
	if ((pid = rfork(FORK_PAGE)) == 0) {
		execv(area + PAGE - 4, (char *const *)(area + 3 * PAGE));
		_exit(9);
	}
	EQUAL(waitpid(pid, &status, 0), pid);
	EQUAL(WEXITSTATUS(status), 0);
	drop();
	EQUAL(unlink(area + 2 * PAGE), -1);		/* "argument" */
	EQUAL(errno, ENOENT);
	EQUAL(handled, 1);
}

static void unhandled(void *unused)
{
	struct wait_info w;
	int fd[2];
	char c;

	(void)unused;
	begin();
	disarm();
	CHECK(pipe(fd) == 0);
	CHECK(write(fd[1], "x", 1) == 1);
	EQUAL(read(fd[0], area, 1), -1);
	EQUAL(errno, EFAULT);
	EQUAL(write(fd[1], area, 1), -1);
	EQUAL(errno, EFAULT);
	EQUAL(open(area, O_RDONLY), -1);
	EQUAL(errno, EFAULT);
	EQUAL(pipe((int *)area), -1);
	EQUAL(errno, EFAULT);
	if (rfork(FORK_PAGE) == 0)
		_exit(4);
	EQUAL(waitinfo(-1, (struct wait_info *)area, 0), -1);
	EQUAL(errno, EFAULT);
	CHECK(waitinfo(-1, &w, 0) > 0);
	EQUAL(w.code, 4);
	EQUAL(read(fd[0], &c, 1), 1);
	EQUAL(c, 'x');
	*(volatile char *)area = 1;			/* and a store of its own ends it */
}

TEST(no_handler, "managed: without a handler a call says -EFAULT and has done nothing; a store ends the program")
{
	struct wait_info w;

	kernel_forks();
	w = in_child(FORK_DEFAULT, unhandled, 0);
	EQUAL(w.how, END_FAULT);
	EQUAL(w.code, FAULT_PAGE);
	EQUAL(w.want, PROT_WRITE);
}

static void give_up(struct upcall *u)
{
	(void)u;
	disarm();
}

TEST(declined, "managed: a handler that disarms: the call says -EFAULT")
{
	kernel_forks();
	begin();
	up_fn = give_up;
	EQUAL(open(area, O_RDONLY), -1);
	EQUAL(errno, EFAULT);
}

/* The upcall stack itself is managed, as JOS has it: a fault in delivery is the end. */
static void managed_stack(void *there)
{
	char *stack = nowhere(2);

	begin();
	CHECK(manage(stack, 2 * PAGE) == 0);
	if (there)
		CHECK(page_alloc(0, stack + PAGE, RW) == 0);
	CHECK(set_upcall(0, MASK(UPCALL_PAGE), up_entry, stack, stack + 2 * PAGE, 0) == 0);
	area[0] = 1;
	_exit(area[0] == 1 ? 3 : 4);
}

TEST(stack, "managed: the upcall stack may be managed memory; if its page is missing the program ends, there (H19)")
{
	struct wait_info w;

	kernel_forks();
	w = in_child(FORK_DEFAULT, managed_stack, "");
	EQUAL(w.how, END_EXIT);
	EQUAL(w.code, 3);
	w = in_child(FORK_DEFAULT, managed_stack, 0);
	EQUAL(w.how, END_FAULT);
	EQUAL(w.want, PROT_WRITE);
}

/* ---- H27 ---- */

/* The store, and the upcall it made has told so. */
static int upcall_in_slot(volatile int *p, int v, int taken)
{
	int r = store_in_slot(p, v, taken);

#if defined __mips__
	CHECK(up_last.regs.r[FR_CAUSE] >> 31);
	CHECK(*(uint32_t *)up_last.regs.r[FR_PC] >> 26 == 5);	/* PC is the branch: bne */
#endif
	return r;
}

TEST(slots, "managed: stores in the delay slots of taken and untaken branches, to absent and read-only pages (H27)")
{
	kernel_forks();
	begin();
	for (int taken = 0; taken < 2; taken++) {
		volatile int *p = (volatile int *)(area + taken * PAGE);

		EQUAL(upcall_in_slot(p, 11, taken), taken);
		EQUAL(*p, 11);
		CHECK(page_map(0, (char *)p, 0, (char *)p, PROT_READ) == 0);
		EQUAL(upcall_in_slot(p + 1, 12, taken), taken);
		EQUAL(p[1], 12);
		EQUAL(handled, 2 * taken + 2);
	}
}

TEST(receives, "managed: ipc_recv into absent memory begins again before it waits; no message is lost")
{
	void *no_page = (void *)IPC_NOPAGE;
	pid_t me = getpid(), pid;
	struct ipc_msg m;

	kernel_forks();
	if ((pid = fork()) == 0) {
		msleep(30);
		_exit(ipc_send(me, 7, no_page, 0, IPC_FOREVER) != 0 || ipc_send(me, 8, no_page, 0, IPC_FOREVER) != 0);
	}
	begin();
	EQUAL(ipc_recv(no_page, (struct ipc_msg *)(area + PAGE - 8), IPC_FOREVER), 0);
	EQUAL(handled, 2);				/* two pages, before the message */
	memcpy(&m, area + PAGE - 8, sizeof m);
	EQUAL(m.value, 7);
	EQUAL(m.from, pid);
	drop();
	EQUAL(ipc_recv(no_page, (struct ipc_msg *)area, IPC_FOREVER), 0);
	EQUAL(handled, 1);
	EQUAL(((struct ipc_msg *)area)->value, 8);
	EQUAL(waitpid(pid, 0, 0), pid);
}
