/* SPDX-License-Identifier: MIT */
/*
 * tree_test.c: directories and links against a model that knows only which
 * path leads to which file.  Random calls with random paths, some with a
 * failing allocation; after each, every path is looked up, and all counts are
 * recounted.  Prints TAP.  Usage: tree_test [SEED].
 */
#include "files.h"

/* ---- the model: nodes by number, 0 the root; a node's name is (parent, letter) and unique ---- */

enum { NODES = 64, LETTERS = 3, DEPTH = 4, NONE = -1 };

struct node { bool used, dir; int parent, child[LETTERS]; int names; size_t size; };
static struct node node[NODES];
static int here_node;			/* the working directory; it is never removed here */

static int fresh_node(bool dir, int parent)
{
	for (int i = 1; i < NODES; i++)
		if (!node[i].used) {
			node[i] = (struct node){ .used = true, .dir = dir, .parent = parent, .child = { NONE, NONE, NONE } };
			return i;
		}
	return NONE;
}

struct spot { int dir, letter, node; bool dots, slash; };	/* dots: the path ends in . or .. or is / */

/* What tree_walk says of a path of letters, dots and slashes. */
static int model_walk(const char *path, struct spot *s)
{
	int at = *path == '/' ? 0 : here_node;

	*s = (struct spot){ .dir = NONE, .node = at, .dots = true };
	for (;;) {
		s->slash = *path == '/';
		while (*path == '/')
			path++;
		if (!*path)
			break;
		if (s->node == NONE)
			return -ENOENT;
		if (!node[s->node].dir)
			return -ENOTDIR;
		at = s->node;
		if (*path == '.') {
			bool up = path[1] == '.';

			s->node = up ? node[at].parent : at;
			s->dots = true;
			path += 1 + up;
		} else {
			s->dir = at;
			s->letter = *path++ - 'a';
			s->node = node[at].child[s->letter];
			s->dots = false;
		}
	}
	return s->slash && s->node != NONE && !node[s->node].dir ? -ENOTDIR : 0;
}

static bool empty_node(int n)
{
	for (int i = 0; i < LETTERS; i++)
		if (node[n].child[i] != NONE)
			return false;
	return true;
}

static void forget_name(const struct spot *s)
{
	int n = s->node;

	node[s->dir].child[s->letter] = NONE;
	if (--node[n].names == 0)
		node[n].used = false;
}

static void give_name(const struct spot *s, int n)
{
	node[s->dir].child[s->letter] = n;
	node[n].names++;
}

static bool lies_below(int n, int dir)
{
	while (n != dir && n)
		n = node[n].parent;
	return n == dir;
}

static int depth(int n)
{
	int d = 0;

	for (; n; n = node[n].parent)
		d++;
	return d;
}

/* ---- what each call should say, and then do ---- */

static int model_make(const char *path, bool dir)
{
	struct spot s;
	int err = model_walk(path, &s), n;

	if (err)
		return err;
	if (s.node != NONE)
		return -EEXIST;
	if (s.slash && !dir)
		return -EISDIR;
	n = fresh_node(dir, s.dir);
	assert(n != NONE);
	give_name(&s, n);
	return 0;
}

static int model_remove(const char *path, bool dir)
{
	struct spot s;
	int err = model_walk(path, &s);

	if (err)
		return err;
	if (s.node == NONE)
		return -ENOENT;
	if (!dir && node[s.node].dir)
		return -EISDIR;
	if (dir && !node[s.node].dir)
		return -ENOTDIR;
	if (dir && !s.node)
		return -EBUSY;
	if (s.dots)
		return -EINVAL;
	if (dir && !empty_node(s.node))
		return -ENOTEMPTY;
	forget_name(&s);
	return 0;
}

static int model_link(const char *from, const char *to)
{
	struct spot a, b;
	int err = model_walk(from, &a);

	if (!err && a.node == NONE)
		err = -ENOENT;
	if (!err && node[a.node].dir)
		err = -EPERM;
	if (!err)
		err = model_walk(to, &b);
	if (err)
		return err;
	if (b.node != NONE)
		return -EEXIST;
	if (b.slash)
		return -ENOENT;
	give_name(&b, a.node);
	return 0;
}

static int model_rename(const char *from, const char *to)
{
	struct spot a, b;
	int err = model_walk(from, &a);

	if (!err && a.node == NONE)
		err = -ENOENT;
	if (!err)
		err = model_walk(to, &b);
	if (err)
		return err;
	if (a.dots || b.dots)
		return -EBUSY;
	if (a.node == b.node)
		return 0;
	if (node[a.node].dir && lies_below(b.dir, a.node))
		return -EINVAL;
	if (b.node == NONE && b.slash && !node[a.node].dir)
		return -ENOTDIR;
	if (b.node != NONE && node[b.node].dir != node[a.node].dir)
		return node[b.node].dir ? -EISDIR : -ENOTDIR;
	if (b.node != NONE && node[b.node].dir && !empty_node(b.node))
		return -ENOTEMPTY;
	if (b.node != NONE)
		forget_name(&b);
	node[a.dir].child[a.letter] = NONE;
	node[b.dir].child[b.letter] = a.node;
	if (node[a.node].dir)
		node[a.node].parent = b.dir;
	return 0;
}

/* ---- is all as the model says? ---- */

static bool same_here(int n, int level)
{
	struct file_info info;
	int subdirs = 0;
	char name[2] = "a";

	for (int i = 0; i < LETTERS; i++)
		subdirs += node[n].child[i] != NONE && node[node[n].child[i]].dir;
	if (at_paths(sys_stat, ".", "") || level > DEPTH + 2)
		return false;
	user_get(&info, BUF + PGSIZE, sizeof info);
	if (info.type != FILE_DIR || info.links != 2 + (unsigned)subdirs)
		return false;
	for (int i = 0; i < LETTERS; i++) {
		int c = node[n].child[i];
		word r;

		name[0] = (char)('a' + i);
		r = at_paths(sys_stat, name, "");
		if (c == NONE) {
			if (!is(r, -ENOENT))
				return false;
			continue;
		}
		user_get(&info, BUF + PGSIZE, sizeof info);
		if (r || (info.type == FILE_DIR) != node[c].dir || (!node[c].dir && ((int)info.links != node[c].names || info.size != node[c].size)))
			return false;
		if (node[c].dir && (at_path(sys_chdir, name) || !same_here(c, level + 1) || at_path(sys_chdir, "..")))
			return false;
	}
	return true;
}

/* The path to the working directory, for going back there. */
static bool agrees(void)
{
	char back[PATH_LEN];
	intptr_t n = (intptr_t)sys_getcwd(BUF, PATH_LEN);

	if (n <= 0)
		return false;
	user_get(back, BUF, (size_t)n);
	return !at_path(sys_chdir, "/") && same_here(0, 0) && !at_path(sys_chdir, back) && sound();
}

/* ---- random calls ---- */

static void random_path(char *to)
{
	int parts = 1 + below(DEPTH);
	struct spot s;
	char *start = to;

	if (below(2))
		*to++ = '/';
	for (int i = 0; i < parts; i++) {
		switch (below(8)) {
		case 0:
			*to++ = '.';
			/* fall through */
		case 1:
			*to++ = '.';
			break;
		default:
			*to++ = (char)('a' + below(LETTERS));
		}
		for (unsigned n = i < parts - 1 ? 1 + !below(6) : !below(8); n; n--)
			*to++ = '/';
	}
	*to = 0;
	if (!model_walk(start, &s) && s.node == NONE && depth(s.dir) >= DEPTH)
		strcpy(start, "/a");		/* no deeper */
}

static int model_chdir(const char *path)
{
	struct spot s;
	int err = model_walk(path, &s);

	if (!err && s.node == NONE)
		err = -ENOENT;
	if (!err && !node[s.node].dir)
		err = -ENOTDIR;
	if (!err)
		here_node = s.node;
	return err;
}

/* Bytes, or a cut, for a file that is there. */
static bool write_some(const char *path)
{
	struct spot s;
	size_t n = below(2 * PGSIZE);
	word fd;

	if (model_walk(path, &s) || s.node == NONE || node[s.node].dir)
		return true;
	fd = open_at(path, O_RDWR);
	node[s.node].size = n;
	if (sys_ftruncate(fd, n) || !is(sys_lseek(fd, 0, SEEK_END), (intptr_t)n))
		return false;
	return !sys_close(fd);
}

/* Everything that the model would remove under our feet is left alone. */
static bool removes_here(const char *path)
{
	struct spot s;

	return !model_walk(path, &s) && s.node != NONE && s.node == here_node;
}

static bool one_call(void)
{
	char a[64], b[64];
	word fd;
	int want;

	random_path(a);
	random_path(b);
	switch (below(8)) {
	case 0:
		want = model_make(a, true);
		return is(at_path(sys_mkdir, a), want);
	case 1:
	case 2:
		want = model_make(a, false);
		fd = open_at(a, O_RDWR | O_CREAT | O_EXCL);
		return want ? is(fd, want) : (intptr_t)fd >= 0 && !sys_close(fd);
	case 3:
		if (removes_here(a))
			return true;
		want = model_remove(a, false);
		return is(at_path(sys_unlink, a), want);
	case 4:
		if (removes_here(a))
			return true;
		want = model_remove(a, true);
		return is(at_path(sys_rmdir, a), want);
	case 5:
		want = model_link(a, b);
		return is(at_paths(sys_link, a, b), want);
	case 6:
		if (removes_here(b))
			return true;
		want = model_rename(a, b);
		return is(at_paths(sys_rename, a, b), want);
	default:
		want = model_chdir(a);
		return is(at_path(sys_chdir, a), want) && write_some(b);
	}
}

static bool tree_model(int rounds)
{
	for (int round = 0; round < rounds; round++) {
		memset(node, 0, sizeof node);
		node[0] = (struct node){ .used = true, .dir = true, .child = { NONE, NONE, NONE } };
		here_node = 0;
		for (int i = 0; i < 300; i++)
			if (!one_call() || (i % 10 == 0 && !agrees())) {
				printf("# round %d, call %d\n", round, i);
				return false;
			}
		if (!agrees() || !settled())
			return false;
	}
	return true;
}

/* ---- by hand ---- */

/* Deeper than a path can say; and directories that were removed, each kept by the one below, go with the last's user. */
static bool deep(void)
{
	enum { DEEP = 300 };
	struct file_info info;

	for (int k = 0; k < DEEP; k++)
		if (at_path(sys_mkdir, "x") || at_path(sys_chdir, "x"))
			return false;
	if (!is(sys_getcwd(BUF, PATH_LEN), -ENAMETOOLONG))
		return false;
	for (struct inode *i = me.dir; i != &tree_root; i = i->parent) {
		struct inode *gone;

		lock(&tree_lock);
		gone = tree_remove(i->name);
		unlock(&tree_lock);
		inode_put(gone);
	}
	if (at_paths(sys_stat, ".", ""))
		return false;
	user_get(&info, BUF + PGSIZE, sizeof info);
	return info.links == 0 && is(sys_getcwd(BUF, PATH_LEN), -ENOENT) && is(at_path(sys_mkdir, "y"), -ENOENT) && sound() && settled();
}

/* One name at a time, of which some are gone before they come, and one goes behind. */
static bool read_meanwhile(void)
{
	static const char *const want[] = { ".", "..", "a", "c", "e" };
	struct dir_entry e;
	char name[2] = "a";
	bool good = true;
	word fd;

	for (; *name <= 'e'; ++*name)
		good = good && !at_path(sys_mkdir, name);
	fd = open_at("/", O_RDONLY);
	for (unsigned i = 0; good && i < sizeof want / sizeof *want; i++) {
		good = is(sys_readdir(fd, BUF, 1), 1);
		user_get(&e, BUF, sizeof e);
		good = good && !strcmp(e.name, want[i]);
		if (i == 1)
			good = good && !at_path(sys_rmdir, "b");
		if (i == 3)
			good = good && !at_path(sys_rmdir, "a") && !at_path(sys_rmdir, "d");
	}
	return is(sys_readdir(fd, BUF, 1), 0) && settled() && good;
}

/* Names that give the same key, and one name in two directories of one bucket. */
static bool alike(void)
{
	bool good = !at_path(sys_mkdir, "aXXXXXXXb") && is(at_paths(sys_stat, "bXXXXXXXa", ""), -ENOENT) &&
		    !at_path(sys_mkdir, "bXXXXXXXa");
	char name[16];

	for (int n = 0; n < 2 * BUCKETS && good; n++) {
		sprintf(name, "%d", n);
		good = !at_path(sys_mkdir, name);
		sprintf(name, "%d/x", n);
		good = good && is(at_paths(sys_stat, name, ""), -ENOENT) && (n >= BUCKETS || !at_path(sys_mkdir, name));
	}
	return settled() && good;
}

static bool many_links(void)
{
	char name[16];
	bool good = true;
	int n;

	sys_close(open_at("f", O_RDWR | O_CREAT));
	for (n = 1; n < LINK_MAX && good; n++) {
		sprintf(name, "n%d", n);
		good = is(at_paths(sys_link, "f", name), 0);
	}
	good = good && is(at_paths(sys_link, "f", "more"), -EMLINK) && !at_path(sys_unlink, "n7") && is(at_paths(sys_link, "f", "more"), 0);
	return settled() && good;
}

static bool many_inodes(void)
{
	char name[16];
	word r = 0;
	int n;

	for (n = 0; n < INODES && !(intptr_t)r; n++) {
		sprintf(name, "n%d", n);
		r = at_path(sys_mkdir, name);
	}
	return is(r, -ENOSPC) && settled();
}

static word all_calls(void)
{
	word r = at_path(sys_mkdir, "d");
	word fd;

	if (!r) {
		fd = open_at("d/f", O_RDWR | O_CREAT);
		r = (intptr_t)fd < 0 ? fd : sys_write(fd, BUF, 2);
		if ((intptr_t)r >= 0)
			r = sys_ftruncate(fd, 1);
		sys_close(fd);
	}
	if (!(intptr_t)r)
		r = at_paths(sys_link, "d/f", "d/g");
	if (!(intptr_t)r)
		r = at_paths(sys_rename, "d/g", "d/h");
	at_path(sys_unlink, "d/f");
	at_path(sys_unlink, "d/h");
	at_path(sys_rmdir, "d");
	return r;
}

int main(int argc, char **argv)
{
	set_up(argc, argv);
	ok(tree_model(150), "tree: random calls with random paths");
	ok(deep(), "tree: deep, and removed under somebody's feet");
	ok(read_meanwhile(), "tree: a directory is read while names go");
	ok(alike(), "tree: names and directories that meet in a bucket");
	ok(many_links(), "tree: as many names as a file may have, and one more");
	ok(many_inodes(), "tree: more directories than numbers");
	ok(failing(all_calls), "tree: every allocation fails once");
	return tap_end();
}
