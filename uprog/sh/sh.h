/* SPDX-License-Identifier: MIT */
/* sh.h: the shell's parts: parse.c, variables.c, run.c, jobs.c, builtins.c, main.c. */
#pragma once
#include <stdbool.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>
#include <yoke.h>

enum { LINE = 1024, CMDS = LINE / 2 + 1, WORDS = LINE + CMDS, TEXT = 4 * LINE, REDIRECTIONS = 64 };
enum { BAD_SYNTAX = 2, CANNOT_RUN = 126, NOT_FOUND = 127 };

struct redirection {
	int fd;
	const char *name;		/* the file's; null: as `from' is */
	int flags, from;
};

enum { AND = 'A', OR = 'O' };
struct cmd {
	char **argv;			/* ended by a null; before them the assignments */
	int assignments;
	struct redirection *redirection;
	int redirections;
	char end;			/* | ; & AND OR, or 0 */
};

/* The pipeline that was parsed last. */
struct pipeline {
	struct cmd cmd[CMDS];
	int ncmd;
	char *word[WORDS];
	int nword;
	struct redirection redirection[REDIRECTIONS];
	int nredirection;
	char text[TEXT];		/* of the words */
	char *at;			/* end of text in use */
	char *start;			/* of the word that is made */
	bool full;			/* text was too small */
	const char *s;			/* rest of the line */
	const char *source;		/* where the pipeline begins in it */
};
extern struct pipeline p;

extern int status;			/* of the last pipeline */
extern bool interactive;		/* there is a person: jobs have the console in turn, and are told of */
extern pid_t last_background;
extern int script;			/* descriptor that lines come from, -1: none but stdin */

bool complain(const char *what);	/* false */

/* ---- parse.c ---- */

bool more(void);			/* is there anything left of the line? */
bool parse(void);			/* the next pipeline of p.s into p; false: complained */

/* ---- variables.c ---- */

void set_arguments(const char *name, char **argv);	/* $0, and $1.. */
int shift_arguments(int n);		/* 0, or 1: there are not so many */
const char *argument(int i);		/* null: there is none */
int arguments(void);
const char *variable(const char *name, size_t len);	/* never null */
bool assign(const char *word, bool export);	/* NAME=VALUE; it is handed on from now on, or as it was.  False: no memory, complained */
bool export_variable(const char *word);	/* NAME or NAME=VALUE; false: it is neither, or no memory, complained */
void unset(const char *name);
void list_variables(bool exported);	/* all, or those that programs get */
void take_environment(void);		/* what we were given becomes variables */
bool give_environment(void);		/* to what this process becomes; false: no memory, complained */
size_t name_length(const char *);	/* of a name at its beginning */

/* ---- run.c ---- */

void run_line(const char *line);	/* nothing is run of a line that is wrong anywhere */

/* ---- jobs.c ---- */

void job_new(const pid_t *pid, int n, const char *text, size_t len);	/* in the background */
void job_reap(int flags);		/* WAIT_NOHANG, or 0: until there are none */
int job_wait(const char *which);	/* $! or %N: its status; 127: there is none */
int job_list(void);
int job_foreground(const char *which);	/* null: the last one */
void foreground(pid_t job);		/* the console is its; 0: the shell's own */

/* ---- builtins.c ---- */

/* What the shell itself does.  Null: it is no such command. */
typedef int builtin(char **argv);
builtin *find_builtin(const char *name);
