/* SPDX-License-Identifier: MIT */
/*
 * line.c: the line editor.  Left, right, home, end (and ^B ^F ^A ^E), up
 * and down for earlier lines (^P ^N), backspace, delete, ^D, ^K, ^U, ^W, ^L.
 *
 * The console is raw only while a line is edited.  A key at the end of the
 * line is echoed alone; any other change draws the line anew.
 */
#include <ctype.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <yoke.h>

enum { HISTORY = 16, HISTORY_LEN = 256 };
enum { CTRL = 0x1f, DELETE = 0x100, ESC = 27, RUBOUT = 127 };
#define KEY(c) ((c) & CTRL)

static char history[HISTORY][HISTORY_LEN];
static unsigned lines;			/* kept so far; line i is in history[i % HISTORY] */

struct edit {
	const char *prompt;
	char *s;
	int size, n, at;		/* room, length, cursor */
	unsigned line;			/* which line of the history is shown; lines: a new one */
};

static void draw(struct edit *e)
{
	printf("\r%s%.*s\033[K", e->prompt, e->n, e->s);
	for (int i = e->n; i > e->at; i--)
		putchar('\b');
	fflush(stdout);
}

static void insert(struct edit *e, int c)
{
	if (e->n == e->size - 1)
		return;
	memmove(e->s + e->at + 1, e->s + e->at, e->n - e->at);
	e->s[e->at++] = c;
	e->n++;
	if (e->at < e->n) {
		draw(e);
	} else {
		putchar(c);
		fflush(stdout);
	}
}

/* Take n characters out from position at on. */
static void cut(struct edit *e, int at, int n)
{
	memmove(e->s + at, e->s + at + n, e->n - at - n);
	e->n -= n;
	e->at = at;
	draw(e);
}

/* Where the word before the cursor begins. */
static int word_start(const struct edit *e)
{
	int at = e->at;

	while (at && e->s[at - 1] == ' ')
		at--;
	while (at && e->s[at - 1] != ' ')
		at--;
	return at;
}

static void move(struct edit *e, int at)
{
	if (at < 0 || at > e->n)
		return;
	e->at = at;
	draw(e);
}

static void recall(struct edit *e, unsigned line)
{
	if (line > lines || line + HISTORY < lines)
		return;
	e->line = line;
	snprintf(e->s, e->size, "%s", line == lines ? "" : history[line % HISTORY]);
	e->n = e->at = strlen(e->s);
	draw(e);
}

static void remember(const char *s)
{
	if (!*s || (lines && strcmp(s, history[(lines - 1) % HISTORY]) == 0))
		return;
	snprintf(history[lines++ % HISTORY], HISTORY_LEN, "%s", s);
}

static int get(void)
{
	unsigned char c;

	return read(STDIN_FILENO, &c, 1) == 1 ? c : -1;
}

/* A key; the arrows and their like as the control key that does the same. */
static int key(void)
{
	int c = get();

	if (c != ESC)
		return c;
	if ((c = get()) != '[' && c != 'O')
		return c;
	switch (c = get()) {
	case 'A': return KEY('P');
	case 'B': return KEY('N');
	case 'C': return KEY('F');
	case 'D': return KEY('B');
	case 'H': return KEY('A');
	case 'F': return KEY('E');
	}
	if (isdigit(c) && get() == '~')
		return c == '1' ? KEY('A') : c == '4' ? KEY('E') : c == '3' ? DELETE : 0;
	return 0;
}

static void change(struct edit *e, int c)
{
	if (c >= ' ' && c != RUBOUT && c < DELETE)
		insert(e, c);
	else if (c == KEY('B'))
		move(e, e->at - 1);
	else if (c == KEY('F'))
		move(e, e->at + 1);
	else if (c == KEY('A'))
		move(e, 0);
	else if (c == KEY('E'))
		move(e, e->n);
	else if (c == KEY('P'))
		recall(e, e->line - 1);
	else if (c == KEY('N'))
		recall(e, e->line + 1);
	else if (c == KEY('U'))
		cut(e, 0, e->at);
	else if (c == KEY('K'))
		cut(e, e->at, e->n - e->at);
	else if (c == KEY('W'))
		cut(e, word_start(e), e->at - word_start(e));
	else if (c == KEY('L'))
		draw(e);
	else if ((c == '\b' || c == RUBOUT) && e->at > 0)
		cut(e, e->at - 1, 1);
	else if ((c == DELETE || c == KEY('D')) && e->at < e->n)
		cut(e, e->at, 1);
}

/* Keys up to the end of the line.  False: the end of the input. */
static bool keys(struct edit *e)
{
	for (int c; (c = key()) != '\r' && c != '\n'; change(e, c)) {
		if (c < 0 || (c == KEY('D') && e->n == 0))
			return false;
		if (c == KEY('C')) {
			fputs("^C", stdout);
			e->n = 0;
			return true;
		}
	}
	return true;
}

int line_edit(const char *prompt, char *s, int size)
{
	struct edit e = { .prompt = prompt, .s = s, .size = size, .line = lines };
	int mode = ttymode(TTY_RAW);
	bool more;

	fcntl(STDIN_FILENO, F_SETFL, 0);	/* O_NONBLOCK, if a program left it so */
	fputs(prompt, stdout);
	fflush(stdout);
	more = keys(&e);
	putchar('\n');
	s[e.n] = 0;
	ttymode(mode);
	remember(s);
	return more ? e.n : -1;
}
