/* SPDX-License-Identifier: MIT */
/*
 * libc_test.c: stdio, scanf, strings and getopt of ulib/ against the host's,
 * over many random cases.  Ours are compiled apart, with ulib's headers and
 * under names of their own (ours.h).  Prints TAP.  Usage: libc_test [SEED].
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct stream;
struct stream *our_fopen(const char *, const char *);
int our_fclose(struct stream *), our_fflush(struct stream *), our_fputc(int, struct stream *);
int our_fputs(const char *, struct stream *), our_fgetc(struct stream *), our_ungetc(int, struct stream *);
int our_fprintf(struct stream *, const char *, ...), our_fscanf(struct stream *, const char *, ...);
int our_sprintf(char *, const char *, ...), our_asprintf(char **, const char *, ...);
size_t our_fwrite(const void *, size_t, size_t, struct stream *), our_fread(void *, size_t, size_t, struct stream *);
char *our_fgets(char *, int, struct stream *);
ssize_t our_getline(char **, size_t *, struct stream *);
int our_setvbuf(struct stream *, char *, int, size_t), our_fseek(struct stream *, long, int), our_feof(struct stream *);
int our_ferror(struct stream *);
long our_ftell(struct stream *);
int our_sscanf(const char *, const char *, ...);
char *our_strncat(char *, const char *, size_t), *our_stpcpy(char *, const char *), *our_strpbrk(const char *, const char *);
size_t our_strspn(const char *, const char *), our_strcspn(const char *, const char *);
char *our_strtok_r(char *, const char *, char **), *our_strsep(char **, const char *);
int our_strncasecmp(const char *, const char *, size_t);
void *our_memccpy(void *, const void *, int, size_t), *our_memmem(const void *, size_t, const void *, size_t);
void *our_memrchr(const void *, int, size_t);
char *our_strchrnul(const char *, int), *our_strcasestr(const char *, const char *);
int our_getopt(int, char *const *, const char *);
extern char *our_optarg;
extern int our_optind, our_opterr, our_optopt;
void *our_bsearch(const void *, const void *, size_t, size_t, int (*)(const void *, const void *));

int our_fgetpos(struct stream *, long *), our_fsetpos(struct stream *, const long *);
/* Their struct tm is the first of the host's. */
struct tm *our_gmtime_r(const long *, struct tm *), *our_localtime(const long *);
long our_timegm(struct tm *), our_mktime(struct tm *);
size_t our_strftime(char *, size_t, const char *, const struct tm *);
char *our_asctime_r(const struct tm *, char *), *our_ctime(const long *);

static int tests, failed;

static void ok(bool pass, const char *what)
{
	printf("%sok %d - %s\n", pass ? "" : "not ", ++tests, what);
	failed += !pass;
}

static unsigned below(unsigned n) { return (unsigned)rand() % n; }

static void random_text(char *s, const char *some, unsigned most)
{
	unsigned n = below(most + 1);

	for (unsigned i = 0; i < n; i++)
		s[i] = some[below(strlen(some))];
	s[n] = 0;
}

/* ---- strings ---- */

static bool pieces(const char *s, const char *set)
{
	char a[2][40], *rest[2] = { a[0], a[1] }, *at[2] = { strcpy(a[0], s), strcpy(a[1], s) };

	for (int i = 0; i < 42 && at[0]; i++) {
		at[0] = strtok_r(i ? NULL : a[0], set, &rest[0]);
		at[1] = our_strtok_r(i ? NULL : a[1], set, &rest[1]);
		if (!at[0] != !at[1] || (at[0] && (at[0] - a[0] != at[1] - a[1] || strcmp(at[0], at[1]))))
			return false;
	}
	rest[0] = strcpy(a[0], s);
	rest[1] = strcpy(a[1], s);
	do {
		at[0] = strsep(&rest[0], set);
		at[1] = our_strsep(&rest[1], set);
		if (!at[0] != !at[1] || (at[0] && strcmp(at[0], at[1])))
			return false;
	} while (at[0]);
	return true;
}

static bool strings(void)
{
	char s[32], set[6], a[80], b[80];
	unsigned n = below(20);
	int x, y;

	random_text(s, "abAB. \xe1", 30);
	random_text(set, "abA.\xe1", 4);
	if (strspn(s, set) != our_strspn(s, set) || strcspn(s, set) != our_strcspn(s, set) ||
	    strpbrk(s, set) != our_strpbrk(s, set))
		return false;
	if (memmem(s, strlen(s), set, strlen(set)) != our_memmem(s, strlen(s), set, strlen(set)) ||
	    memrchr(s, *set, strlen(s)) != our_memrchr(s, *set, strlen(s)) || strchrnul(s, *set) != our_strchrnul(s, *set) ||
	    strcasestr(s, set) != our_strcasestr(s, set))
		return false;
	memset(a, 1, sizeof a);
	memset(b, 1, sizeof b);
	strcpy(a, set);
	strcpy(b, set);
	if (strncat(a, s, n) - a != our_strncat(b, s, n) - b || stpcpy(a + 50, set) - a != our_stpcpy(b + 50, set) - b ||
	    memcmp(a, b, sizeof a))
		return false;
	x = strncasecmp(s, a, n);
	y = our_strncasecmp(s, a, n);
	if ((x > 0) - (x < 0) != (y > 0) - (y < 0))
		return false;
	char *p = memccpy(a, s, 'b', strlen(s)), *q = our_memccpy(b, s, 'b', strlen(s));

	return (p ? p - a : -1) == (q ? q - b : -1) && !memcmp(a, b, sizeof a) && pieces(s, *set ? set : ".");
}

/* ---- scanf ---- */

enum { SLOTS = 5, SLOT = 64 };

static void random_format(char *f)
{
	static const char *const sizes[] = { "", "", "hh", "h", "l", "ll", "z", "j", "t" };
	int left = SLOTS;

	*f = 0;
	for (int n = 1 + below(5); n; n--) {
		char width[4] = "", *star = below(6) ? "" : "*";

		if (below(2))
			snprintf(width, sizeof width, "%u", 1 + below(9));
		switch (below(9)) {
		case 0: f += sprintf(f, " "); break;
		case 1: f += sprintf(f, "%c", "a0x-,"[below(5)]); break;
		case 2: f += sprintf(f, "%%%%"); break;
		case 3: f += sprintf(f, "%%%s%ss", star, width); left -= !*star; break;
		case 4: f += sprintf(f, "%%%sc", star); left -= !*star; break;	/* glibc takes fewer than a width says */
		case 5: f += sprintf(f, "%%%s%s%s", star, width, (const char *[]){ "[a-f]", "[^0-9]", "[]a]", "[^]a,]", "[x-]" }[below(5)]);
			left -= !*star; break;
		case 6: f += sprintf(f, "%%%sn", sizes[below(9)]); left--; break;
		default:
			f += sprintf(f, "%%%s%s%s%c", star, width, sizes[below(9)], "diuxXo"[below(6)]);
			left -= !*star;
		}
		if (left == 0)
			break;
	}
}

static bool scans(void)
{
	char fmt[100], text[40];
	unsigned char a[SLOTS][SLOT], b[SLOTS][SLOT];
	int x, y;

	random_format(fmt);
	random_text(text, "  \n-+00117f9ag,]%", 36);	/* no x: glibc takes "0x" with nothing behind for 0 */
	memset(a, 0xa5, sizeof a);
	memset(b, 0xa5, sizeof b);
#pragma clang diagnostic ignored "-Wformat-nonliteral"
#pragma clang diagnostic ignored "-Wformat-security"
	x = sscanf(text, fmt, a[0], a[1], a[2], a[3], a[4]);
	y = our_sscanf(text, fmt, b[0], b[1], b[2], b[3], b[4]);
	if (x == y && memcmp(a, b, sizeof a) == 0)
		return true;
	printf("# \"%s\" by \"%s\": %d, not %d\n", text, fmt, y, x);
	return false;
}

static bool prefixes(void)
{
	static const char *const text[] = { "0x1fg", "0X1F", "-0x10", "0x7 8", "017", "0", "08", "+0xabcdefabcdefabcdefab", "-99999999999999999999",
		"99999999999999999999" };
	static const char *const fmt[] = { "%i", "%x", "%4x", "%lli", "%hhx", "%d", "%u", "%llu", "%lld", "%o", "%5i%n" };

	for (unsigned i = 0; i < sizeof text / sizeof *text; i++)
		for (unsigned k = 0; k < sizeof fmt / sizeof *fmt; k++) {
			long long a[2] = { 5, 5 }, b[2] = { 5, 5 };

			if (sscanf(text[i], fmt[k], &a[0], &a[1]) != our_sscanf(text[i], fmt[k], &b[0], &b[1]) ||
			    a[0] != b[0] || a[1] != b[1])
				return printf("# \"%s\" by \"%s\": %#llx, not %#llx\n", text[i], fmt[k], b[0], a[0]), false;
		}
	return our_sscanf("0xg", "%i", &(int){ 0 }) == 0 && our_sscanf("ab", "%3c", (char[4]){ 0 }) == EOF;
}

/* ---- streams: the same done to two files ---- */

static struct { FILE *f; struct stream *g; bool reads, writes; int last; } s;	/* last: 1 a read, 2 a write */
static const char *const names[2] = { "a", "b" };

static bool open_both(const char *mode)
{
	s.f = fopen(names[0], mode);
	s.g = our_fopen(names[1], mode);
	s.reads = mode[0] == 'r' || mode[1] == '+';
	s.writes = mode[0] != 'r' || mode[1] == '+';
	s.last = 0;
	return s.f && s.g;
}

/* Back to where it was, by what fgetpos said. */
static bool back_both(void)
{
	fpos_t a;
	long b, at;

	if (fgetpos(s.f, &a) != our_fgetpos(s.g, &b))
		return false;
	at = ftell(s.f);
	fseek(s.f, 1, SEEK_SET);
	our_fseek(s.g, 1, SEEK_SET);
	s.last = 0;
	return fsetpos(s.f, &a) == our_fsetpos(s.g, &b) && ftell(s.f) == at && our_ftell(s.g) == at;
}

/* Between a read and a write the standard wants a seek. */
static bool seek_both(void)
{
	long at = (long)below(3000) - 100;
	int whence = below(3), r = fseek(s.f, at, whence);

	s.last = 0;
	return our_fseek(s.g, at, whence) == r && ftell(s.f) == our_ftell(s.g);
}

static bool read_some(void)
{
	char a[3000], b[3000];
	unsigned n = below(below(4) ? 30 : 3000), size = 1 + below(3);
	int c, d;

	if (s.last == 2 && !seek_both())
		return false;
	s.last = 1;
	memset(a, 'z', sizeof a);
	memset(b, 'z', sizeof b);
	switch (below(4)) {
	case 0:
		return fread(a, size, n / size, s.f) == our_fread(b, size, n / size, s.g) && !memcmp(a, b, n / size * size) &&
			!feof(s.f) == !our_feof(s.g);
	case 1:
		return !fgets(a, n + 1, s.f) == !our_fgets(b, n + 1, s.g) && !memcmp(a, b, sizeof a);
	case 2:
		c = fgetc(s.f);
		d = our_fgetc(s.g);
		if (c != EOF && below(2))
			return c == d && ungetc(c, s.f) == our_ungetc(d, s.g);
		return c == d;
	default:
		c = d = 0;
		return fscanf(s.f, "%d", &c) == our_fscanf(s.g, "%d", &d) && c == d;
	}
}

static bool write_some(void)
{
	char text[3000];
	unsigned n = below(below(4) ? 30 : 3000);

	if (s.last == 1 && !seek_both())
		return false;
	s.last = 2;
	for (unsigned i = 0; i < n; i++)
		text[i] = " \n1234567890-ab"[below(15)];
	text[n] = 0;
	switch (below(4)) {
	case 0: return fwrite(text, 1, n, s.f) == our_fwrite(text, 1, n, s.g);
	case 1: return fputc(n, s.f) == our_fputc(n, s.g);
	case 2: return !(fputs(text, s.f) < 0) == !(our_fputs(text, s.g) < 0);
	default: return fprintf(s.f, "%s %u\n", text, n) == our_fprintf(s.g, "%s %u\n", text, n);
	}
}

static bool same_files(void)
{
	FILE *a = fopen(names[0], "r"), *b = fopen(names[1], "r");
	int c, d;

	do {
		c = fgetc(a);
		d = fgetc(b);
	} while (c == d && c != EOF);
	fclose(a);
	fclose(b);
	return c == d;
}

static bool session(void)
{
	static const char *const modes[] = { "w", "w+", "r", "r+", "a", "a+" };
	bool good = open_both(modes[below(6)]);

	if (below(3) == 0)
		our_setvbuf(s.g, NULL, below(3), 1 + below(2000));
	for (int i = below(60); good && i; i--)
		switch (below(8)) {
		case 0: good = below(4) ? seek_both() : back_both(); break;
		case 1: good = ftell(s.f) == our_ftell(s.g); break;
		case 2: good = s.last == 1 || fflush(s.f) == our_fflush(s.g); break;
		default: good = s.reads && (!s.writes || below(2)) ? read_some() : write_some();
		}
	return fclose(s.f) == our_fclose(s.g) && good && same_files();
}

/* ---- getopt ---- */

static bool options(void)
{
	static const char *const sets[] = { "ab:c", ":ab:c:", "", "abc" };
	static const char *const words[] = { "-a", "-b", "-bx", "-ab", "-c", "-acb", "-x", "--", "-", "w", "-ax" };
	const char *set = sets[below(4)];
	char *argv[8] = { "prog" }, plus[12];
	int argc = 1 + below(6), c, d;

	for (int i = 1; i < argc; i++)
		argv[i] = (char *)words[below(11)];
	argv[argc] = NULL;
	optind = our_optind = 0;
	opterr = our_opterr = 0;
	snprintf(plus, sizeof plus, "+%s", set);	/* as POSIX: no order of its own */
	do {
		c = getopt(argc, argv, plus);
		d = our_getopt(argc, argv, set);
		if (c != d || optarg != our_optarg || optind != our_optind || (c == '?' && optopt != our_optopt)) {
			printf("# \"%s\"", set);
			for (int i = 1; i < argc; i++)
				printf(" %s", argv[i]);
			printf(": %d at %d, not %d at %d\n", d, our_optind, c, optind);
			return false;
		}
	} while (c != -1);
	return true;
}

/* ---- dates ---- */

static bool same_date(const struct tm *a, const struct tm *b)
{
	return memcmp(a, b, 9 * sizeof(int)) == 0;
}

static long any_time(void)
{
	long t = (long)rand() << 31 ^ rand();

	switch (below(4)) {
	case 0: return t % 100000 * 86400 - below(2);		/* about midnight */
	case 1: return t % (1l << 33);
	case 2: return t % (1l << 33) - (1l << 34);
	default: return below(8) ? t % (1l << 40) - (1l << 39) : t % (1l << 60) * (long)below(5);
	}
}

static bool dates(void)
{
	long at = any_time(), back;
	struct tm a = { 0 }, b = { 0 };
	char x[64], y[64];

	if (!gmtime_r(&at, &a) != !our_gmtime_r(&at, &b))
		return false;
	if (at > 1l << 50 || at < -(1l << 50))
		return true;
	back = our_timegm(&b);
	if (!same_date(&a, &b) || back != at || (a.tm_year < 8000 && a.tm_year > -900 && strcmp(asctime_r(&a, x), our_asctime_r(&b, y)))) {
		printf("# %ld: year %d day %d, not year %d day %d\n", at, b.tm_year, b.tm_yday, a.tm_year, a.tm_yday);
		return false;
	}
	/* Fields out of range. */
	a.tm_mon += (int)below(60) - 30;
	a.tm_mday += (int)below(800) - 400;
	a.tm_hour -= (int)below(100);
	a.tm_min += (int)below(10000);
	a.tm_sec -= (int)below(100000);
	b = a;
	return timegm(&a) == our_mktime(&b) && same_date(&a, &b);
}

static bool date_texts(void)
{
	static const char letters[] = "aAbBcCdDeFgGhHIjmMnprRsStTuUVwWxXyYz%";
	char fmt[40] = "", a[200], b[200];
	size_t room = below(4) ? sizeof a : 1 + below(60), n = 0, x, y;
	long at = any_time() % (100l * 365 * 86400);
	struct tm tm;

	gmtime_r(&at, &tm);
	for (int i = below(8); i; i--) {
		if (below(5) == 0)
			fmt[n++] = ',';
		fmt[n++] = '%';
		fmt[n++] = letters[below(sizeof letters - 1)];
	}
	x = strftime(a, room, fmt, &tm);
	y = our_strftime(b, room, fmt, &tm);
	if (x == y && (!x || !strcmp(a, b)))
		return true;
	printf("# \"%s\" of %ld: \"%.*s\", not \"%.*s\"\n", fmt, at, (int)y, b, (int)x, a);
	return false;
}

static int by_value(const void *a, const void *b)
{
	return *(const unsigned char *)a - *(const unsigned char *)b;
}

static bool search(void)
{
	unsigned char v[40], key = below(50);
	unsigned n = below(40);
	bool there = false;

	for (unsigned i = 0; i < n; i++)
		v[i] = below(50);
	qsort(v, n, 1, by_value);
	for (unsigned i = 0; i < n; i++)
		there |= v[i] == key;
	unsigned char *found = our_bsearch(&key, v, n, 1, by_value);

	return there ? found && *found == key : !found;
}

static void many(bool (*one)(void), int n, const char *what)
{
	bool good = true;

	for (int i = 0; i < n && good; i++)
		good = one();
	ok(good, what);
}

int main(int argc, char **argv)
{
	char dir[] = "/tmp/yoke-libc-XXXXXX", *s = NULL, buf[40];

	srand(argc > 1 ? atoi(argv[1]) : 1);
	if (!mkdtemp(dir) || chdir(dir) < 0)
		return 1;
	fclose(fopen("a", "w"));
	fclose(fopen("b", "w"));
	many(strings, 200000, "strings, as the host's");
	many(scans, 400000, "sscanf, as the host's");
	ok(prefixes(), "sscanf: bases, and numbers too large");
	many(session, 3000, "streams: the same results, the same files");
	many(options, 100000, "getopt, as the host's");
	setenv("TZ", "UTC0", 1);
	many(dates, 400000, "gmtime, timegm, asctime, as the host's");
	ok(our_strftime(buf, sizeof buf, "%Ey%Od", gmtime(&(time_t){ 86400 })) == 4 && !strcmp(buf, "7002"), "strftime: other numerals are the same");
	many(date_texts, 200000, "strftime, as the host's");
	many(search, 20000, "bsearch finds what is there");
	ok(our_asprintf(&s, "%s-%d", "long", 7) == 6 && !strcmp(s, "long-7") && our_sprintf(buf, "%5x|", 255) == 6 &&
		!strcmp(buf, "   ff|"), "sprintf, asprintf");
	free(s);
	unlink("a");
	unlink("b");
	rmdir(dir);
	printf("1..%d\n", tests);
	return failed > 0;
}
