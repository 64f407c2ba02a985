/* SPDX-License-Identifier: MIT */
/* args.c: options, one letter at a time; "--" and a word that is no option end them. */
#include <string.h>
#include "inc/args.h"

void argstart(int *argc, char **argv, struct Argstate *a)
{
	a->argc = argc;
	a->argv = (const char **)argv;
	a->curarg = *argc > 1 && argv ? "" : 0;
	a->argvalue = 0;
}

/* Take argv[1] out. */
static void shift(struct Argstate *a)
{
	memmove(a->argv + 1, a->argv + 2, sizeof *a->argv * (size_t)(*a->argc - 1));
	(*a->argc)--;
}

int argnext(struct Argstate *a)
{
	a->argvalue = 0;
	if (!a->curarg)
		return -1;
	if (!*a->curarg) {
		const char *word = *a->argc > 1 ? a->argv[1] : 0;

		if (!word || word[0] != '-' || !word[1]) {
			a->curarg = 0;
			return -1;
		}
		shift(a);
		if (word[1] == '-' && !word[2]) {
			a->curarg = 0;
			return -1;
		}
		a->curarg = word + 1;
	}
	return (unsigned char)*a->curarg++;
}

char *argnextvalue(struct Argstate *a)
{
	if (!a->curarg)
		return 0;
	if (*a->curarg) {
		a->argvalue = a->curarg;
		a->curarg = "";
	} else if (*a->argc > 1) {
		a->argvalue = a->argv[1];
		shift(a);
	} else {
		a->argvalue = 0;
		a->curarg = 0;
	}
	return (char *)a->argvalue;
}

char *argvalue(struct Argstate *a)
{
	return (char *)(a->argvalue ? a->argvalue : argnextvalue(a));
}
