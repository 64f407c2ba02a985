/* SPDX-License-Identifier: MIT */
/* variables.c: the shell's variables and arguments. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sh.h"

static struct variable { struct variable *next; char text[]; } *variables;	/* NAME=VALUE */
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

bool assign(const char *word)
{
	size_t n = strlen(word) + 1;
	struct variable *v = malloc(sizeof *v + n), **link = find_variable(word, name_length(word)), *old = *link;

	if (!v)
		return complain("no memory for a variable");
	memcpy(v->text, word, n);
	v->next = old ? old->next : NULL;
	*link = v;
	free(old);
	return true;
}

void list_variables(void)
{
	for (struct variable *v = variables; v; v = v->next)
		puts(v->text);
}
