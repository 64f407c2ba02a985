/* SPDX-License-Identifier: MIT */
/*
 * inode.c: inodes, from birth to end.
 *
 * Invariant: an inode is in the list of all, and its number taken, until its
 * last reference goes.  Numbers are the lowest that are free.
 * Lock: tree_lock for the list and the numbers.
 */
#include "tmpfs.h"
#include "lib/string.h"

enum { BITS = 32 };

struct inode *inode_all;
static struct pool inodes = POOL(struct inode);
static uint32_t taken[INODES / BITS] = { 1 };	/* no inode is number 0 */
static unsigned lowest;				/* no word before it has a free bit */

/* The lowest free number; 0: none. */
static uint32_t number(void)
{
	unsigned bit;

	while (lowest < INODES / BITS && taken[lowest] == UINT32_MAX)
		lowest++;
	if (lowest == INODES / BITS)
		return 0;
	bit = (unsigned)__builtin_ctz(~taken[lowest]);
	taken[lowest] |= (uint32_t)1 << bit;
	return lowest * BITS + bit;
}

static void give_back(uint32_t number)
{
	taken[number / BITS] &= ~((uint32_t)1 << number % BITS);
	if (number / BITS < lowest)
		lowest = number / BITS;
}

static void list(struct inode *i)
{
	if ((i->next = inode_all))
		inode_all->link = &i->next;
	i->link = &inode_all;
	inode_all = i;
}

static void unlist(struct inode *i)
{
	if ((*i->link = i->next))
		i->next->link = i->link;
}

/* The root is there before there is memory. */
static bool begin(struct inode *i, int type)
{
	uint32_t n = number();

	if (!n)
		return false;
	memset(i, 0, sizeof *i);
	lock_class(&i->lock, LOCK_FILE);
	i->ref = 1;
	i->type = (uint8_t)type;
	i->number = n;
	if (type == FILE_DIR) {
		i->last = &i->first;
		i->serial = 2;			/* after . and .. */
	}
	list(i);
	return true;
}

struct inode *inode_new(int type)
{
	struct object *obj = type == FILE_REGULAR ? obj_new(0, NULL, 0) : NULL;
	struct inode *i = obj || type != FILE_REGULAR ? pool_alloc(&inodes) : NULL;

	if (i && begin(i, type)) {
		if (obj) {
			obj->quota = &data_quota;
			i->obj = obj;
		}
		return i;
	}
	if (i)
		pool_free(&inodes, i);
	if (obj)
		obj_put(obj);
	return NULL;
}

/* The last reference has gone.  The directory that it was below, and had one of, or null. */
static struct inode *leave(struct inode *i)
{
	struct inode *parent = i->type == FILE_DIR ? i->parent : NULL;

	lock(&tree_lock);
	unlist(i);
	give_back(i->number);
	unlock(&tree_lock);
	if (i->type == FILE_REGULAR)
		obj_put(i->obj);
	pool_free(&inodes, i);
	return parent;
}

/* A chain of directories that were removed, each kept by the one below, goes one by one. */
void inode_put(struct inode *i)
{
	while (i && count_add(&i->ref, -1, __ATOMIC_ACQ_REL) == 1)
		i = leave(i);
}

void inode_stat(struct inode *i, struct file_info *info)
{
	lock(&i->lock);
	info->size = i->type == FILE_REGULAR ? i->size : 0;
	unlock(&i->lock);
	lock(&tree_lock);
	info->links = i->type == FILE_DIR && i->links ? 2 + i->subdirs : i->links;
	if (i->name)
		strcpy(info->name, i->name->name);
	unlock(&tree_lock);
	info->number = i->number;
	info->device = i->device;
	info->type = i->type == FILE_DEVICE && i->device == DEV_CONSOLE ? FILE_CONSOLE : i->type;
}

void tree_init(void)
{
	begin(&tree_root, FILE_DIR);
	tree_root.parent = &tree_root;
	tree_root.links = 1;
}
