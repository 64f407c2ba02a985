/* SPDX-License-Identifier: MIT */
/*
 * cpio.c: the first files, from the archive at the image's end (the "newc"
 * format of cpio(5)).  No byte is copied: an object reads its pages from the
 * archive when they are first needed.  A broken archive is reported and ends
 * where it breaks.  Lock: none, the machine is booting.
 */
#include "tmpfs.h"
#include "lib/string.h"

struct newc {				/* numbers in hexadecimal digits */
	char magic[6], ino[8], mode[8], uid[8], gid[8], nlink[8], mtime[8], filesize[8],
	     devmajor[8], devminor[8], rdevmajor[8], rdevminor[8], namesize[8], check[8];
};
enum { S_IFMT = 0170000, S_IFREG = 0100000, S_IFDIR = 0040000 };

struct member { const char *name, *data; size_t size; uint32_t mode; };

/* UINT32_MAX, greater than any archive, if it is no number. */
static uint32_t hex(const char digits[8])
{
	uint32_t v = 0;

	for (int i = 0; i < 8; i++) {
		int c = digits[i] | ' ';

		if (c >= '0' && c <= '9')
			v = v << 4 | (c - '0');
		else if (c >= 'a' && c <= 'f')
			v = v << 4 | (c - 'a' + 10);
		else
			return UINT32_MAX;
	}
	return v;
}

static size_t up4(size_t n) { return (n + 3) & ~(size_t)3; }

/* The member at p, and where the next one starts; null if it is broken or goes past the end. */
static const char *next(const char *p, size_t left, struct member *m)
{
	const struct newc *h = (const void *)p;
	size_t name, data;

	if (left < sizeof(*h) || memcmp(h->magic, "070701", 6))
		return NULL;
	left -= sizeof(*h);
	name = hex(h->namesize);
	m->size = hex(h->filesize);
	m->mode = hex(h->mode);
	if (!name || name > left || m->size > left)
		return NULL;
	data = up4(sizeof(*h) + name);
	if (data - sizeof(*h) > left - m->size || p[sizeof(*h) + name - 1])
		return NULL;
	m->name = p + sizeof(*h);
	m->data = p + data;
	return m->data + up4(m->size);
}

/* The directories that a path leads through.  0, or as mkdir, but for -EEXIST. */
static int make_dirs(char *path)
{
	int err = 0;

	for (char *p = path + 1; *p && (!err || err == -EEXIST); p++)
		if (*p == '/') {
			*p = 0;
			err = tree_make(path, FILE_DIR, 0);
			*p = '/';
		}
	return err == -EEXIST ? 0 : err;
}

static void add(const struct member *m)
{
	bool file = (m->mode & S_IFMT) == S_IFREG;
	char path[PATH_LEN];
	int err = strlen(m->name) < sizeof path ? 0 : -ENAMETOOLONG;

	if (!file && (m->mode & S_IFMT) != S_IFDIR)
		return;
	if (!err) {
		strcpy(path, m->name);
		err = *path ? make_dirs(path) : -ENOENT;
	}
	if (!err)
		err = file ? data_image(path, m->data, m->size) : tree_make(path, FILE_DIR, 0);
	if (err == -ENOSPC)
		kprintf("ramdisk: no memory for %s\n", m->name);
	else if (err && (file || err != -EEXIST))
		kprintf("ramdisk: bad name \"%s\", left out\n", m->name);
}

static void load(const char *start, const char *end)
{
	const char *p = start;
	struct member m;

	while (p < end) {
		size_t at = p - start;

		p = next(p, end - p, &m);
		if (!p) {
			kprintf("ramdisk: broken at byte %zu\n", at);
			return;
		}
		if (!strcmp(m.name, "TRAILER!!!"))
			return;
		add(&m);
	}
	kprintf("ramdisk: no trailer\n");
}

void ramdisk_load(void)
{
	load(ramdisk_start, ramdisk_end());
}
