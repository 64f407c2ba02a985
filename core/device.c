/* SPDX-License-Identifier: MIT */
/* device.c: what a device's node leads to: the console, nothing, zeros.  Lock: none. */
#include "tmpfs.h"

static intptr_t null_read(struct file *f, va_t to, size_t n)
{
	(void)f, (void)to, (void)n;
	return 0;
}

static intptr_t null_write(struct file *f, va_t from, size_t n)
{
	(void)f, (void)from;
	return (intptr_t)n;
}

static intptr_t zero_read(struct file *f, va_t to, size_t n)
{
	static const char zeros[PGSIZE];
	size_t done = 0, len;

	(void)f;
	for (; done < n; done += len) {
		int err;

		len = user_run(to + done, n - done);
		err = vm_copyout(cur()->space, to + done, zeros, len);
		if (err)
			return done ? (intptr_t)done : err;
	}
	return (intptr_t)done;
}

static void nothing(struct file *f) { (void)f; }

static void device_stat(struct file *f, struct file_info *info)
{
	inode_stat(f->inode, info);
}

static const struct file_ops null_ops = { FILE_DEVICE, null_read, null_write, device_stat, nothing };
static const struct file_ops zero_ops = { FILE_DEVICE, zero_read, null_write, device_stat, nothing };

const struct file_ops *device_ops(unsigned device)
{
	switch (device) {
	case DEV_CONSOLE:
		return &console_ops;
	case DEV_NULL:
		return &null_ops;
	case DEV_ZERO:
		return &zero_ops;
	default:
		return NULL;
	}
}
