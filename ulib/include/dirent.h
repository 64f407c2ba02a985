/* SPDX-License-Identifier: MIT */
/* dirent.h */
#pragma once
#include <sys/types.h>
#include "abi/yoke.h"

struct dirent {
	ino_t d_ino;
	unsigned char d_type;		/* DT_* */
	char d_name[FILE_NAME];
};
enum { DT_UNKNOWN = 0, DT_FIFO = 1, DT_CHR = 2, DT_DIR = 4, DT_REG = 8 };

typedef struct dir DIR;

DIR *opendir(const char *path);
DIR *fdopendir(int fd);			/* which closedir closes */
struct dirent *readdir(DIR *);		/* null: the end, or an error, if errno has changed */
int closedir(DIR *);
void rewinddir(DIR *);
int dirfd(DIR *);
