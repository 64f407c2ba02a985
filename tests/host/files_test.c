/* SPDX-License-Identifier: MIT */
/*
 * files_test.c: the archive, files and descriptors, against simple models.
 * User buffers lie in a real space, in part unmapped; allocations fail at
 * every point; the audit recounts afterwards.  Prints TAP.  Usage: files_test
 * [SEED].
 */
#include "files.h"

static word unlink_at(const char *path)
{
	return at_path(sys_unlink, path);
}

/* ---- files against a flat array ---- */

enum { MODEL = 40000 };
static struct { char byte[MODEL]; size_t size, pos[2]; } model;

/* Where the file is, or elsewhere. */
static intptr_t bytes_in(int fd, size_t off, size_t n, bool elsewhere)
{
	return elsewhere ? sys_pread(fd, BUF + off, n, model.pos[fd]) : sys_read(fd, BUF + off, n);
}

static intptr_t bytes_out(int fd, size_t off, size_t n, bool elsewhere)
{
	return elsewhere ? sys_pwrite(fd, BUF + off, n, model.pos[fd]) : sys_write(fd, BUF + off, n);
}

static bool one_read(int fd, size_t off, size_t n, bool elsewhere)
{
	char got[MODEL];
	size_t there = model.pos[fd] < model.size ? model.size - model.pos[fd] : 0;
	size_t want = usable(off, n < there ? n : there);
	intptr_t r = bytes_in(fd, off, n, elsewhere);

	if (r != (want || !n || !there ? (intptr_t)want : -EFAULT))
		return false;
	if (r > 0)
		user_get(got, BUF + off, r);
	if (r > 0 && memcmp(got, model.byte + model.pos[fd], r))
		return false;
	model.pos[fd] += want;
	return true;
}

static bool one_write(int fd, size_t off, size_t n, bool elsewhere)
{
	char bytes[2 * PGSIZE];
	size_t want = usable(off, n);
	unsigned syncs;
	intptr_t r;

	for (size_t i = 0; i < want; i++)
		bytes[i] = below(256);
	if (want)
		user_put(BUF + off, bytes, want);
	if (fd == 1 && n && !elsewhere)		/* opened with O_APPEND */
		model.pos[1] = model.size;
	syncs = sim_syncs;
	r = bytes_out(fd, off, n, elsewhere);
	if (r != (want || !n ? (intptr_t)want : -EFAULT) || (want && sim_syncs == syncs))	/* H31: somebody may run them */
		return false;
	memcpy(model.byte + model.pos[fd], bytes, want);
	model.pos[fd] += want;
	if (want && model.size < model.pos[fd])
		model.size = model.pos[fd];
	return true;
}

/* pread and pwrite: the position stays. */
static bool one_elsewhere(int fd, size_t off, size_t n)
{
	size_t pos = model.pos[fd];
	bool good;

	model.pos[fd] = below(MODEL - 3 * PGSIZE);
	good = below(2) ? one_read(fd, off, n, true) : one_write(fd, off, n, true);
	model.pos[fd] = pos;
	return good;
}

static bool one_step(void)
{
	int fd = below(2), whence = below(3);
	size_t off = below(HOLE + PGSIZE + 100), n = below(below(4) ? 100 : PGSIZE + 200);
	size_t to = below(MODEL - 3 * PGSIZE), base = whence == SEEK_CUR ? model.pos[fd] : whence == SEEK_END ? model.size : 0;

	switch (below(7)) {
	case 5:
	case 6:
		return one_elsewhere(fd, off, n);
	case 0:
		if (off >= HOLE && off < BACK && below(2))
			off += PGSIZE;
		return model.pos[fd] > MODEL - 3 * PGSIZE || model.size > MODEL - 3 * PGSIZE || one_write(fd, off, n, false);
	case 1:
		model.pos[fd] = to;
		return is(sys_lseek(fd, to - base, whence), (intptr_t)to);
	case 2:
		if (!is(sys_lseek(fd, -1 - (intptr_t)base, whence), -EINVAL))
			return false;
		/* fall through */
	default:
		return one_read(fd, off, n, false);
	}
}

static bool files_model(int rounds)
{
	struct file_info info;

	for (int round = 0; round < rounds; round++) {
		memset(&model, 0, sizeof(model));
		if (!is(open_at("/f", O_RDWR | O_CREAT | O_TRUNC), 0) || !is(open_at("f", O_RDWR | O_APPEND), 1))
			return false;
		for (int i = 0; i < 200; i++)
			if (!one_step())
				return false;
		if (sys_fstat(0, BUF))
			return false;
		user_get(&info, BUF, sizeof(info));
		if (info.size != model.size || strcmp(info.name, "f") || info.links != 1 || info.type != FILE_REGULAR)
			return false;
		if (round % 2 && unlink_at("f"))
			return false;
		if (round % 2 && !one_read(0, 0, 100, false))	/* its bytes live on */
			return false;
		close_all();
		if (!sound())
			return false;
	}
	return settled();
}

static bool names_and_limits(void)
{
	char path[PATH_LEN + 1];
	enum { LONGEST = FILE_NAME - 1 };
	bool good = is(open_at("", O_RDONLY), -ENOENT) && is(open_at("/", O_RDWR), -EISDIR) &&
		    is(open_at("d/", O_RDWR | O_CREAT), -EISDIR) && is(open_at("none", O_RDWR), -ENOENT) &&
		    is(open_at("none", O_ACCMODE), -EINVAL) && is(open_at("none", 1 << 22), -EINVAL) &&
		    is(sys_open(BUF + HOLE, 0), -EFAULT) && is(unlink_at("none"), -ENOENT);

	memset(path, 'x', sizeof(path));
	path[PATH_LEN] = 0;
	good = good && is(open_at(path, O_CREAT | O_RDWR), -ENAMETOOLONG);
	path[LONGEST + 1] = 0;
	good = good && is(open_at(path, O_CREAT | O_RDWR), -ENAMETOOLONG);
	path[LONGEST] = 0;
	good = good && is(open_at(path, O_CREAT | O_WRONLY), 0) && is(open_at(path, O_CREAT | O_EXCL), -EEXIST) &&
	       is(sys_read(0, BUF, 1), -EBADF) && is(sys_write(0, BUF, 0), 0) && is(open_at(path, O_RDONLY), 1) &&
	       is(sys_write(1, BUF, 1), -EBADF) && is(open_at(path, O_TRUNC), -EINVAL) && is(unlink_at(path), 0);
	good = good && is(sys_lseek(0, FILE_MAX, SEEK_SET), FILE_MAX) && is(sys_write(0, BUF, 1), -EFBIG) &&
	       is(sys_lseek(0, FILE_MAX + 1, SEEK_SET), -EINVAL) && is(sys_lseek(0, INTPTR_MAX, SEEK_CUR), -EINVAL) &&
	       is(sys_lseek(0, INTPTR_MIN, SEEK_END), -EINVAL) && is(sys_lseek(0, 0, 3), -EINVAL) &&
	       is(sys_lseek(0, FILE_MAX - 1, SEEK_SET), FILE_MAX - 1) && is(sys_write(0, BUF, 2), 1) &&
	       is(sys_lseek(0, 0, SEEK_END), FILE_MAX);
	return settled() && good;
}

static bool descriptors(void)
{
	bool good = true;
	word bad[] = { FD_N, (word)-1, 5, (word)1 << 31 };

	for (int i = 0; i < FD_N; i++)
		good = good && is(open_at("f", O_RDWR | O_CREAT), i);
	good = good && is(open_at("f", O_RDWR), -EMFILE) && is(sys_dup(3), -EMFILE) && is(sys_pipe(BUF), -EMFILE) &&
	       is(sys_dup2(3, 4), 4) && is(sys_dup2(3, 3), 3) && is(sys_close(5), 0);
	for (int i = 0; i < 4; i++)
		good = good && is(sys_close(bad[i]), -EBADF) && is(sys_read(bad[i], BUF, 1), -EBADF) &&
		       is(sys_write(bad[i], BUF, 1), -EBADF) && is(sys_dup(bad[i]), -EBADF) &&
		       is(sys_dup2(bad[i], 1), -EBADF) && is(sys_fstat(bad[i], BUF), -EBADF) &&
		       is(sys_lseek(bad[i], 0, 0), -EBADF);
	good = good && is(sys_pipe(BUF), -EMFILE) && is(sys_dup2(1, FD_N), -EBADF) && is(sys_dup(1), 5) &&
	       is(sys_fstat(0, BUF + HOLE), -EFAULT);
	user_put(BUF, "12345678", 8);
	good = good && is(sys_write(3, BUF, 8), 8) && is(sys_lseek(4, 0, SEEK_CUR), 8);	/* one position */
	return settled() && good;
}

/* What exec closes, and no more; flags go with the descriptor, not with the file. */
static bool shut(void)
{
	struct file *all[FD_N];
	bool good;

	for (int i = 0; i < 4; i++)
		open_at("f", O_RDWR | O_CREAT | (i & 1 ? O_CLOEXEC : 0));
	good = is(sys_fcntl(0, F_GETFD, 0), 0) && is(sys_fcntl(1, F_GETFD, 0), FD_CLOEXEC) && is(sys_dup(1), 4) && is(sys_fcntl(4, F_GETFD, 0), 0) &&
	       is(sys_fcntl(0, F_DUPFD, 9), 9) && is(sys_fcntl(0, F_DUPFD_CLOEXEC, 9), 10) && is(sys_fcntl(10, F_GETFD, 0), 1) &&
	       is(sys_fcntl(2, F_SETFD, FD_CLOEXEC), 0) && is(sys_fcntl(1, F_SETFD, 0), 0) && is(sys_fcntl(1, F_GETFD, 0), 0) &&
	       is(sys_fcntl(0, F_DUPFD, FD_N), -EINVAL) && is(sys_fcntl(0, F_DUPFD, -1), -EINVAL) && is(sys_fcntl(0, 77, 0), -EINVAL) &&
	       is(sys_fcntl(8, F_GETFD, 0), -EBADF) && is(sys_fcntl(FD_N, F_SETFD, 1), -EBADF) && sound();
	memcpy(all, me.own.fd, sizeof all);
	files_shut();
	for (int i = 0; i < FD_N; i++)		/* 2, 3 and 10 */
		good = good && me.own.fd[i] == (i == 2 || i == 3 || i == 10 ? NULL : all[i]);
	good = good && !me.own.shut && sound();
	/* A descriptor that is closed, or becomes another, is like a new one. */
	good = good && is(open_at("f", O_CLOEXEC), 2) && is(sys_close(2), 0) && is(sys_dup(0), 2) && is(sys_fcntl(2, F_GETFD, 0), 0) &&
	       is(open_at("f", O_CLOEXEC), 3) && is(sys_dup2(0, 3), 3) && is(sys_fcntl(3, F_GETFD, 0), 0) &&
	       is(sys_fcntl(3, F_SETFD, 1), 0) && is(sys_dup2(3, 3), 3) && is(sys_fcntl(3, F_GETFD, 0), 1);
	while (!is(sys_dup(0), -EMFILE))
		;
	return is(sys_fcntl(0, F_DUPFD, 3), -EMFILE) && good && settled();
}

static bool flags(void)
{
	bool good = is(open_at("f", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC), 0) && is(open_at("f", O_DIRECTORY), -ENOTDIR) &&
		    is(open_at(".", O_DIRECTORY), 1) && is(open_at("g", O_DIRECTORY | O_CREAT), -EINVAL);

	good = good && is(sys_fcntl(0, F_GETFL, 0), O_WRONLY) && is(sys_write(0, BUF, 2), 2) && is(sys_lseek(0, 0, SEEK_SET), 0) &&
	       is(sys_fcntl(0, F_SETFL, O_APPEND | O_RDWR | O_TRUNC), 0) && is(sys_fcntl(0, F_GETFL, 0), O_WRONLY | O_APPEND) &&
	       is(sys_write(0, BUF, 1), 1) && is(sys_lseek(0, 0, SEEK_CUR), 3) && is(sys_read(0, BUF, 1), -EBADF);
	good = good && is(sys_dup(0), 2) && is(sys_fcntl(2, F_SETFL, 0), 0) && is(sys_fcntl(0, F_GETFL, 0), O_WRONLY) &&
	       is(sys_lseek(0, 0, SEEK_SET), 0) && is(sys_write(0, BUF, 1), 1) && is(sys_lseek(0, 0, SEEK_END), 3);
	/* pread and pwrite: regular files only, no position that looks like an error. */
	good = good && is(sys_pwrite(0, BUF, 1, -1), -EINVAL) && is(sys_pwrite(0, BUF, 1, FILE_MAX), -EFBIG) &&
	       is(sys_pwrite(0, BUF, 1, (word)INTPTR_MAX), -EFBIG) && is(sys_pread(0, BUF, 1, 0), -EBADF) && is(sys_pread(1, BUF, 1, 0), -ESPIPE) &&
	       is(sys_pread(9, BUF, 1, 0), -EBADF) && is(open_at("f", O_RDONLY), 3) && is(sys_pread(3, BUF, 1, (word)INTPTR_MAX), 0) &&
	       is(sys_pread(3, BUF, 9, 2), 1) && is(sys_pread(3, BUF, 0, 2), 0) && is(sys_pread(3, BUF + HOLE, 1, 0), -EFAULT);
	return settled() && good;
}

/* A mapping keeps the bytes that truncation takes from the file. */
static bool truncation(void)
{
	struct object *obj;
	size_t size;
	char got[4];

	open_at("f", O_RDWR | O_CREAT);
	user_put(BUF, "old", 4);
	sys_write(0, BUF, 4);
	if (path_object("/f", &obj, &size) || size != 4 || file_object(me.own.fd[0], &size, false) != obj)
		return false;
	obj_put(obj);
	if (!is(open_at("f", O_WRONLY | O_TRUNC), 1) || !is(sys_lseek(0, 0, SEEK_END), 0))
		return false;
	user_put(BUF, "new", 4);
	sys_write(1, BUF, 4);
	memcpy(got, pg_kva(obj_page(obj, 0)), 4);
	obj_put(obj);
	return settled() && !strcmp(got, "old") && is(path_object("f", &obj, &size), -ENOENT);
}

static size_t member(char *to, const char *name, unsigned mode, const char *data, size_t n)
{
	size_t len = sprintf(to, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%s", 1, mode, 0, 0, 1, 0,
			     (unsigned)n, 0, 0, 0, 0, (unsigned)strlen(name) + 1, 0, name) + 1;

	while (len % 4)
		to[len++] = 0;
	memcpy(to + len, data, n);
	for (len += n; len % 4; )
		to[len++] = 0;
	return len;
}

/* What is at an offset of an object. */
static char byte_at(struct object *o, size_t at)
{
	return ((char *)pg_kva(obj_page(o, at >> PGSHIFT)))[at % PGSIZE];
}

/* Cut in the middle: the whole pages are in both, the part is copied, what was not yet read comes from the image. */
static bool cut_off(bool read_first)
{
	static char data[4 * PGSIZE], image[3 * PGSIZE];
	struct object *old, *new = NULL;
	size_t size, n;
	bool good;

	memset(image, 'i', sizeof(image));
	n = member(data, "f", 0100644, image, sizeof(image));
	load(data, data + n + member(data + n, "TRAILER!!!", 0, "", 0));
	if (path_object("f", &old, &size) || size != sizeof(image) || !is(open_at("f", O_RDWR), 0))
		return false;
	for (size_t at = 0; read_first && at < size; at += PGSIZE)
		byte_at(old, at);
	good = !sys_ftruncate(0, PGSIZE + 10) && !path_object("f", &new, &size) && size == PGSIZE + 10 && new != old && sound();
	if (!good)
		return false;
	good = !sys_ftruncate(0, sizeof(image)) && byte_at(new, 0) == 'i' && byte_at(new, PGSIZE + 9) == 'i' &&
	       !byte_at(new, PGSIZE + 10) && !byte_at(new, 2 * PGSIZE) && byte_at(old, 2 * PGSIZE) == 'i' && byte_at(old, PGSIZE + 10) == 'i';
	good = good && (obj_page(new, 0) == obj_page(old, 0)) == read_first && obj_page(new, 1) != obj_page(old, 1) && sound();
	obj_put(old);
	obj_put(new);
	return settled() && good;
}

/* The same, and a shared mapping is there: what is not cut off stays one and the same, what it stored past the end is not. */
static bool cut_off_mapped(void)
{
	struct object *old, *new;
	size_t size;
	bool good;

	good = is(open_at("f", O_RDWR | O_CREAT), 0);
	user_put(BUF, "abcdefgh", 8);
	good = good && is(sys_write(0, BUF, 8), 8) && !sys_ftruncate(0, 3 * PGSIZE);
	old = file_object(me.own.fd[0], &size, true);
	good = good && !sys_ftruncate(0, PGSIZE + 10) && !path_object("f", &new, &size) && new != old && sound();
	if (!good)
		return false;
	good = obj_page(new, 0) == obj_page(old, 0) && obj_page(new, 1) == obj_page(old, 1) && obj_stored(new);
	memset(pg_kva(obj_page(old, 1)), 's', PGSIZE);
	obj_put(new);
	good = good && !sys_ftruncate(0, PGSIZE + 5) && byte_at(old, PGSIZE + 4) == 's' && !byte_at(old, PGSIZE + 5);
	memset(pg_kva(obj_page(old, 1)), 't', PGSIZE);
	sys_lseek(0, PGSIZE + 7, SEEK_SET);
	good = good && is(sys_write(0, BUF, 1), 1) && !byte_at(old, PGSIZE + 6) && byte_at(old, PGSIZE + 8) == 't';
	good = good && !sys_ftruncate(0, 2 * PGSIZE) && byte_at(old, PGSIZE + 7) == 'a' && !byte_at(old, PGSIZE + 8) &&
	       byte_at(old, PGSIZE + 4) == 't' && sound();
	obj_put(old);
	return settled() && good;
}

/* Files may take so many pages: what is there can be read, cut and removed, nothing can be made. */
static bool quota(void)
{
	static char data[3 * PGSIZE], image[2 * PGSIZE];
	size_t n = member(data, "f", 0100644, image, sizeof(image));
	bool good;

	load(data, data + n + member(data + n, "TRAILER!!!", 0, "", 0));
	good = is(open_at("g", O_RDWR | O_CREAT), 0);
	data_quota.most = 3;
	for (int i = 0; i < 3; i++)
		good = good && is(sys_write(0, BUF, PGSIZE), PGSIZE);
	good = good && is(sys_write(0, BUF, 1), -ENOSPC) && is(at_path(sys_mkdir, "d"), -ENOSPC) && is(open_at("h", O_CREAT), -ENOSPC) &&
	       is(open_at("f", O_RDONLY), 1) && is(sys_read(1, BUF, sizeof(image)), sizeof(image)) && sound();
	good = good && !unlink_at("f") && !sys_close(1) && !sys_ftruncate(0, 2 * PGSIZE) && is(sys_lseek(0, 0, SEEK_END), 2 * PGSIZE) &&
	       is(sys_write(0, BUF, 1), 1) && sound();
	good = good && !sys_ftruncate(0, 0) && is(sys_lseek(0, 0, SEEK_SET), 0);
	for (int i = 0; i < 3; i++)
		good = good && is(sys_write(0, BUF, PGSIZE), PGSIZE);
	good = good && is(sys_write(0, BUF, 1), -ENOSPC);
	data_quota.most = SIZE_MAX;
	return settled() && good && !data_quota.used;
}

static word do_file(void)
{
	user_put(BUF, "g", 2);
	word r = sys_open(BUF, O_CREAT | O_RDWR | O_TRUNC);

	if ((intptr_t)r >= 0)
		r = sys_write(r, BUF, 2);
	if (is(r, 2))
		r = sys_ftruncate(0, 1);
	close_all();
	unlink_at("g");
	return r;
}

/* ---- the archive ---- */

static size_t archive(char *to)
{
	size_t n = member(to, "bin", 040755, "", 0);

	n += member(to + n, "./bin/a", 0100755, "first", 5);
	n += member(to + n, "/etc/b", 0100644, "second file", 11);
	return n + member(to + n, "TRAILER!!!", 0, "", 0);
}

static bool archive_read(void)
{
	char data[2048], got[16] = "";
	bool good;

	load(data, data + archive(data));
	good = is(open_at("bin/a", O_RDONLY), 0) && is(sys_read(0, BUF, 100), 5) && is(open_at("/etc/b", O_RDWR), 1) &&
	       is(sys_lseek(1, 0, SEEK_END), 11) && is(open_at("bin", O_RDWR), -EISDIR);
	user_get(got, BUF, 0);
	sys_lseek(0, 0, SEEK_SET);
	sys_read(0, BUF, 5);
	user_get(got, BUF, 5);
	good = good && !strcmp(got, "first") && is(open_at("/", O_RDONLY), 2) && is(sys_readdir(2, BUF, 9), 4) &&
	       is(sys_readdir(2, BUF, 1), 0);
	return settled() && good && nsaid == 0;
}

/* Broken archives in memory of exactly their size, so that the sanitizer sees a byte too far. */
static bool archive_broken(int rounds)
{
	char data[2048];
	size_t full = archive(data);

	for (int i = 0; i < rounds; i++) {
		size_t n = i < (int)full ? (size_t)i : full;
		char *copy = malloc(n + !n);

		memcpy(copy, data, n);
		for (int edits = i < (int)full ? 0 : 1 + below(4); edits; edits--)
			copy[below(n)] = below(2) ? below(256) : "0123456789abcdefABCDEF"[below(22)];
		load(copy, copy + n);
		for (struct inode *f = inode_all; f; f = f->next)	/* every byte that a file claims */
			for (size_t k = 0; f->type == FILE_REGULAR && k < pages(f->size); k++)
				if (!obj_page(f->obj, k))
					return false;
		free(copy);
		if (!settled() || (i < (int)full && !nsaid))
			return false;
		hush();
	}
	*strchr((char *)memchr(data, '.', full), 0) = 'x';	/* the first file's name has no end */
	load(data, data + full);
	return nsaid && settled();
}

int main(int argc, char **argv)
{
	set_up(argc, argv);
	ok(archive_read(), "archive: files and bytes");
	ok(archive_broken(3000), "archive: broken ones end where they break");
	ok(files_model(60), "files: random reads, writes and seeks");
	ok(names_and_limits(), "files: names, modes, limits");
	ok(descriptors(), "descriptors: table full, numbers bad, shared positions");
	ok(shut(), "descriptors: what exec closes");
	ok(flags(), "descriptors: flags that change; bytes elsewhere");
	ok(truncation(), "files: truncation leaves mappings alone");
	ok(cut_off(false) && cut_off(true), "files: cut off within a page");
	ok(cut_off_mapped(), "files: cut off while a mapping stores into it");
	ok(quota(), "files: no more of memory than they may take");
	ok(failing(do_file), "files: every allocation fails once");
	return tap_end();
}
