/* SPDX-License-Identifier: MIT */
/* args.c: the kernel's arguments: fork=STRATEGY init=PATH cpus=N -- ARGUMENTS OF INIT.  A wrong one is only warned of. */
#include "proc.h"
#include "lib/string.h"

struct args args = { .strategy = FORK_PAGE, .init = "/bin/init", .cpus = NCPU };

static const char *const strategies[FORK_N] = FORK_NAMES;

/* The next word, cut off, and *s behind it; null at the end. */
static char *next_word(char **s)
{
	char *w;

	while (**s == ' ')
		++*s;
	w = *s;
	while (**s && **s != ' ')
		++*s;
	if (**s)
		*(*s)++ = 0;
	return *w ? w : NULL;
}

static void set_strategy(const char *name)
{
	for (int i = 0; i < FORK_N; i++)
		if (strcmp(name, strategies[i]) == 0) {
			args.strategy = i;
			return;
		}
	kprintf("warning: fork=%s is unknown; there are", name);
	for (int i = 0; i < FORK_N; i++)
		kprintf(" %s", strategies[i]);
	kprintf("; going on with fork=%s\n", strategies[args.strategy]);
}

static void set_init(const char *path)
{
	if (*path && strlen(path) < sizeof args.init)
		strlcpy(args.init, path, sizeof args.init);
	else
		kprintf("warning: init= wants a path of 1 to %d characters; going on with %s\n", PATH_LEN - 1, args.init);
}

static void set_cpus(const char *n)
{
	if (n[0] >= '1' && n[0] <= '9' && !n[1])
		args.cpus = n[0] - '0' < NCPU ? n[0] - '0' : NCPU;
	else
		kprintf("warning: cpus= wants a number from 1 to 9; going on with all CPUs\n");
}

static void keep_for_init(char *s)
{
	char *w;

	while ((w = next_word(&s)) && args.argv_len + strlen(w) < sizeof args.argv) {
		strcpy(args.argv + args.argv_len, w);
		args.argv_len += strlen(w) + 1;
	}
}

void args_parse(const char *from)
{
	static char line[sizeof ((struct boot *)0)->args];
	char *s = line, *w;

	strlcpy(line, from, sizeof line);
	while ((w = next_word(&s))) {
		if (strcmp(w, "--") == 0)
			return keep_for_init(s);
		if (strncmp(w, "fork=", 5) == 0)
			set_strategy(w + 5);
		else if (strncmp(w, "init=", 5) == 0)
			set_init(w + 5);
		else if (strncmp(w, "cpus=", 5) == 0)
			set_cpus(w + 5);
		else
			kprintf("warning: unknown kernel argument %s; there are fork=STRATEGY init=PATH cpus=N -- ARGUMENTS\n",
				w);
	}
}
