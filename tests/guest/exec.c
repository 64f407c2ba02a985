/* SPDX-License-Identifier: MIT */
/* exec.c: programs, and files that only look like programs. */
#include <fcntl.h>
#include "test.h"

static int run(const char *path, char *const argv[])
{
	struct wait_info w;
	pid_t pid = spawn(path, argv, 0);

	if (pid < 0)
		return -1;
	CHECK(waitinfo(pid, &w, 0) == pid);
	return w.how == END_EXIT ? w.code : 1000 + w.how;
}

TEST(exec_status, "exec: a program's status comes back")
{
	char *t[] = { "true", 0 }, *f[] = { "false", 0 };

	EQUAL(run("/bin/true", t), 0);
	EQUAL(run("/bin/false", f), 1);
}

/* Run argv with its output in buf; how many bytes. */
static int output(char *const argv[], char *buf, size_t n)
{
	char path[PATH_LEN];
	int fd[2], map[3], got = 0;
	struct wait_info w;
	ssize_t k;
	pid_t pid;

	snprintf(path, sizeof path, "/bin/%s", argv[0]);
	CHECK(pipe(fd) == 0);
	map[0] = 0, map[1] = fd[1], map[2] = 2;
	CHECK((pid = spawn(path, argv, map)) > 0);
	close(fd[1]);
	while ((k = read(fd[0], buf + got, n - got)) > 0)
		got += k;
	close(fd[0]);
	CHECK(waitinfo(pid, &w, 0) == pid);
	return got;
}

TEST(exec_args, "exec: arguments arrive, odd characters and empty ones too")
{
	char *argv[] = { "echo", "a", "", "b c", "\t%", 0 }, buf[100];

	EQUAL(output(argv, buf, sizeof buf), 10);
	CHECK(memcmp(buf, "a  b c \t%\n", 10) == 0);
}

TEST(exec_long, "exec: too many bytes of arguments are refused, the most allowed pass")
{
	static char big[ARG_BYTES + 100];
	char *argv[] = { "true", big, 0 };

	memset(big, 'x', ARG_BYTES + 50);
	EQUAL(run("/bin/true", argv), -1);
	big[ARG_BYTES / 2] = 0;
	EQUAL(run("/bin/true", argv), 0);
}

TEST(exec_missing, "exec: a missing file, an empty name, a long name")
{
	static char name[3 * PATH_LEN];
	char *argv[] = { "x", 0 };

	memset(name, 'n', sizeof name - 1);
	EQUAL(execv("/bin/none", argv), -1);
	EQUAL(execv("", argv), -1);
	EQUAL(execv(name, argv), -1);
}

/* ---- malformed ELF files ---- */

static unsigned char image[64 * 1024];
static long image_len;

static void slurp(const char *path)
{
	int fd = open(path, O_RDONLY);
	long k;

	CHECK(fd >= 0);
	image_len = 0;
	while ((k = read(fd, image + image_len, sizeof image - image_len)) > 0)
		image_len += k;
	close(fd);
	CHECK(image_len > 100 && image_len < (long)sizeof image);
}

static int run_image(long len)
{
	char *argv[] = { "bad", 0 };
	int fd = open("/tmp-elf", O_WRONLY | O_CREAT | O_TRUNC), rc;

	CHECK(fd >= 0);
	CHECK(write(fd, image, len) == len);
	close(fd);
	rc = run("/tmp-elf", argv);
	CHECK(unlink("/tmp-elf") == 0);
	return rc;
}

TEST(elf_whole, "exec: a copy of a program in a new file runs (H31)")
{
	slurp("/bin/false");
	EQUAL(run_image(image_len), 1);
}

TEST(elf_truncated, "exec: an ELF file cut at any length is refused or its program ends, no more")
{
	slurp("/bin/true");
	EQUAL(run_image(0), -1);
	EQUAL(run_image(4), -1);
	for (long n = 16; n < image_len; n += image_len / 13)
		run_image(n);
	EQUAL(audit(), 0);
}

TEST(elf_fields, "exec: every byte of the headers set to 0, 0xff and 0x7f in turn")
{
	static const unsigned char bad[] = { 0, 0xff, 0x7f };
	long headers = sizeof(long) == 8 ? 64 + 2 * 56 : 52 + 2 * 32;

	slurp("/bin/true");
	for (long i = 0; i < headers; i++)
		for (int k = 0; k < 3; k++) {
			unsigned char was = image[i];

			image[i] = bad[k];
			run_image(image_len);			/* whatever it does, it does to itself */
			image[i] = was;
		}
	EQUAL(run_image(image_len), 0);
}

TEST(elf_magic, "exec: no magic, wrong class, wrong machine are refused")
{
	static const int at[] = { 0, 3, 4, 5, 18, 19 };

	slurp("/bin/true");
	for (int i = 0; i < 6; i++) {
		unsigned char was = image[at[i]];

		image[at[i]] = was + 1;
		EQUAL(run_image(image_len), -1);
		image[at[i]] = was;
	}
}

TEST(exec_shares, "exec: two runs of one program share its text pages")
{
	char *argv[] = { "true", 0 };
	uint64_t copied;
	struct counts before, after;

	CHECK(run("/bin/true", argv) == 0);
	CHECK(counts(0, &before) == 0);
	CHECK(run("/bin/true", argv) == 0);
	CHECK(counts(0, &after) == 0);
	CHECK(after.n[C_FILE] > before.n[C_FILE]);
	copied = after.n[C_COPY] - before.n[C_COPY];
	CHECK(copied < 6);
}

TEST(exec_after_fork, "exec: in a forked child, by every strategy; the parent's memory is untouched")
{
	char *p = pages(20), *argv[] = { "false", 0 };
	int status;

	memset(p, 5, 20 * PAGE);
	for (int s = 0; each_strategy(&s); s++) {
		pid_t pid = rfork(s);

		if (pid == 0) {
			p[0] = 6;
			execv("/bin/false", argv);
			_exit(99);
		}
		CHECK(waitpid(pid, &status, 0) == pid);
		EQUAL(WEXITSTATUS(status), 1);
		for (int i = 0; i < 20 * PAGE; i += PAGE)
			EQUAL(p[i], 5);
	}
}

TEST(overwrite_running, "exec: writing a program's file while it runs does not change it")
{
	int in[2], fd, status;
	char *argv[] = { "cat", 0 };
	pid_t pid;

	slurp("/bin/cat");
	CHECK((fd = open("/tmp-cat", O_WRONLY | O_CREAT | O_TRUNC)) >= 0);
	CHECK(write(fd, image, image_len) == image_len);
	close(fd);
	CHECK(pipe(in) == 0);
	if ((pid = fork()) == 0) {
		close(in[1]);
		CHECK(dup2(in[0], 0) == 0);
		execv("/tmp-cat", argv);
		_exit(99);
	}
	msleep(30);
	CHECK((fd = open("/tmp-cat", O_WRONLY | O_TRUNC)) >= 0);
	memset(image, 0, sizeof image);
	CHECK(write(fd, image, 4096) == 4096);
	close(fd);
	close(in[0]);
	close(in[1]);
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	CHECK(unlink("/tmp-cat") == 0);
}

TEST(exec_dsm, "exec: a page server and four nodes that share memory only through it; no store is lost")
{
	char *argv[] = { "dsm", "4", "25", 0 }, buf[100];
	int n = output(argv, buf, sizeof buf - 1);

	CHECK(n > 6);
	CHECK(memcmp(buf, "right:", 6) == 0);
}
