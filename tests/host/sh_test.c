/* SPDX-License-Identifier: MIT */
/*
 * sh_test.c: the shell and the line editor, run on this machine's system
 * calls.  Prints TAP.  Usage: sh_test [SEED].
 */
#include "abi/yoke.h"		/* first: constants here, macros in the host's headers */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/wait.h>

static int quiet(const void *what, ...) { (void)what; return 0; }
static int quiet_char(int c) { return c; }
#define printf	quiet
#define fputs	quiet
#define putchar	quiet_char
#define main	sh_main
#include "ulib/line.c"
#include "ulib/status.c"
#include "uprog/sh/parse.c"
#include "uprog/sh/variables.c"
#include "uprog/sh/run.c"
#include "uprog/sh/jobs.c"
#include "uprog/sh/builtins.c"
#include "uprog/sh/main.c"
#undef printf
#undef fputs
#undef putchar
#undef main

int ttymode(int mode) { return mode; }
int signals(unsigned caught, unsigned ignored, unsigned held, unsigned again) { return (void)caught, (void)ignored, (void)held, (void)again, 0; }
int setjob(pid_t pid, pid_t job) { (void)pid, (void)job; return 0; }
pid_t getjob(pid_t pid) { return pid; }
pid_t ttyjob(pid_t job) { return job; }
void wait_report(const char *name, const struct wait_info *w) { (void)name, (void)w; }

pid_t waitinfo(pid_t pid, struct wait_info *w, int flags)
{
	int s;

	pid = waitpid(pid, &s, flags & WAIT_NOHANG ? WNOHANG : 0);
	*w = (struct wait_info){ .pid = pid, .how = WIFEXITED(s) ? END_EXIT : END_KILLED,
		.code = WIFEXITED(s) ? WEXITSTATUS(s) : WTERMSIG(s) };
	return pid;
}

static int tests, failed;

static void ok(bool pass, const char *what)
{
	printf("%sok %d - %s\n", pass ? "" : "not ", ++tests, what);
	fflush(stdout);			/* the shell forks */
	failed += !pass;
}

/* ---- the shell ---- */

static char dir[] = "/tmp/yoke-sh-XXXXXX";

/* What is in the file, after the line was run. */
static bool leaves(const char *line, const char *text)
{
	char is[256] = "";
	FILE *f;

	run_line(line);
	f = fopen("f", "r");
	if (!f)
		return false;
	is[fread(is, 1, sizeof is - 1, f)] = 0;
	fclose(f);
	return strcmp(is, text) == 0;
}

static bool ends(const char *line, int want)
{
	run_line(line);
	return status == want;
}

/* A random word, and one of the ways to write it. */
static void random_word(char *word, char **line)
{
	static const char some[] = "ab |&;<>'\"\\$#\t";
	int n = 1 + rand() % 6;
	bool quotes = rand() % 2;

	if (quotes)
		*(*line)++ = '"';
	for (int i = 0; i < n; i++) {
		char c = word[i] = some[rand() % (sizeof some - 1)];

		if (!quotes || strchr("\"\\$", c))
			*(*line)++ = '\\';
		*(*line)++ = c;
	}
	if (quotes)
		*(*line)++ = '"';
	*(*line)++ = ' ';
	word[n] = 0;
}

static bool random_line(void)
{
	char word[20][8], line[512], *at = line;
	int n = 1 + rand() % 20;

	for (int i = 0; i < n; i++)
		random_word(word[i], &at);
	*at = 0;
	p.s = line;
	if (!more() || !parse() || p.ncmd != 1 || more())
		return false;
	for (int i = 0; i < n; i++)
		if (!p.cmd[0].argv[i] || strcmp(p.cmd[0].argv[i], word[i]))
			return false;
	return !p.cmd[0].argv[n];
}

static bool wrong(const char *line)
{
	unlink("f");
	return ends(line, BAD_SYNTAX) && access("f", F_OK) != 0;
}

static void test_sh(void)
{
	static char longest[LINE + 8];
	bool good = true;

	ok(leaves("echo a 'b  c' \"d $? 'e'\" f\\ g>f # h", "a b  c d 0 'e' f g\n"), "words, quotes, a comment");
	for (int i = 0; i < 20000 && good; i++)
		good = random_line();
	ok(good, "words quoted at random");
	ok(leaves("echo one|cat | cat|cat >f", "one\n"), "a pipeline");
	ok(leaves("echo two>>f; cat <f|cat>g; cat g > f", "one\ntwo\n"), "redirections");
	ok(leaves("false; echo $? > f; true", "1\n") && status == 0, "$? is of the command before");
	ok(ends("false", 1) && ends("true", 0) && ends("true | false", 1) && ends("false | true", 0),
		"the last of a pipeline says the status");
	ok(ends("no-such-program", NOT_FOUND) && ends("/", CANNOT_RUN) && ends("cat < no-such-file", 1), "what cannot be run");
	ok(ends("cat & wait", 0) && waitpid(-1, NULL, 0) == -1, "the background reads nothing, and is waited for");
	good = wrong("echo a > f; | b") && wrong("echo a > f | ") && wrong("echo a > f;; b") && wrong("echo a > f; 'b") &&
		wrong("echo a > f <") && wrong("echo a > f; &");
	ok(good, "nothing is run of a line that is wrong");
	memset(longest, 'a', LINE);
	good = ends(longest, BAD_SYNTAX);
	for (int i = 0; i < LINE - 1; i++)
		longest[i] = i % 2 ? '|' : ':';
	longest[LINE - 1] = 0;
	p.s = longest;
	ok(good && parse() && p.ncmd == LINE / 2, "the longest line, and a longer one");
}

static void test_words(void)
{
	char *args[] = { "one", "two three", "", NULL };
	char long_line[LINE];

	ok(leaves("A='x  y' B=; echo $A \"$A\" ${A}z '$A' \\$A $B\"$B\"|cat>f", "x y x  y x yz $A $A \n"), "variables: split, and not");
	ok(leaves("A=1; A=$A$A; A=$A$A true; echo $A $NONE. > f; unset A; echo [$A] >> f", "11 .\n[]\n"), "variables: set anew, unset");
	set_arguments("name", args);
	ok(leaves("echo $0 $# [$1] [$2] [$4] > f", "name 3 [one] [two three] []\n"), "arguments");
	ok(leaves("printf '<%s>' \"$@\" > f; printf '<%s>' $@ >> f; printf '<%s>' \"$*\" >> f",
		"<one><two three><><one><two><three><one two three >"), "arguments: each a word, or in one");
	ok(leaves("shift; echo $1 $# > f; shift 5; echo $? $1 >> f", "two three 2\n1 two three\n"), "shift");
	set_arguments("sh", args + 3);
	ok(leaves("true && echo a > f || echo b > f; false && echo c >> f || echo d >> f", "a\nd\n") &&
		leaves("false || false || echo e > f; true || true && echo g >> f", "e\ng\n"), "&& and ||");
	ok(wrong("echo a > f && ") && wrong("echo a > f || | b") && wrong("echo a > f && && b") && wrong("&& echo a > f") &&
		wrong("echo a > f; b >&"), "&& and || at a wrong place");
	ok(leaves("sh -c 'echo out; echo err >&2' 2> g > f; cat g >> f", "out\nerr\n") &&
		leaves("sh -c 'echo out; echo err >&2' > f 2>&1; echo a 2>> g >> f", "out\nerr\na\n"), "redirections by number");
	ok(leaves("unset A B; A=1; sh -c 'echo $A$B.' > f; export A; B=2 sh -c 'echo $A$B.' >> f; A=3; sh -c 'echo $A$B.' >> f; unset A", ".\n12.\n3.\n") &&
		leaves("export A B=b; A=c; export > f; sh -c 'echo $A $B' >> f; unset B A; export >> f", "A=c\nB=b\nc b\n") &&
		ends("export 1=2", 1) && ends("export a-b", 1), "export, and variables before a command");
	ok(leaves("echo '#!/bin/sh' > g; echo 'echo mine $1' >> g; chmod +x g; PATH=/none:.:/bin g a > f; PATH=/none; ls; unset PATH", "mine a\n")
		&& ends("PATH=/none ls", NOT_FOUND) && ends("ls > g", 0), "PATH");
	ok(leaves("mkdir d; HOME=d; cd; echo in > ../f; cd ..; rmdir d && echo out >> f; unset HOME", "in\nout\n"), "HOME");
	ok(leaves("> f", "") && leaves("help > g; unset A B; X=1; set > f", "X=1\n"), "builtins have redirections, too");
	ok(ends("sleep 0 & wait $!", 0) && ends("sh -c 'exit 7' & wait $!", 7) && ends("wait 99999", NOT_FOUND) &&
		ends("sh -c 'exit 3' & wait %1", 3) && leaves("false & fg > f", "false &\n") && status == 1 && ends("fg %3", 1), "jobs: wait, fg");
	memset(long_line, 'a', sizeof long_line);
	memcpy(long_line, "A=", 2);
	long_line[900] = 0;
	ok(ends(long_line, 0) && ends("echo $A $A $A > f", 0) && ends("echo $A $A $A $A $A > f", BAD_SYNTAX) &&
		ends("A=", 0), "words that grow beyond the room there is");
	ok(leaves("echo '# a comment' > g; echo 'echo $1-$2; exit' >> g; sh g 1 2 | cat > f", "1-2\n"), "a script");
}

/* Bytes at random: it complains, or runs nothing wild: the words are programs that are not there. */
static bool random_bytes(void)
{
	static const char some[] = "ab$1{}@?\"'\\ \t=&|;<>2#!_";
	char line[60];
	int n = rand() % (sizeof line - 1);

	for (int i = 0; i < n; i++)
		line[i] = some[rand() % (sizeof some - 1)];
	line[n] = 0;
	for (p.s = line; more(); ) {
		if (!parse())
			return true;
		for (int i = 0; i < p.ncmd; i++)
			for (char **w = p.cmd[i].argv; *w; w++)
				if (*w < p.text || *w + strlen(*w) >= p.text + TEXT)
					return false;
	}
	return true;
}

/* ---- the line editor ---- */

/* The line that these keys give. */
static bool edits(const char *keys, const char *want)
{
	char line[20];
	int fd[2], n;

	if (pipe(fd) < 0 || write(fd[1], keys, strlen(keys)) < 0)
		return false;
	dup2(fd[0], STDIN_FILENO);
	close(fd[0]);
	close(fd[1]);
	fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);	/* as a program may leave it */
	n = line_edit("", line, sizeof line);
	if (fcntl(STDIN_FILENO, F_GETFL) & O_NONBLOCK)
		return false;
	return want ? n == (int)strlen(want) && strcmp(line, want) == 0 : n == -1;
}

static void test_line(void)
{
	ok(edits("abc\r", "abc") && edits("abc\033[D\033[Dxy\033[CZ\r", "axybZc"), "left and right");
	ok(edits("bc\001a\005d\r", "abcd") && edits("bc\033[Ha\033[Fd\r", "abcd"), "to the ends");
	ok(edits("abcd\002\002\013\r", "ab") && edits("abcd\002\025\r", "d"), "cut to the end, to the start");
	ok(edits("ab cd  \027e\r", "ab e") && edits("ab\002\027\027\r", "b"), "cut a word");
	ok(edits("\177ab\177c\b\r", "a") && edits("abc\001\004\033[3~\r", "c") && edits("ab\001\177\r", "ab"), "delete");
	ok(edits("one\r", "one") && edits("two\r", "two") && edits("\033[A\033[A\033[B!\r", "two!"), "history");
	ok(edits("\033[A\033[A\033[A\033[A\r", "ab"), "history: four up");
	ok(edits("0123456789012345678901234567\r", "0123456789012345678"), "no more than there is room");
	ok(edits("ab\003", "") && edits("\004", NULL) && edits("ab", NULL), "^C, ^D, the end of the input");
	ok(edits("\033[Zq\033[9~q\033OR\r", "qq"), "keys that mean nothing");
}

int main(int argc, char **argv)
{
	bool good = true;

	srand(argc > 1 ? atoi(argv[1]) : 1);
	if (!mkdtemp(dir) || chdir(dir) < 0)
		return 1;
	test_sh();
	test_words();
	for (int i = 0; i < 100000 && good; i++)
		good = random_bytes();
	ok(good, "lines of random bytes");
	test_line();
	printf("1..%d\n", tests);
	unlink("f");
	unlink("g");
	rmdir(dir);
	return failed > 0;
}
