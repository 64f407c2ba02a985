/* SPDX-License-Identifier: MIT */
/* getopt.c: a program's options, one at a time. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

char *optarg;
int optind = 1, opterr = 1, optopt;
static int at;				/* within argv[optind], in a word of several; 0: at its beginning */

static int complain(char *const argv[], const char *what, bool quiet)
{
	if (opterr && !quiet)
		fprintf(stderr, "%s: %s -- %c\n", argv[0], what, optopt);
	return '?';
}

/* The option's argument: the rest of its word, or the next one. */
static int argument(int argc, char *const argv[], const char *options)
{
	if (argv[optind][at]) {
		optarg = argv[optind++] + at;
	} else if (optind + 1 < argc) {
		optarg = argv[optind + 1];
		optind += 2;
	} else {
		optind++;
		at = 0;
		complain(argv, "the option needs an argument", *options == ':');
		return *options == ':' ? ':' : '?';
	}
	at = 0;
	return optopt;
}

int getopt(int argc, char *const argv[], const char *options)
{
	const char *word, *option;

	optarg = NULL;
	if (!optind) {			/* begin anew: as others have it */
		optind = 1;
		at = 0;
	}
	word = optind < argc ? argv[optind] : NULL;
	if (!at) {
		if (!word || word[0] != '-' || !word[1])
			return -1;
		if (strcmp(word, "--") == 0) {
			optind++;
			return -1;
		}
		at = 1;
	}
	optopt = word[at++];
	option = optopt == ':' ? NULL : strchr(options, optopt);
	if (option && option[1] == ':')
		return argument(argc, argv, options);
	if (!word[at]) {
		optind++;
		at = 0;
	}
	return option ? optopt : complain(argv, "no such option", *options == ':');
}
