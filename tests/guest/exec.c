/* SPDX-License-Identifier: MIT */
/* exec.c: programs, and files that only look like programs. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
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

/* Run argv with its output in buf; how many bytes.  The environment is ours. */
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

/* ---- the environment ---- */

TEST(env_handed_on, "exec: the environment goes on over exec and spawn, in order, empty and odd strings too")
{
	char *argv[] = { "env", 0 }, buf[200];

	environ = NULL;
	EQUAL(output(argv, buf, sizeof buf), 0);
	environ = (char *[]){ "A=1", "", "odd", "B==\t", "A=2", 0 };
	EQUAL(output(argv, buf, sizeof buf), 18);
	CHECK(memcmp(buf, "A=1\n\nodd\nB==\t\nA=2\n", 18) == 0);
	EQUAL(output((char *[]){ "env", "-u", "A", "C=3", "env", "env", 0 }, buf, sizeof buf), 14);
	CHECK(memcmp(buf, "\nodd\nB==\t\nC=3\n", 14) == 0);
}

/* Does a program begin with these? */
static int begins(int argc, char **argv, char **envp)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		argv[argc] = 0;
		execve("/bin/true", argv, envp);
		_exit(errno);
	}
	CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	return WEXITSTATUS(status);
}

TEST(env_limits, "exec: arguments and environment together have a limit, in bytes and in strings")
{
	static char big[ARG_BYTES], *many[200];
	char *argv[] = { "true", 0 }, *one[] = { big, 0 };

	memset(big, 'x', sizeof big);
	big[ARG_BYTES - 6] = 0;				/* and "true" */
	EQUAL(begins(1, argv, one), 0);
	big[ARG_BYTES - 6] = 'x';
	big[ARG_BYTES - 5] = 0;
	EQUAL(begins(1, argv, one), E2BIG);
	for (int i = 0; i < 200; i++)
		many[i] = "e";
	many[127] = 0;
	EQUAL(begins(1, argv, many), 0);
	many[127] = "e";
	many[128] = 0;
	EQUAL(begins(1, argv, many), E2BIG);
	EQUAL(begins(128, many, NULL), 0);
	EQUAL(begins(128, many, argv), E2BIG);
}

TEST(env_calls, "environment: getenv, setenv, putenv, unsetenv, clearenv, beside environ itself; nothing is lost or kept")
{
	static char own[] = "OWN=1", name[8];

	clearenv();
	CHECK(!getenv("A") && setenv("A", "1", 0) == 0 && setenv("A", "2", 0) == 0);
	CHECK(strcmp(getenv("A"), "1") == 0 && setenv("A", "longer", 1) == 0 && strcmp(getenv("A"), "longer") == 0);
	CHECK(putenv(own) == 0 && getenv("OWN") == own + 4 && putenv(own) == 0);
	own[4] = '7';
	CHECK(strcmp(getenv("OWN"), "7") == 0 && setenv("OWN", "", 1) == 0 && !*getenv("OWN") && own[4] == '7');
	CHECK(setenv("", "x", 1) < 0 && errno == EINVAL && setenv("A=B", "x", 1) < 0 && errno == EINVAL && unsetenv("=") < 0);
	CHECK(unsetenv("A") == 0 && unsetenv("A") == 0 && !getenv("A") && !getenv("OW") && getenv("OWN"));
	CHECK(putenv("OWN") == 0 && !getenv("OWN") && !*environ);
	for (int i = 0; i < 3000; i++) {
		snprintf(name, sizeof name, "V%d", i % 30);
		CHECK((i % 7 ? setenv(name, "value", 1) : unsetenv(name)) == 0);
	}
	environ = (char *[]){ "X=1", "Y=2", "X=3", 0 };
	CHECK(strcmp(getenv("Y"), "2") == 0 && setenv("Z", "4", 1) == 0 && unsetenv("X") == 0 && !getenv("X") && getenv("Z"));
	EQUAL(environ[2] == NULL, 1);
	clearenv();
	CHECK(!getenv("Z"));
}

TEST(env_path, "exec: names are looked for along PATH, one directory after the other")
{
	char *argv[] = { "false", 0 };

	CHECK(mkdir("/path", 0) == 0 && link("/bin/true", "/path/false") == 0 && link("/motd", "/path/motd") == 0);
	for (int i = 0; i < 6; i++) {
		static const char *const path[] = { NULL, "/path:/bin", "/bin:/path", "/none::/path", "/none", "/bin/true:/path" };
		static const int status[] = { 1, 0, 1, 0, ENOENT, 0 };
		int end;
		pid_t pid = fork();

		if (pid == 0) {
			if (path[i])
				setenv("PATH", path[i], 1);
			else
				unsetenv("PATH");
			execvp("false", argv);
			_exit(errno);
		}
		CHECK(waitpid(pid, &end, 0) == pid);
		EQUAL(WEXITSTATUS(end), status[i]);
	}
	setenv("PATH", "/path:/none", 1);
	CHECK(execv("/path/motd", argv) < 0 && errno == ENOEXEC);	/* execvp would give it to the shell */
	CHECK(execvp("", argv) < 0 && execvp("none", argv) < 0 && errno == ENOENT);
	CHECK(unlink("/path/false") == 0 && unlink("/path/motd") == 0 && rmdir("/path") == 0);
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
