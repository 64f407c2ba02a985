/* SPDX-License-Identifier: MIT */
/* measure.c: samples, and their rows for `yoke compare`. */
#include <measure.h>
#include <stdio.h>
#include <yoke.h>

/* The first call of cycles() may break a page that cycles() itself writes: that is not to be counted. */
void measure_start(struct sample *s, unsigned n)
{
	s->n = n;
	cycles();
	counts(0, &s->counts);
	s->instructions = cycles();
}

void measure_stop(struct sample *s)
{
	uint64_t end = cycles();
	struct counts now;

	s->instructions = end - s->instructions;
	counts(0, &now);
	for (int i = 0; i < C_N; i++)
		s->counts.n[i] = now.n[i] - s->counts.n[i];
}

/* total / n, rounded to so many decimals; zeros at the end are left out. */
static void print_per(uint64_t total, uint64_t n, unsigned decimals)
{
	uint64_t scale = 1, c;

	for (unsigned i = 0; i < decimals; i++)
		scale *= 10;
	c = (total * scale + n / 2) / n;
	for (; decimals && c % 10 == 0; decimals--, c /= 10)
		scale /= 10;
	printf("%llu", (unsigned long long)(c / scale));
	if (decimals)
		printf(".%0*llu", (int)decimals, (unsigned long long)(c % scale));
}

/* Those that did not move are left out. */
static void print_lock(const char *name, const struct lock_count *l, unsigned n)
{
	const struct { const char *name; uint64_t total; } parts[] = {
		{ "taken", l->taken }, { "contended", l->contended }, { "moved", l->moved }, { "shared", l->shared } };
	const char *comma = "";

	printf("\"%s\": {", name);
	for (unsigned i = 0; i < sizeof parts / sizeof *parts; i++)
		if (parts[i].total) {
			printf("%s\"%s\": ", comma, parts[i].name);
			print_per(parts[i].total, n, 3);
			comma = ", ";
		}
	putchar('}');
}

static void print_locks(const struct lock_counts *l, unsigned n)
{
	const char *comma = "";

	printf(", \"locks\": {");
	for (int i = 0; i < LOCK_N; i++)
		if (l->of[i].taken) {
			printf("%s", comma);
			print_lock(lock_names[i], &l->of[i], n);
			comma = ", ";
		}
	putchar('}');
}

void measure_row(const char *workload, const char *strategy, const struct sample *s)
{
	const char *comma = "";

	printf("row {\"workload\": \"%s\", \"strategy\": \"%s\", \"params\": {", workload, strategy);
	if (s->mib >= 0)
		printf("\"mib\": %d", s->mib);
	if (s->cpus)
		printf("\"cpus\": %u", s->cpus);
	printf("}, \"n\": %u, \"instructions\": ", s->n);
	print_per(s->instructions, s->n, 2);
	if (s->floor)
		printf(", \"floor\": %llu", (unsigned long long)s->floor);
	printf(", \"counters\": {");
	for (int i = 0; i < C_N; i++)
		if (s->counts.n[i]) {
			printf("%s\"%s\": ", comma, counter_names[i]);
			print_per(s->counts.n[i], s->n, 3);
			comma = ", ";
		}
	putchar('}');
	if (s->locks)
		print_locks(s->locks, s->n);
	puts("}");
}
