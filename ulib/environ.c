/* SPDX-License-Identifier: MIT */
/* environ.c: the environment: NAME=TEXT strings.  Those that exec put on the stack, or whatever the program says. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char **environ;				/* crt0.S sets it, in programs that have it; null: empty */
static char **ours;			/* the array that we made, or null */
static struct text { struct text *next; char s[]; } *texts;	/* the strings that setenv made and that are in use */

static size_t length(void)
{
	size_t n = 0;

	while (environ && environ[n])
		n++;
	return n;
}

/* Where this name is; null: nowhere. */
static char **find(const char *name, size_t len)
{
	for (char **e = environ; e && *e; e++)
		if (strncmp(*e, name, len) == 0 && (*e)[len] == '=')
			return e;
	return NULL;
}

/* How long a name is; 0: it is none. */
static size_t named(const char *name)
{
	if (name && *name && !strchr(name, '='))
		return strlen(name);
	errno = EINVAL;
	return 0;
}

/* A string that is in the environment no more: free it if setenv made it. */
static void let_go(const char *s)
{
	struct text **link = &texts, *t;

	while (*link && (*link)->s != s)
		link = &(*link)->next;
	if (!(t = *link))
		return;
	*link = t->next;
	free(t);
}

static bool add(char *s)
{
	size_t n = length();
	char **to = realloc(ours, (n + 2) * sizeof *to);

	if (!to)
		return false;
	if (environ && environ != ours)
		memcpy(to, environ, n * sizeof *to);
	to[n] = s;
	to[n + 1] = NULL;
	environ = ours = to;
	return true;
}

/* In place of what has its name, or one more.  0 or -1 */
static int put(char *s, size_t len)
{
	char **at = find(s, len), *old;

	if (!at)
		return add(s) ? 0 : -1;
	old = *at;
	*at = s;
	if (old != s)
		let_go(old);
	return 0;
}

char *getenv(const char *name)
{
	size_t len = strlen(name);
	char **at = find(name, len);

	return at ? *at + len + 1 : NULL;
}

/* The string itself, not a copy. */
int putenv(char *s)
{
	size_t len = strcspn(s, "=");

	return s[len] ? put(s, len) : unsetenv(s);
}

int setenv(const char *name, const char *value, int overwrite)
{
	size_t len = named(name), n;
	struct text *t;

	if (!len)
		return -1;
	if (!overwrite && find(name, len))
		return 0;
	n = strlen(value) + 1;
	t = malloc(sizeof *t + len + 1 + n);
	if (!t)
		return -1;
	memcpy(t->s, name, len);
	t->s[len] = '=';
	memcpy(t->s + len + 1, value, n);
	if (put(t->s, len) < 0) {
		free(t);
		return -1;
	}
	t->next = texts;
	texts = t;
	return 0;
}

int unsetenv(const char *name)
{
	size_t len = named(name);
	char **at, *old;

	if (!len)
		return -1;
	while ((at = find(name, len))) {
		old = *at;
		for (; *at; at++)
			at[0] = at[1];
		let_go(old);
	}
	return 0;
}

int clearenv(void)
{
	while (environ && *environ)
		let_go(*environ++);
	environ = NULL;
	return 0;
}
