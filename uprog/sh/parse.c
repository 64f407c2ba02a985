/* SPDX-License-Identifier: MIT */
/*
 * parse.c: from a line to pipelines.  A line is parsed twice: whole, to see
 * that it is right, then pipeline by pipeline, each being run before the
 * next one's variables are known.  The words of a pipeline lie in one pool of
 * text.  A command knows what ended it: a pipe, && or ||, a semicolon, an
 * ampersand, or the end.
 */
#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include "sh.h"

struct pipeline p;

bool complain(const char *what)
{
	fprintf(stderr, "sh: %s\n", what);
	return false;
}

static void skip_space(void)
{
	while (isspace((unsigned char)*p.s))
		p.s++;
	if (*p.s == '#')
		p.s += strlen(p.s);
}

/* ---- words ---- */

static void put(char c)
{
	if (p.at == p.text + TEXT - 1)
		p.full = true;			/* a byte is left for the end */
	else
		*p.at++ = c;
}

static void end_word(void)
{
	*p.at = 0;
	if (p.nword == WORDS - 2 || p.at == p.text + TEXT - 1) {
		p.full = true;
		return;
	}
	p.at++;
	p.word[p.nword++] = p.start;
	p.start = p.at;
}

/* A value, in place of $ and its name.  Where it is split, white space ends words. */
static void put_value(const char *v, bool split)
{
	for (; *v; v++)
		if (!split || !isspace((unsigned char)*v))
			put(*v);
		else if (p.at != p.start)
			end_word();
}

static void put_arguments(bool apart, bool split)
{
	for (int i = 1; i <= arguments(); i++) {
		if (i > 1 && (apart || split))
			end_word();
		else if (i > 1)
			put(' ');
		put_value(argument(i), split);
	}
}

static void put_number(int n)
{
	char digits[12];

	snprintf(digits, sizeof digits, "%d", n);
	put_value(digits, false);
}

/* At a $.  In double quotes nothing is split, but "$@" is the arguments as they are. */
static void expand(bool quoted)
{
	bool brace = p.s[1] == '{';
	const char *name = p.s + 1 + brace;
	size_t n = name_length(name);
	const char *end = name + (n ? n : 1);

	if ((!n && (!*name || !strchr("?$!#@*0123456789", *name))) || (brace && *end != '}')) {
		put(*p.s++);
		return;
	}
	p.s = end + brace;
	if (n)
		put_value(variable(name, n), !quoted);
	else if (isdigit((unsigned char)*name))
		put_value(argument(*name - '0') ? argument(*name - '0') : "", !quoted);
	else if (*name == '@' || *name == '*')
		put_arguments(quoted && *name == '@', !quoted);
	else
		put_number(*name == '?' ? status & 0xff : *name == '$' ? getpid() : *name == '!' ? last_background : arguments());
}

/* After a quote, up to its like.  In double quotes $ and a backslash before " \ $ keep their meaning. */
static bool quoted(char quote)
{
	while (*p.s && *p.s != quote) {
		if (quote == '"' && *p.s == '\\' && p.s[1] && strchr("\"\\$", p.s[1])) {
			put(p.s[1]);
			p.s += 2;
		} else if (quote == '"' && *p.s == '$') {
			expand(true);
		} else {
			put(*p.s++);
		}
	}
	return *p.s++ == quote || complain("a quote has no end");
}

static bool at_end_of_word(void)
{
	return !*p.s || isspace((unsigned char)*p.s) || strchr("|&;<>", *p.s);
}

/* A word, into the pool; more than one, or none, if variables are in it.  whole: it is not split. */
static bool word(bool whole)
{
	bool some = whole;

	p.start = p.at;
	while (!at_end_of_word()) {
		if (*p.s == '\'' || *p.s == '"') {
			some = true;
			if (!quoted(*p.s++))
				return false;
		} else if (*p.s == '\\' && p.s[1]) {
			put(p.s[1]);
			p.s += 2;
		} else if (*p.s == '$') {
			expand(whole);
		} else {
			put(*p.s++);
		}
	}
	if (some || p.at != p.start)
		end_word();
	return true;
}

/* ---- commands ---- */

/* A redirection comes next. */
static bool at_redirection(void)
{
	const char *s = p.s + (isdigit((unsigned char)*p.s) != 0);

	return *s == '<' || *s == '>';
}

/* What follows < > >> or >&, with a descriptor's number before or not. */
static bool redirection(struct cmd *c)
{
	struct redirection *r = &p.redirection[p.nredirection];
	int fd = isdigit((unsigned char)*p.s) ? *p.s++ - '0' : -1, n = p.nword;
	bool out = *p.s++ == '>';

	if (p.nredirection == REDIRECTIONS)
		return complain("too many redirections");
	*r = (struct redirection){ .fd = fd >= 0 ? fd : out, .flags = out ? O_WRONLY | O_CREAT | O_TRUNC : O_RDONLY };
	if (out && *p.s == '>') {
		r->flags = O_WRONLY | O_CREAT | O_APPEND;
		p.s++;
	} else if (*p.s == '&' && isdigit((unsigned char)p.s[1])) {
		r->from = p.s[1] - '0';
		p.s += 2;
		c->redirections++;
		p.nredirection++;
		return true;
	}
	skip_space();
	if (at_end_of_word())
		return complain("the name of a file is missing");
	if (!word(true))
		return false;
	if (!p.full)
		r->name = p.word[n];
	p.nword = n;			/* its text stays */
	c->redirections++;
	p.nredirection++;
	return true;
}

static bool at_assignment(void)
{
	size_t n = name_length(p.s);

	return n && p.s[n] == '=';
}

static char ender(void)
{
	char c = *p.s;

	if (!c)
		return 0;
	p.s++;
	if ((c == '&' || c == '|') && *p.s == c) {
		p.s++;
		return c == '&' ? AND : OR;
	}
	return c;
}

/* One command and what ends it. */
static bool command(struct cmd *c)
{
	int first = p.nword;
	bool some = false;

	*c = (struct cmd){ .redirection = &p.redirection[p.nredirection] };
	for (skip_space(); *p.s && !strchr("|&;", *p.s); skip_space()) {
		bool assignment = p.nword == first + c->assignments && at_assignment();

		some = true;
		if (at_redirection() ? !redirection(c) : !word(assignment))
			return false;
		c->assignments += assignment;
	}
	c->argv = p.word + first + c->assignments;
	p.word[p.nword++] = NULL;
	c->end = ender();
	return some || complain("a command is missing");
}

bool more(void)
{
	skip_space();
	return *p.s;
}

bool parse(void)
{
	struct cmd *c;

	p.ncmd = p.nword = p.nredirection = 0;
	p.at = p.text;
	p.full = false;
	p.source = p.s;
	do {
		c = &p.cmd[p.ncmd++];
		if (!command(c))
			return false;
		if (p.full)
			return complain("the line's words are too long");
	} while (c->end == '|');
	if ((c->end == AND || c->end == OR) && !more())
		return complain("a command is missing");
	return true;
}
