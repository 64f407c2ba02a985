/* SPDX-License-Identifier: MIT */
/*
 * race.c: what goes wrong only when threads do things in one space at once.
 * Each case says which bug it is for; tests/host/mutants.toml has most of
 * them.  On one CPU they pass by their ticks.
 */
#include <fcntl.h>
#include <thread.h>
#include "meet.h"
#include "test.h"

enum { THREADS = 3, ROUNDS = 12 };

static pid_t begin(int (*fn)(void *), void *arg)
{
	pid_t pid = thread_create(fn, arg);

	CHECK(pid > 0);
	return pid;
}

static void end(pid_t pid)
{
	int status;

	EQUAL(thread_join(pid, &status), 0);
	EQUAL(status, 0);
}

/* ---- H5: the copy is made before every CPU has forgotten the old page ---- */

struct words { volatile unsigned other, x, pad[1022]; };

static struct {
	struct meet meet;
	struct mutex mutex;
	struct words *page;
	volatile unsigned count;	/* what x should be: of the mutex, as x is; this page is broken before */
	volatile int bad;
} torn;

/* Breaks copy-on-write for the page while the others use it. */
static int breaks(void *arg)
{
	(void)arg;
	for (unsigned n = 1; n <= ROUNDS; n++) {
		meet(&torn.meet, THREADS + 1, 2 * n - 1);
		torn.page->other = n;
		meet(&torn.meet, THREADS + 1, 2 * n);
	}
	return 0;
}

static int increments(void *arg)
{
	(void)arg;
	for (unsigned n = 1; n <= ROUNDS; n++) {
		meet(&torn.meet, THREADS + 1, 2 * n - 1);
		for (int i = 0; i < 50; i++) {
			mutex_lock(&torn.mutex);
			torn.page->x = torn.page->x + 1;
			torn.count++;
			mutex_unlock(&torn.mutex);
		}
		meet(&torn.meet, THREADS + 1, 2 * n);
	}
	return 0;
}

static int reads_twice(void *arg)
{
	(void)arg;
	for (unsigned n = 1; n <= ROUNDS; n++) {
		meet(&torn.meet, THREADS + 1, 2 * n - 1);
		for (int i = 0; i < 50; i++) {
			unsigned before = torn.page->x;

			mutex_lock(&torn.mutex);
			torn.bad |= torn.page->x != torn.count || torn.page->x < before;
			mutex_unlock(&torn.mutex);
		}
		meet(&torn.meet, THREADS + 1, 2 * n);
	}
	return 0;
}

/* Broken by a copy that does not shoot, or that writes its new entry first ("make, then break" of pt.c's essay). */
TEST(h5, "race: one breaks copy-on-write, one adds under a lock, one reads twice (H5)")
{
	int (*const fn[THREADS])(void *) = { breaks, increments, reads_twice };
	pid_t pid[THREADS], child;
	int fd[2];
	char c;

	memset(&torn, 0, sizeof torn);
	torn.page = (void *)pages(1);
	torn.page->x = 0;
	for (int t = 0; t < THREADS; t++)
		pid[t] = begin(fn[t], 0);
	for (unsigned n = 1; n <= ROUNDS; n++) {
		CHECK(pipe(fd) == 0);
		if ((child = fork()) == 0) {		/* holds the page until the round is over */
			close(fd[1]);
			_exit(read(fd[0], &c, 1));
		}
		CHECK(child > 0);
		torn.count = torn.count;			/* its page is copied now, not while they run */
		meet(&torn.meet, THREADS + 1, 2 * n - 1);
		meet(&torn.meet, THREADS + 1, 2 * n);
		close(fd[0]);
		close(fd[1]);
		CHECK(waitpid(child, 0, 0) == child);
	}
	for (int t = 0; t < THREADS; t++)
		end(pid[t]);
	CHECK(!torn.bad);
	EQUAL(torn.page->x, ROUNDS * 50);
	EQUAL(torn.page->other, ROUNDS);
}

/* ---- H17: the page goes between the fault and the kernel's store ---- */

enum { FILE_BYTES = 2 * PAGE };

static struct { char *map; int fd; volatile int stop; } gone;

/* Away, and back as the file's; sometimes only the rights go. */
static int discards(void *arg)
{
	(void)arg;
	for (int n = 0; !gone.stop; n++) {
		if (n % 3 == 1)
			CHECK(madvise(gone.map, FILE_BYTES, MADV_DONTNEED) == 0);
		else if (n % 3)
			CHECK(mmap(gone.map, FILE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, gone.fd, 0) == gone.map);
		else
			CHECK(mprotect(gone.map, FILE_BYTES, PROT_READ) == 0 && mprotect(gone.map, FILE_BYTES, PROT_READ | PROT_WRITE) == 0);
		if (n % 8 == 0)
			yield();
	}
	return 0;
}

/* Broken by a kernel copy that lets the space's lock go between the walk and the store, or by W for a file's own page. */
TEST(h17, "race: mappings go away under the kernel's stores; the file they were of never changes (H17)")
{
	static char bytes[FILE_BYTES], got[FILE_BYTES];
	int p[2];
	pid_t pid;

	memset(bytes, 'f', sizeof bytes);
	CHECK((gone.fd = open("/h17", O_RDWR | O_CREAT)) >= 0);
	EQUAL(write(gone.fd, bytes, sizeof bytes), sizeof bytes);
	gone.map = mmap(0, FILE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE, gone.fd, 0);
	CHECK(gone.map != MAP_FAILED && pipe(p) == 0);
	gone.stop = 0;
	pid = begin(discards, 0);
	memset(bytes, 'x', sizeof bytes);
	for (int n = 0; n < 150; n++) {
		EQUAL(write(p[1], bytes, 600), 600);
		for (int left = 600, r; left; left -= r > 0 ? r : 0) {		/* EFAULT: it was read-only at the moment */
			r = read(p[0], gone.map + PAGE - 300, left);
			CHECK(r > 0 || r == -1);
		}
	}
	gone.stop = 1;
	end(pid);
	EQUAL(lseek(gone.fd, 0, SEEK_SET), 0);
	EQUAL(read(gone.fd, got, sizeof got), sizeof got);
	for (unsigned i = 0; i < sizeof got; i++)
		EQUAL(got[i], 'f');
	CHECK(munmap(gone.map, FILE_BYTES) == 0 && close(gone.fd) == 0 && unlink("/h17") == 0);
}

/* ---- H29: a stale read-only entry is refreshed ---- */

static struct { struct meet meet; volatile unsigned *word; } stale;

static int reads_then_writes(void *arg)
{
	unsigned sum = 0;

	(void)arg;
	for (unsigned n = 1; n <= ROUNDS; n++) {
		meet(&stale.meet, 2, 4 * n - 3);
		sum += *stale.word;			/* from here on this CPU knows it read-only */
		meet(&stale.meet, 2, 4 * n - 2);
		meet(&stale.meet, 2, 4 * n - 1);	/* the other has W by now */
		*stale.word = sum;
		meet(&stale.meet, 2, 4 * n);
	}
	return 0;
}

/* Broken by a fault that copies though nothing is missing.  QEMU shows stale rights only where software fills the TLB: MIPS. */
TEST(h29, "race: a read-only entry that is stale elsewhere is refreshed, and nothing is copied (H29)")
{
	pid_t pid;

	memset(&stale, 0, sizeof stale);
	stale.word = (void *)pages(1);
	pid = begin(reads_then_writes, 0);
	for (unsigned n = 1; n <= ROUNDS; n++) {
		uint64_t before;

		*stale.word = n;
		CHECK(in_child(FORK_PAGE, (void (*)(void *))yield, 0).how == END_EXIT);	/* W is gone, the other holder too */
		stale.meet.came = stale.meet.came;			/* these pages are ours again */
		meet(&stale.meet, 2, 4 * n - 3);
		meet(&stale.meet, 2, 4 * n - 2);
		before = count(C_COPY);
		*stale.word = n + 1;
		meet(&stale.meet, 2, 4 * n - 1);
		meet(&stale.meet, 2, 4 * n);
		EQUAL(count(C_COPY), before);
	}
	end(pid);
}

/* ---- H34: locks and shootdowns wait for each other ---- */

static int busy(void *arg)
{
	char *all = arg;

	for (int n = 0; n < 2 * ROUNDS; n++) {
		char *own = pages(3);
		pid_t pid;

		memset(own, n, 3 * PAGE);
		all[n % 8 * PAGE] += 1;
		if ((pid = fork()) == 0) {
			all[(n + 1) % 8 * PAGE] = 1;
			_exit(munmap(own, PAGE));
		}
		CHECK(pid > 0);
		CHECK(munmap(own + PAGE, PAGE) == 0);
		EQUAL(own[0], n);
		CHECK(waitpid(pid, 0, 0) == pid);
		CHECK(munmap(own, 3 * PAGE) == 0);
	}
	return 0;
}

static void busy_threads(void *arg)
{
	pid_t pid[THREADS];

	for (int t = 0; t < THREADS; t++)
		pid[t] = begin(busy, arg);
	busy(arg);
	for (int t = 0; t < THREADS; t++)
		end(pid[t]);
}

/* Broken by a lock whose waiter serves no shootdown: all stand still, and the runner's patience ends it. */
TEST(h34, "race: fault, fork and munmap with locks and shootdowns busy: nobody waits for ever (H34)")
{
	char *all = pages(8);
	pid_t pid = fork();

	if (pid == 0) {
		busy_threads(all);
		exit(0);
	}
	CHECK(pid > 0);
	busy_threads(all);
	CHECK(waitpid(pid, 0, 0) == pid);
}

/* ---- a space ends while others' CPUs know it ---- */

static int touches(void *arg)
{
	char *p = arg;

	for (int i = 0; i < 8; i++)
		p[i * PAGE] = 1;
	return 0;
}

/* Broken by a shootdown that waits for a CPU that has left the space, or by one that is not asked though it has it. */
TEST(exit_shoot, "race: threads end while another takes their memory away")
{
	for (int n = 0; n < ROUNDS; n++) {
		pid_t pid[THREADS];
		char *own = pages(8);

		for (int t = 0; t < THREADS; t++)
			pid[t] = begin(touches, own);
		for (int i = 0; i < 8; i++)			/* lazy, touched or with W: all go */
			CHECK(mmap(own + i * PAGE, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED);
		for (int t = 0; t < THREADS; t++)
			end(pid[t]);
		CHECK(munmap(own, 8 * PAGE) == 0);
	}
}

static int sleeps(void *arg)
{
	touches(arg);
	msleep(10);			/* this CPU idles where it was */
	return 0;
}

static void leaves(void *arg)
{
	static char *argv[] = { "true", 0 };
	pid_t pid[THREADS];

	for (int t = 0; t < THREADS; t++)
		pid[t] = begin(sleeps, arg);
	msleep(10);
	if (*(int *)arg)
		execv("/bin/true", argv);
	for (int t = 0; t < THREADS; t++)
		end(pid[t]);
}

/* Broken by an idle CPU that keeps the root: the next to get the frames finds them walked, or written, by it. */
TEST(h43, "race: exit and exec while other CPUs idle in the space (H43)")
{
	char *p = pages(8);

	for (int n = 0; n < ROUNDS / 2; n++)
		for (int exec = 0; exec < 2; exec++) {
			char *fresh;

			*(int *)p = exec;
			child_passes(FORK_DEFAULT, leaves, p);
			fresh = pages(16);
			for (int i = 0; i < 16 * PAGE; i += 64)
				EQUAL(fresh[i], 0);
			memset(fresh, n, 16 * PAGE);
			CHECK(munmap(fresh, 16 * PAGE) == 0);
		}
}
