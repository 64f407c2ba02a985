/* SPDX-License-Identifier: MIT */
/* measure.c: samples, and their rows for `yoke compare`. */
#include <measure.h>
#include <stdio.h>
#include <yoke.h>

/* The first calls break this process's own shared pages; only then the clock starts. */
void measure_start(struct sample *s, unsigned n)
{
	s->n = n;
	counts(0, &s->counts);
	cycles();
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

/* total / n, with two decimals at most. */
static void print_per(uint64_t total, uint64_t n)
{
	uint64_t c = (total * 100 + n / 2) / n;
	unsigned f = c % 100;

	printf("%llu", (unsigned long long)(c / 100));
	if (f)
		printf(f % 10 ? ".%02u" : ".%u", f % 10 ? f : f / 10);
}

void measure_row(const char *workload, const char *strategy, const struct sample *s)
{
	const char *comma = "";

	printf("row {\"workload\": \"%s\", \"strategy\": \"%s\", \"params\": {", workload, strategy);
	if (s->mib >= 0)
		printf("\"mib\": %d", s->mib);
	printf("}, \"n\": %u, \"instructions\": ", s->n);
	print_per(s->instructions, s->n);
	if (s->floor)
		printf(", \"floor\": %llu", (unsigned long long)s->floor);
	printf(", \"counters\": {");
	for (int i = 0; i < C_N; i++)
		if (s->counts.n[i]) {
			printf("%s\"%s\": ", comma, counter_names[i]);
			print_per(s->counts.n[i], s->n);
			comma = ", ";
		}
	puts("}}");
}
