/* SPDX-License-Identifier: MIT */
/* inc/args.h: options, one letter at a time. */
#pragma once

struct Argstate { int *argc; const char **argv; const char *curarg, *argvalue; };

void argstart(int *argc, char **argv, struct Argstate *);
int argnext(struct Argstate *);			/* the next option's letter, or -1 */
char *argnextvalue(struct Argstate *);
char *argvalue(struct Argstate *);
