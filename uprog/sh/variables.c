/* SPDX-License-Identifier: MIT */
/* variables.c: the shell's variables, those of them that programs get as their environment, and arguments. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sh.h"

extern char **environ;

static struct variable { struct variable *next; bool exported; char text[]; } *variables;	/* NAME=VALUE */
static const char *zero = "sh";
static char **first;			/* $1; ended by a null */
static int count;

void set_arguments(const char *name, char **argv)
{
	zero = name;
	first = argv;
	for (count = 0; argv[count]; count++)
		;
}

int shift_arguments(int n)
{
	if (n < 0 || n > count)
		return 1;
	first += n;
	count -= n;
	return 0;
}

const char *argument(int i)
{
	return i == 0 ? zero : i <= count ? first[i - 1] : NULL;
}

int arguments(void)
{
	return count;
}

size_t name_length(const char *s)
{
	size_t n = 0;

	while (isalpha((unsigned char)s[n]) || s[n] == '_' || (n && isdigit((unsigned char)s[n])))
		n++;
	return n;
}

/* The link to it, or to where it would be. */
static struct variable **find_variable(const char *name, size_t len)
{
	struct variable **link = &variables;

	while (*link && (strncmp((*link)->text, name, len) || (*link)->text[len] != '='))
		link = &(*link)->next;
	return link;
}

const char *variable(const char *name, size_t len)
{
	struct variable *v = *find_variable(name, len);

	return v ? v->text + len + 1 : "";
}

void unset(const char *name)
{
	struct variable **link = find_variable(name, strlen(name)), *v = *link;

	if (!v)
		return;
	*link = v->next;
	free(v);
}

/* PATH is for programs, too, however it came to be set: what they run is looked for as the shell does. */
static bool set(const char *name, size_t len, const char *value, bool export)
{
	size_t n = strlen(value) + 1;
	struct variable *v = malloc(sizeof *v + len + 1 + n), **link = find_variable(name, len), *old = *link;

	if (!v)
		return complain("no memory for a variable");
	memcpy(v->text, name, len);
	v->text[len] = '=';
	memcpy(v->text + len + 1, value, n);
	v->exported = export || (old && old->exported) || strncmp(v->text, "PATH=", 5) == 0;
	v->next = old ? old->next : NULL;
	*link = v;
	free(old);
	return true;
}

bool assign(const char *word, bool export)
{
	size_t n = name_length(word);

	return set(word, n, word + n + 1, export);
}

bool export_variable(const char *word)
{
	size_t n = name_length(word);
	struct variable *v = *find_variable(word, n);

	if (!n || (word[n] && word[n] != '='))
		return complain("export wants names");
	if (word[n])
		return assign(word, true);
	return v ? v->exported = true : set(word, n, "", true);
}

void list_variables(bool exported)
{
	for (struct variable *v = variables; v; v = v->next)
		if (v->exported || !exported)
			puts(v->text);
}

void take_environment(void)
{
	for (char **e = environ; e && *e; e++)
		if ((*e)[name_length(*e)] == '=')
			assign(*e, true);
}

bool give_environment(void)
{
	size_t n = 0;

	for (struct variable *v = variables; v; v = v->next)
		n += v->exported;
	if (!n && (!environ || !*environ))
		return true;			/* no page is copied for what is so already */
	environ = malloc((n + 1) * sizeof *environ);
	if (!environ)
		return complain("no memory for the environment");
	n = 0;
	for (struct variable *v = variables; v; v = v->next)
		if (v->exported)
			environ[n++] = v->text;
	environ[n] = NULL;
	return true;
}
