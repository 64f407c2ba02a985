/* SPDX-License-Identifier: MIT */
/* file.c: directories, links, devices, and files that change under those who hold them. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include "test.h"

/* The call fails with this error. */
#define FAILS(call, why)	do { errno = 0; EQUAL((call), -1); EQUAL(errno, why); } while (0)

static void make(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC);

	CHECK(fd >= 0);
	EQUAL(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static int reads(const char *path, const char *text)
{
	char buf[64];
	int fd = open(path, O_RDONLY), n = read(fd, buf, sizeof buf);

	close(fd);
	return n == (int)strlen(text) && memcmp(buf, text, n) == 0;
}

static struct stat status(const char *path)
{
	struct stat st;

	EQUAL(stat(path, &st), 0);
	return st;
}

TEST(dirs, "file: directories within directories; . and .. and slashes; what is no directory")
{
	EQUAL(mkdir("/d", 0777), 0);
	EQUAL(mkdir("/d/e/", 0777), 0);
	FAILS(mkdir("/d", 0), EEXIST);
	FAILS(mkdir("/", 0), EEXIST);
	FAILS(mkdir("/d/..", 0), EEXIST);
	FAILS(mkdir("/none/x", 0), ENOENT);
	FAILS(mkdir("", 0), ENOENT);
	make("/d/e/f", "text");
	CHECK(reads("//d/.//e/../e/./f", "text") && reads("/../d/e/f", "text"));
	FAILS(open("/d/e/f/", O_RDONLY), ENOTDIR);
	FAILS(open("/d/e/f/g", O_RDONLY), ENOTDIR);
	FAILS(open("/d/e/f/..", O_RDONLY), ENOTDIR);
	FAILS(open("/d/e/new/", O_RDWR | O_CREAT), EISDIR);
	FAILS(open("/d/e", O_RDWR), EISDIR);
	FAILS(open("/d/e", O_CREAT), EISDIR);
	FAILS(mkdir("/d/e/f/g", 0), ENOTDIR);
	FAILS(rmdir("/d/e"), ENOTEMPTY);
	FAILS(rmdir("/d/e/f"), ENOTDIR);
	FAILS(unlink("/d/e"), EISDIR);
	FAILS(rmdir("/"), EBUSY);
	FAILS(rmdir("/d/."), EINVAL);
	EQUAL(status("/d").st_nlink, 3);
	CHECK(S_ISDIR(status("/d").st_mode) && S_ISREG(status("/d/e/f").st_mode));
	EQUAL(status("/d/e/f").st_size, 4);
	EQUAL(status("/d/e/..").st_ino, status("/d").st_ino);
	EQUAL(unlink("/d/e/f"), 0);
	EQUAL(rmdir("/d/e"), 0);
	EQUAL(status("/d").st_nlink, 2);
	EQUAL(rmdir("/d/"), 0);
	FAILS(rmdir("/d"), ENOENT);
}

TEST(links, "file: names of one file; it lives until the last one, and its last descriptor, goes")
{
	struct stat st;
	char c;
	int fd;

	make("/a", "one");
	EQUAL(link("/a", "/b"), 0);
	EQUAL(status("/a").st_nlink, 2);
	EQUAL(status("/a").st_ino, status("/b").st_ino);
	make("/b", "other");
	CHECK(reads("/a", "other"));
	FAILS(link("/a", "/b"), EEXIST);
	FAILS(link("/none", "/c"), ENOENT);
	FAILS(link("/bin", "/c"), EPERM);
	FAILS(link("/a", "/none/c"), ENOENT);
	FAILS(link("/a", "/a/c"), ENOTDIR);
	FAILS(link("/a", "/c/"), ENOENT);
	EQUAL(unlink("/a"), 0);
	FAILS(unlink("/a"), ENOENT);
	CHECK((fd = open("/b", O_RDWR)) >= 0);
	EQUAL(unlink("/b"), 0);
	CHECK(fstat(fd, &st) == 0 && st.st_nlink == 0 && st.st_size == 5);
	EQUAL(read(fd, &c, 1), 1);
	EQUAL(c, 'o');
	EQUAL(audit(), 0);
	close(fd);
	EQUAL(audit(), 0);
}

TEST(renames, "file: rename takes the place of what is there, if it is alike; no directory goes below itself")
{
	make("/a", "a");
	make("/b", "b");
	EQUAL(rename("/a", "/b"), 0);
	CHECK(reads("/b", "a"));
	FAILS(rename("/a", "/b"), ENOENT);
	EQUAL(mkdir("/d", 0), 0);
	EQUAL(mkdir("/d/e", 0), 0);
	FAILS(rename("/b", "/d"), EISDIR);
	FAILS(rename("/d", "/b"), ENOTDIR);
	FAILS(rename("/d", "/d/e/f"), EINVAL);
	FAILS(rename("/d", "/d/e"), EINVAL);
	FAILS(rename("/d/e/..", "/x"), EBUSY);
	FAILS(rename("/b", "/c/"), ENOTDIR);
	EQUAL(rename("/b", "/b"), 0);
	EQUAL(rename("/b", "/d/e/c"), 0);
	CHECK(reads("/d/e/c", "a"));
	EQUAL(mkdir("/f", 0), 0);
	FAILS(rename("/f", "/d"), ENOTEMPTY);
	EQUAL(rename("/d/e", "/f"), 0);
	CHECK(reads("/f/c", "a"));
	EQUAL(status("/f/..").st_ino, status("/").st_ino);
	EQUAL(status("/d").st_nlink, 2);
	EQUAL(audit(), 0);
	CHECK(unlink("/f/c") == 0 && rmdir("/f") == 0 && rmdir("/d") == 0);
}

TEST(flags, "file: O_CREAT, O_EXCL, O_TRUNC and O_APPEND")
{
	int fd, other;

	FAILS(open("/f", O_RDWR), ENOENT);
	CHECK((fd = open("/f", O_RDWR | O_CREAT | O_EXCL)) >= 0);
	FAILS(open("/f", O_RDWR | O_CREAT | O_EXCL), EEXIST);
	EQUAL(write(fd, "12345", 5), 5);
	CHECK((other = open("/f", O_WRONLY | O_APPEND)) >= 0);
	EQUAL(write(other, "6", 1), 1);
	EQUAL(lseek(fd, 0, SEEK_SET), 0);
	EQUAL(write(fd, "a", 1), 1);
	EQUAL(write(other, "7", 1), 1);
	CHECK(reads("/f", "a234567"));
	close(other);
	CHECK((other = open("/f", O_WRONLY | O_TRUNC)) >= 0);
	CHECK(reads("/f", ""));
	EQUAL(write(fd, "b", 1), 1);			/* where it was: before it there is nothing */
	EQUAL(status("/f").st_size, 2);
	EQUAL(unlink("/f"), 0);
}

TEST(limits, "file: names and paths that are too long, descriptors that run out, files that are too large")
{
	char path[PATH_LEN + 8] = "/";
	int fd, n = 0;

	memset(path + 1, 'x', FILE_NAME);
	FAILS(open(path, O_RDWR | O_CREAT), ENAMETOOLONG);
	FAILS(mkdir(path, 0), ENAMETOOLONG);
	path[FILE_NAME] = 0;
	EQUAL(mkdir(path, 0), 0);
	EQUAL(rmdir(path), 0);
	for (unsigned i = 0; i < sizeof path - 1; i++)
		path[i] = i % 2 ? '.' : '/';
	FAILS(open(path, O_RDONLY), ENAMETOOLONG);
	path[PATH_LEN - 2] = 0;
	CHECK((fd = open(path, O_RDONLY)) >= 0);
	close(fd);
	while ((fd = dup(0)) >= 0)
		n++;
	EQUAL(errno, EMFILE);
	FAILS(open("/none", O_RDWR | O_CREAT), EMFILE);
	close(FD_N - 1);
	FAILS(open("/none", O_RDWR), ENOENT);		/* it was not made, though there was no descriptor */
	CHECK((fd = open("/f", O_RDWR | O_CREAT)) >= 0);
	FAILS(ftruncate(fd, (off_t)1 << 29), EFBIG);
	FAILS(ftruncate(fd, -1), EINVAL);
	EQUAL(lseek(fd, 1 << 28, SEEK_SET), 1 << 28);
	FAILS(write(fd, "x", 1), EFBIG);
	FAILS(ftruncate(0, 0), EINVAL);
	EQUAL(unlink("/f"), 0);
}

TEST(cwd, "file: the working directory: chdir, getcwd, a child's own, one that was removed")
{
	char path[PATH_LEN];
	pid_t pid;
	int w;

	CHECK(getcwd(path, sizeof path) && strcmp(path, "/") == 0);
	FAILS(chdir("/motd"), ENOTDIR);
	FAILS(chdir("/none"), ENOENT);
	CHECK(mkdir("/d", 0) == 0 && mkdir("/d/e", 0) == 0 && chdir("/d") == 0 && chdir("e") == 0);
	CHECK(getcwd(path, sizeof path) && strcmp(path, "/d/e") == 0);
	errno = 0;
	CHECK(!getcwd(path, 4) && errno == ERANGE);
	if ((pid = fork()) == 0) {
		CHECK(getcwd(path, sizeof path) && strcmp(path, "/d/e") == 0);
		CHECK(chdir("..") == 0 && getcwd(path, sizeof path) && strcmp(path, "/d") == 0);
		exit(0);
	}
	CHECK(waitpid(pid, &w, 0) == pid && w == 0);
	make("f", "here");
	CHECK(reads("/d/e/f", "here") && reads("../e/f", "here") && unlink("f") == 0);
	EQUAL(rmdir("/d/e"), 0);			/* under our feet */
	EQUAL(rmdir("/d"), 0);
	FAILS(open("f", O_RDWR | O_CREAT), ENOENT);
	FAILS(mkdir("f", 0), ENOENT);
	errno = 0;
	CHECK(!getcwd(path, sizeof path) && errno == ENOENT);
	EQUAL(audit(), 0);
	CHECK((pid = fork()) >= 0);
	if (pid == 0)
		exit(chdir("..") || chdir("/"));
	CHECK(waitpid(pid, &w, 0) == pid && w == 0);
}

TEST(devices, "file: /dev: the console, null and zero; nodes by mknod")
{
	char buf[PAGE + 9];
	struct stat st;
	int fd;

	CHECK((fd = open("/dev/null", O_RDWR)) >= 0);
	EQUAL(write(fd, buf, sizeof buf), sizeof buf);
	EQUAL(read(fd, buf, sizeof buf), 0);
	FAILS(lseek(fd, 0, SEEK_SET), ESPIPE);
	close(fd);
	memset(buf, 1, sizeof buf);
	CHECK((fd = open("/dev/zero", O_RDONLY)) >= 0);
	EQUAL(read(fd, buf, sizeof buf), sizeof buf);
	for (unsigned i = 0; i < sizeof buf; i++)
		EQUAL(buf[i], 0);
	CHECK(fstat(fd, &st) == 0 && S_ISCHR(st.st_mode));
	close(fd);
	CHECK((fd = open("/dev/console", O_RDWR)) >= 0 && isatty(fd));
	close(fd);
	EQUAL(mknod("/con", S_IFCHR, 1), 0);
	FAILS(mknod("/con", S_IFCHR, 1), EEXIST);
	CHECK((fd = open("/con", O_WRONLY)) >= 0 && isatty(fd) && write(fd, "", 0) == 0);
	close(fd);
	EQUAL(mknod("/what", S_IFCHR, 99), 0);
	FAILS(open("/what", O_RDONLY), ENXIO);
	FAILS(makenode("/much", 1 << 16), EINVAL);
	CHECK(unlink("/con") == 0 && unlink("/what") == 0);
}

TEST(listing, "file: a directory is read to its end, whatever comes and goes meanwhile")
{
	enum { N = 100 };
	char path[32], seen[N] = { 0 };
	struct dirent *e;
	DIR *d;

	CHECK(mkdir("/many", 0) == 0 && chdir("/many") == 0);
	for (int i = 0; i < N; i++) {
		snprintf(path, sizeof path, "%d", i);
		make(path, "");
	}
	CHECK((d = opendir(".")));
	for (int n = 0; (e = readdir(d)); n++) {
		if (e->d_name[0] != '.') {
			seen[atoi(e->d_name)]++;
			EQUAL(e->d_type, DT_REG);
		}
		if (n == 20)				/* the kernel has told of no more than 32 */
			for (int i = 0; i < N; i += 2) {
				snprintf(path, sizeof path, "%d", i);
				EQUAL(unlink(path), 0);
			}
	}
	for (int i = 0; i < N; i++)
		CHECK(seen[i] <= 1 && (seen[i] || (i % 2 == 0 && i > 20)));
	rewinddir(d);
	for (int i = 1; i < N; i += 2) {
		snprintf(path, sizeof path, "%d", i);
		EQUAL(unlink(path), 0);
	}
	CHECK((e = readdir(d)) && strcmp(e->d_name, ".") == 0 && (e = readdir(d)) && strcmp(e->d_name, "..") == 0);
	CHECK(!readdir(d) && closedir(d) == 0 && chdir("/") == 0 && rmdir("/many") == 0);
	CHECK(!opendir("/motd") && errno == ENOTDIR);
}

/* The order in which a mapping, its file and a child's copy of it let go, as bits of n. */
static void cut_and_let_go(int n)
{
	int fd = open("/cut", O_RDWR | O_CREAT | O_TRUNC), w;
	char *p, *text = pages(3);
	pid_t pid;

	memset(text, 'o', 3 * PAGE);
	EQUAL(write(fd, text, 3 * PAGE), 3 * PAGE);
	p = mmap(0, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	CHECK(p != MAP_FAILED);
	CHECK(p[0] == 'o' && p[2 * PAGE] == 'o');
	p[PAGE] = 'm';					/* ours alone, from here on */
	EQUAL(ftruncate(fd, n & 1 ? 0 : PAGE + 10), 0);
	CHECK((pid = fork()) >= 0);
	EQUAL(p[0] + p[PAGE] + p[PAGE + 1] + p[3 * PAGE - 1], 'o' + 'm' + 'o' + 'o');
	if (n & 2 && pid)
		EQUAL(unlink("/cut"), 0);
	p[2 * PAGE] = 'n';
	if (pid == 0)
		exit(!(p[0] == 'o' && p[2 * PAGE] == 'n' && p[PAGE + 20] == 'o'));
	EQUAL(lseek(fd, 0, SEEK_END), n & 1 ? 0 : PAGE + 10);
	EQUAL(write(fd, "new", 3), 3);
	if (n & 4)
		close(fd);
	EQUAL(munmap(p, 3 * PAGE), 0);
	CHECK(waitpid(pid, &w, 0) == pid && w == 0);
	EQUAL(audit(), 0);
	if (!(n & 4))
		close(fd);
	if (!(n & 2))
		EQUAL(unlink("/cut"), 0);
	munmap(text, 3 * PAGE);
}

TEST(cut, "file: a mapped file is cut off: the mapping keeps what it had, in every order of letting go (H41)")
{
	for (int n = 0; n < 8; n++)
		cut_and_let_go(n);
}

TEST(cut_part, "file: what was cut off reads as zeros when the file grows again")
{
	char buf[PAGE];
	int fd = open("/cut", O_RDWR | O_CREAT);

	memset(buf, 'x', sizeof buf);
	EQUAL(write(fd, buf, sizeof buf), sizeof buf);
	EQUAL(write(fd, buf, sizeof buf), sizeof buf);
	EQUAL(ftruncate(fd, PAGE + 100), 0);
	EQUAL(ftruncate(fd, 3 * PAGE), 0);
	for (int page = 0; page < 3; page++) {
		EQUAL(lseek(fd, page * PAGE, SEEK_SET), page * PAGE);
		EQUAL(read(fd, buf, sizeof buf), sizeof buf);
		for (int i = 0; i < PAGE; i++)
			EQUAL(buf[i], page == 0 || (page == 1 && i < 100) ? 'x' : 0);
	}
	close(fd);
	EQUAL(unlink("/cut"), 0);
}

/* All that takes memory.  A page fault of ours may be refused, too, and ends us: then the case clears up. */
static void all_calls(void *arg)
{
	int fd;

	(void)arg;
	if (mkdir("/nomem", 0) == 0) {
		fd = open("/nomem/f", O_RDWR | O_CREAT);
		if (fd >= 0 && write(fd, "xxxx", 4) == 4)
			ftruncate(fd, 2);
		close(fd);
		if (link("/nomem/f", "/nomem/g") == 0)
			rename("/nomem/g", "/nomem/h");
		makenode("/nomem/n", 2);
		close(open("/nomem/n", O_RDWR));
		truncate("/nomem/f", 1);
	}
}

/* A file that could not be opened is not there. */
static void one_call(void *arg)
{
	int fd;

	(void)arg;
	errno = 0;
	fd = open("/nomem", O_RDWR | O_CREAT);
	CHECK(fd >= 0 || ((errno == ENOMEM || errno == ENOSPC) && access("/nomem", F_OK) < 0));
}

TEST(nomem, "file: every allocation of every call fails once; what failed has changed nothing")
{
	static const char *const left[] = { "/nomem/f", "/nomem/g", "/nomem/h", "/nomem/n" };

	for (int n = 1; n < 40; n++) {
		pid_t pid = fork();

		if (pid == 0) {
			failalloc_alone(n);
			all_calls(NULL);
			exit(0);
		}
		if (pid > 0)
			CHECK(waitpid(pid, NULL, 0) == pid);
		failalloc(0);
		EQUAL(audit(), 0);
		for (int i = 0; i < 4; i++)
			unlink(left[i]);
		CHECK(rmdir("/nomem") == 0 || errno == ENOENT);
	}
	for (int n = 1; n < 20; n++) {
		struct wait_info w;
		pid_t pid = fork();

		if (pid == 0) {
			failalloc_alone(n);
			one_call(NULL);
			exit(0);
		}
		CHECK(pid > 0 && waitinfo(pid, &w, 0) == pid && (w.how == END_NOMEM || (w.how == END_EXIT && w.code == 0)));
		failalloc(0);
		CHECK(unlink("/nomem") == 0 || errno == ENOENT);
	}
}
