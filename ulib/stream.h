/* SPDX-License-Identifier: MIT */
/*
 * stream.h: what a FILE is, for stdio's own files.
 *
 * Its buffer holds either input, of which [at, n) is still to be read, or,
 * with S_WROTE, output: n bytes.
 */
#pragma once
#include <stdbool.h>
#include <stdio.h>

enum {
	S_READ = 1, S_WRITE = 2,	/* what it was opened for */
	S_FULL = 4,			/* written when the buffer is full */
	S_NONE = 8,			/* written at each call's end; neither: if there is a newline */
	S_WROTE = 16,			/* the buffer holds output */
	S_EOF = 32, S_ERR = 64,
	S_OWN_BUF = 128,		/* buf is malloc's */
	S_OWN = 256,			/* the stream itself is */
	S_FAILED = 512			/* within one call: something could not be written */
};

struct stream {
	int fd;
	unsigned flags;			/* S_* */
	char *buf;
	int size;			/* of buf */
	int n;				/* bytes in it */
	int at;				/* input: those already read */
	bool line;			/* output: a newline is among them */
	FILE *next;			/* among the open files but the first three */
};
extern FILE *streams;			/* those */
