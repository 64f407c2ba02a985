/* SPDX-License-Identifier: MIT */
/* stream.h: what a FILE is, for stdio's own files. */
#pragma once
#include <stdbool.h>
#include <stdio.h>

struct stream {
	int fd;
	char *buf;			/* of BUFSIZ bytes */
	int n;				/* bytes in it */
	int at;				/* input: those already read */
	bool line;			/* output: a newline is among them */
};
