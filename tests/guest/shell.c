/* SPDX-License-Identifier: MIT */
/* shell.c: scripts, and what a process has mapped. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include "test.h"

/* ---- sh ---- */

/* What sh prints for this script, which it reads from a file, with arguments; and its status. */
static int script(const char *text, char *out, int size)
{
	char *argv[] = { "sh", "/script", "one", "two three", NULL };
	int fd[2], status, n = 0, r;
	FILE *f = fopen("/script", "w");

	CHECK(f && fputs(text, f) >= 0 && fclose(f) == 0);
	CHECK(pipe(fd) == 0);
	if (fork() == 0) {
		dup2(fd[1], STDOUT_FILENO);
		close(fd[0]);
		close(fd[1]);
		execvp("sh", argv);
		_exit(99);
	}
	close(fd[1]);
	while ((r = read(fd[0], out + n, size - 1 - n)) > 0)
		n += r;
	out[n] = 0;
	close(fd[0]);
	CHECK(wait(&status) > 0 && unlink("/script") == 0);
	return status;
}

static void prints(const char *text, const char *want)
{
	char out[600];
	int status = script(text, out, sizeof out);

	if (strcmp(out, want)) {
		printf("# script: %s# printed: %s# wanted: %s", text, out, want);
		CHECK(!"the same");
	}
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST(sh_words, "shell: words, quotes, variables, arguments, comments")
{
	prints("# nothing\n"
	       "echo 'a  b' \"c  $#\" d\\ e # f\n"
	       "A=x; B=\"$A  $A\"; echo $B \"$B\" '$B' ${A}y [$NONE]\n"
	       "echo $1 [$2] \"$@\" $0; shift; echo $1 $#\n",
	       "a  b c  2 d e\nx x x  x $B xy []\none [two three] one two three /script\ntwo three 1\n");
}

TEST(sh_lists, "shell: ; && || $? and the status of a pipeline")
{
	prints("true && echo yes || echo no; false && echo yes || echo no\n"
	       "false; echo $?; false | true; echo $?; true | false; echo $?\n"
	       "no-such-program 2> /err; echo $?; cat /err; rm /err\n"
	       "sh -c exit 7; echo $?; sh -c 'kill -TERM $$' 2> /dev/null; echo $?\n",
	       "yes\nno\n1\n0\n1\n127\nsh: no-such-program: not found\n7\n143\n");
}

TEST(sh_environment, "shell: export, variables before a command, env, PATH, HOME")
{
	prints("A=1; env; export A; env; B=2 env; env\n"
	       "B=3 sh -c 'echo $A$B; A=5; env; exit 4'; echo $? $A$B; A=; sh -c env; unset A; env\n"
	       "export X=x Y; export; env -i Z=z env; env -u X env; export 7; echo $?\n"
	       "mkdir /d; cp /bin/echo /d/say; PATH=/d say hi; say hi 2> /dev/null; echo $?; PATH=/d:/bin; say yes; sh -c 'say sub'\n"
	       "HOME=/d; cd; pwd; cd /; unset HOME PATH; cd; rm /d/say; rmdir /d; pwd\n",
	       "A=1\nA=1\nB=2\nA=1\n13\nA=5\nB=3\n4 1\nA=\nX=x\nY=\nZ=z\nY=\n1\nhi\n127\nyes\nsub\n/d\n/\n");
}

TEST(sh_redirections, "shell: pipes and redirections, by number, of builtins, of the shell's own files")
{
	prints("echo one > /t; echo two >> /t; cat < /t | cat | cat\n"
	       "sh -c 'echo out; echo err >&2' > /t 2>&1; cat /t\n"
	       "sh -c 'echo out; echo err >&2' 2> /t; cat /t\n"
	       "pwd > /t; cd /bin; pwd; cat /t; rm /t; cat < /t 2>/dev/null || echo gone\n",
	       "one\ntwo\nout\nerr\nout\nerr\n/bin\n/\ngone\n");
}

TEST(sh_jobs, "shell: the background, wait for one and for all, kill")
{
	prints("sleep 0.05 & sleep 0.01 & wait; echo all\n"
	       "sh -c exit 5 & wait $!; echo $?\n"
	       "sleep 100 & kill $!; wait $!; echo $?\n"
	       "cat & wait $!; echo $?\n",
	       "all\n5\n143\n0\n");
}

TEST(sh_wrong, "shell: a wrong line runs nothing, and the script goes on")
{
	prints("echo a > /t; | b 2>/dev/null\n"
	       "cat /t 2>/dev/null || echo none\n"
	       "echo 'a\n"
	       "echo a &&\n"
	       "echo end\n", "none\nend\n");
}

TEST(sh_oom, "shell: out of memory at any place ends a command, or the shell, and nothing else")
{
	char *argv[] = { "sh", "-c", "echo a | cat > /dev/null; A=b; echo $A > /dev/null", NULL };

	for (unsigned n = 1; n < 400; n += 7) {
		int status;
		pid_t pid = fork();

		if (pid == 0) {
			int fd = open("/dev/null", O_WRONLY);

			dup2(fd, STDERR_FILENO);
			failalloc_alone(n);
			execvp("sh", argv);
			_exit(1);
		}
		CHECK(waitpid(pid, &status, 0) == pid);
		failalloc(0);
	}
	EQUAL(audit(), 0);
}

/* ---- mapinfo ---- */

static struct map_info area(pid_t pid, const void *p)
{
	struct map_info m;

	CHECK(mapinfo(pid, (uintptr_t)p, &m) == 0);
	return m;
}

TEST(map_pages, "pmap: a region's rights, its pages, who else holds them, and what backs them")
{
	char *p, *q;
	struct map_info m;
	int fd[2];
	pid_t pid;
	char c;

	kernel_forks();
	p = mmap(NULL, 16 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	q = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(p != MAP_FAILED && q != MAP_FAILED && pipe(fd) == 0);
	for (int i = 0; i < 5; i++)
		p[2 * i * PAGE] = 1;
	q[0] = 1;
	m = area(0, p);
	CHECK(m.lo <= (uintptr_t)p && m.hi >= (uintptr_t)p + 16 * PAGE && m.of == MAP_OF_ZERO);
	CHECK(m.prot == (PROT_READ | PROT_WRITE) && !m.shared && m.inherit == INHERIT_COPY);
	EQUAL(m.resident, 5);
	EQUAL(m.cow, 0);
	m = area(0, q);
	CHECK(m.of == MAP_OF_SHARED && m.shared && m.inherit == INHERIT_SHARE);
	EQUAL(m.resident, 1);
	if ((pid = rfork(FORK_PAGE)) == 0) {
		p[0] = 2;
		write(fd[1], "r", 1);
		for (;;)
			msleep(1000);
	}
	CHECK(read(fd[0], &c, 1) == 1);
	m = area(pid, p);
	EQUAL(m.resident, 5);
	EQUAL(m.cow, 4);
	EQUAL(area(0, p).cow, 4);
	EQUAL(area(pid, q).cow, 0);
	m = area(pid, (void *)(uintptr_t)test_fail);
	CHECK(m.of == MAP_OF_FILE && strcmp(m.name, "suite") == 0 && m.prot == (PROT_READ | PROT_EXEC));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	EQUAL(area(0, p).cow, 0);
	CHECK(mapinfo(pid, 0, &m) < 0 && errno == ESRCH);
	CHECK(mapinfo(-3, 0, &m) < 0 && errno == ESRCH);
	CHECK(mapinfo(0, (uintptr_t)sys.user_top, &m) < 0 && errno == ENOENT);
	CHECK(mapinfo(0, ~(uintptr_t)0, &m) < 0 && errno == ENOENT);
	CHECK(mapinfo(0, 0, (void *)16) < 0 && errno == EFAULT);
}

TEST(map_all, "pmap: all regions together are what procinfo says, for every process")
{
	struct proc_info p;
	struct map_info m;

	for (unsigned i = 0; procinfo(i, &p) == 0; i++) {
		unsigned n = 0, resident = 0, held = 0, cow = 0;

		if (p.pid == getpid() || p.state == PROC_ZOMBIE)
			continue;			/* a call changes its own stack */
		for (uintptr_t at = 0; mapinfo(p.pid, at, &m) == 0; at = (uintptr_t)m.hi, n++) {
			CHECK(m.lo >= at && m.lo < m.hi);
			resident += m.resident;
			held += m.held;
			cow += m.cow;
		}
		EQUAL(n, p.regions);
		EQUAL(resident, p.resident);
		EQUAL(held, p.shared);
		EQUAL(cow, p.cow);
	}
}

TEST(map_changing, "pmap: a space that changes, and ends, while it is looked at")
{
	struct map_info m;
	pid_t pid = fork();

	if (pid == 0) {
		for (int i = 0; i < 300; i++) {
			char *p = pages(1 + i % 7);

			*p = 1;
			if (i % 3)
				munmap(p, (1 + i % 7) * PAGE);
			yield();
		}
		execlp("true", "true", NULL);
	}
	for (unsigned looks = 0; mapinfo(pid, 0, &m) == 0; looks++) {
		uintptr_t at = 0;

		while (mapinfo(pid, at, &m) == 0) {
			CHECK(m.hi > at && m.hi > m.lo);
			at = (uintptr_t)m.hi;
		}
		yield();
	}
	EQUAL(errno, ESRCH);
	waitpid(pid, NULL, 0);
}
