/* SPDX-License-Identifier: MIT */
/*
 * date.c: seconds as a date and back.  The Gregorian calendar, all of it in
 * UTC: a local time is no other.  Days are counted from 1 March of a year 0,
 * so that the odd day of a leap year is the last.
 */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>

enum { DAY = 86400, YEARS = 400, DAYS = 146097 };	/* the calendar repeats after so many years, which have so many days */
enum { EPOCH = 719468 };		/* 1 January 1970, as days from 1 March 0 */

/* Rounded down; *rest is what is left, never negative. */
static long long divide(long long a, long long by, long long *rest)
{
	*rest = a % by;
	if (*rest < 0)
		*rest += by;
	return (a - *rest) / by;
}

static bool leap(long long year)
{
	return year % 4 == 0 && (year % 100 || year % 400 == 0);
}

/* Days from 1 January to the first of a month (0: January). */
static int days_before(int month, long long year)
{
	static const short days[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };

	return days[month] + (month > 1 && leap(year));
}

static long long day_number(long long year, int month, long long day)
{
	long long in, era;

	if (month < 2)
		year--;
	era = divide(year, YEARS, &in);
	return era * DAYS + in * 365 + in / 4 - in / 100 + ((month + 10) % 12 * 153 + 2) / 5 + day - 1 - EPOCH;
}

/* Null: the year is no int. */
struct tm *gmtime_r(const time_t *at, struct tm *tm)
{
	long long second, day, era, year, in;
	long long days = divide(*at, DAY, &second);

	era = divide(days + EPOCH, DAYS, &day);
	in = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	day -= in * 365 + in / 4 - in / 100;
	year = era * YEARS + in;
	*tm = (struct tm){ .tm_sec = (int)(second % 60), .tm_min = (int)(second / 60 % 60), .tm_hour = (int)(second / 3600) };
	tm->tm_mon = (int)(((5 * day + 2) / 153 + 2) % 12);
	tm->tm_mday = (int)(day - (153 * ((5 * day + 2) / 153) + 2) / 5) + 1;
	year += tm->tm_mon < 2;
	if (year - 1900 > INT_MAX || year - 1900 < INT_MIN) {
		errno = EOVERFLOW;
		return NULL;
	}
	tm->tm_year = (int)(year - 1900);
	tm->tm_yday = days_before(tm->tm_mon, year) + tm->tm_mday - 1;
	divide(days + 4, 7, &in);		/* 1 January 1970 was a Thursday */
	tm->tm_wday = (int)in;
	return tm;
}

/* The fields may be out of range, and are not any more. */
time_t timegm(struct tm *tm)
{
	long long month, year = tm->tm_year + 1900ll + divide(tm->tm_mon, 12, &month);
	long long all = day_number(year, (int)month, tm->tm_mday) * DAY + tm->tm_hour * 3600ll + tm->tm_min * 60ll + tm->tm_sec;
	time_t at = (time_t)all;

	if (at == all && gmtime_r(&at, tm))
		return at;
	errno = EOVERFLOW;
	return -1;
}

struct tm *gmtime(const time_t *at)
{
	static struct tm tm;

	return gmtime_r(at, &tm);
}

struct tm *localtime(const time_t *at) { return gmtime(at); }
struct tm *localtime_r(const time_t *at, struct tm *tm) { return gmtime_r(at, tm); }
time_t mktime(struct tm *tm) { return timegm(tm); }

char *asctime_r(const struct tm *tm, char *to)
{
	return strftime(to, 26, "%a %b %e %H:%M:%S %Y\n", tm) ? to : NULL;
}

char *asctime(const struct tm *tm)
{
	static char text[26];

	return asctime_r(tm, text);
}

char *ctime_r(const time_t *at, char *to)
{
	struct tm tm;

	return gmtime_r(at, &tm) ? asctime_r(&tm, to) : NULL;
}

char *ctime(const time_t *at)
{
	struct tm *tm = gmtime(at);

	return tm ? asctime(tm) : NULL;
}
