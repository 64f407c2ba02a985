/* SPDX-License-Identifier: MIT */
/* strftime.c: a date as text, as the C locale has it. */
#include <stdio.h>
#include <string.h>
#include <time.h>

static const char *const days[] = { "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday" };
static const char *const months[] = { "January", "February", "March", "April", "May", "June", "July", "August",
	"September", "October", "November", "December" };

struct text { char *s; size_t n, room; };	/* n: of it and of what did not fit */

static void put(struct text *to, const char *s, size_t len)
{
	for (; len; len--, s++)
		if (to->n++ < to->room)
			to->s[to->n - 1] = *s;
}

static void word(struct text *to, const char *const *of, int count, int i, size_t most)
{
	const char *s = i >= 0 && i < count ? of[i] : "?";

	put(to, s, strnlen(s, most));
}

static void number(struct text *to, const char *how, int n)
{
	char digits[16];

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wformat-nonliteral"
	put(to, digits, (size_t)snprintf(digits, sizeof digits, how, n));
#pragma clang diagnostic pop
}

static int leap(int year) { return year % 4 == 0 && (year % 100 || year % 400 == 0); }

/* ISO 8601: weeks begin on Monday, and belong to the year that has their Thursday.  The week; *year is that year. */
static int iso_week(const struct tm *tm, int *year)
{
	int monday = (tm->tm_wday + 6) % 7, first = tm->tm_yday - monday + 3;	/* this week's Thursday */

	*year = tm->tm_year + 1900;
	if (first < 0)
		first += 365 + leap(--*year);
	else if (first >= 365 + leap(*year))
		first -= 365 + leap((*year)++);
	return first / 7 + 1;
}

static void format(struct text *, const char *, const struct tm *);

static void week(struct text *to, int c, const struct tm *tm)
{
	int year, n = iso_week(tm, &year);

	switch (c) {
	case 'G': number(to, "%d", year); break;
	case 'g': number(to, "%02d", (year % 100 + 100) % 100); break;
	case 'V': number(to, "%02d", n); break;
	case 'U': number(to, "%02d", (tm->tm_yday + 7 - tm->tm_wday) / 7); break;
	case 'W': number(to, "%02d", (tm->tm_yday + 7 - (tm->tm_wday + 6) % 7) / 7); break;
	}
}

static void clock12(struct text *to, int c, const struct tm *tm)
{
	int hour = tm->tm_hour % 12 ? tm->tm_hour % 12 : 12;

	if (c == 'p')
		put(to, tm->tm_hour < 12 ? "AM" : "PM", 2);
	else
		number(to, "%02d", hour);
}

static void seconds(struct text *to, const struct tm *tm)
{
	struct tm copy = *tm;
	char digits[24];

	put(to, digits, (size_t)snprintf(digits, sizeof digits, "%lld", (long long)timegm(&copy)));
}

static void convert(struct text *to, int c, const struct tm *tm)
{
	int year = tm->tm_year + 1900;

	switch (c) {
	case 'a': word(to, days, 7, tm->tm_wday, 3); break;
	case 'A': word(to, days, 7, tm->tm_wday, 99); break;
	case 'b': case 'h': word(to, months, 12, tm->tm_mon, 3); break;
	case 'B': word(to, months, 12, tm->tm_mon, 99); break;
	case 'c': format(to, "%a %b %e %H:%M:%S %Y", tm); break;
	case 'C': number(to, "%02d", year / 100); break;
	case 'd': number(to, "%02d", tm->tm_mday); break;
	case 'D': case 'x': format(to, "%m/%d/%y", tm); break;
	case 'e': number(to, "%2d", tm->tm_mday); break;
	case 'F': format(to, "%Y-%m-%d", tm); break;
	case 'H': number(to, "%02d", tm->tm_hour); break;
	case 'I': case 'p': clock12(to, c, tm); break;
	case 'j': number(to, "%03d", tm->tm_yday + 1); break;
	case 'm': number(to, "%02d", tm->tm_mon + 1); break;
	case 'M': number(to, "%02d", tm->tm_min); break;
	case 'n': put(to, "\n", 1); break;
	case 'r': format(to, "%I:%M:%S %p", tm); break;
	case 'R': format(to, "%H:%M", tm); break;
	case 's': seconds(to, tm); break;
	case 'S': number(to, "%02d", tm->tm_sec); break;
	case 't': put(to, "\t", 1); break;
	case 'T': case 'X': format(to, "%H:%M:%S", tm); break;
	case 'u': number(to, "%d", (tm->tm_wday + 6) % 7 + 1); break;
	case 'w': number(to, "%d", tm->tm_wday); break;
	case 'y': number(to, "%02d", (year % 100 + 100) % 100); break;
	case 'Y': number(to, "%d", year); break;
	case 'z': put(to, "+0000", 5); break;
	case 'Z': put(to, "UTC", 3); break;
	case 'G': case 'g': case 'V': case 'U': case 'W': week(to, c, tm); break;
	default: put(to, &(char){ (char)c }, 1);
	}
}

static void format(struct text *to, const char *f, const struct tm *tm)
{
	for (; *f; f++) {
		if (*f != '%') {
			put(to, f, 1);
			continue;
		}
		f++;
		f += *f == 'E' || *f == 'O';	/* other numerals, which there are not */
		if (!*f)
			return;
		convert(to, *f, tm);
	}
}

size_t strftime(char *restrict s, size_t room, const char *restrict f, const struct tm *restrict tm)
{
	struct text to = { s, 0, room };

	format(&to, f, tm);
	if (to.n >= room)
		return 0;
	s[to.n] = 0;
	return to.n;
}
