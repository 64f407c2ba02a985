/* SPDX-License-Identifier: MIT */
/*
 * acpi.c: which CPUs there are.  From the root pointer that firmware leaves
 * below 1 MiB to the list of tables, and in it to the one that lists
 * interrupt controllers: ACPI specification 6.4, 5.2.5 to 5.2.12.
 *
 * Firmware is not believed: every table's length and sum are checked first,
 * and nothing outside it is read.  What is wrong is taken for missing.
 */
#include "port.h"

enum { RSDP_BYTES = 20, EBDA_PTR = 0x40e, EBDA_LO = 0x80000, EBDA_BYTES = 1024, ROM_LO = 0xe0000, ROM_HI = 0x100000 };
enum { LOCAL_APIC = 0, LOCAL_APIC_BYTES = 8, ENABLED = 1, TABLE_MAX = 1 << 16 };

struct rsdp {
	char sig[8];
	uint8_t sum, oem[6], revision;
	uint32_t rsdt;
};
struct table {
	char sig[4];
	uint32_t len;
	uint8_t revision, sum, oem[6 + 8 + 4 + 4 + 4];
};
struct rsdt { struct table t; uint32_t at[]; };
struct madt { struct table t; uint32_t apic, flags; uint8_t entries[]; };
struct entry { uint8_t type, len, processor, apic; uint32_t flags; } __attribute__((packed));
_Static_assert(sizeof(struct rsdp) == RSDP_BYTES && sizeof(struct table) == 36, "the specification's layout");

static bool sums_to_zero(const void *p, size_t n)
{
	const uint8_t *b = p;
	uint8_t sum = 0;

	while (n--)
		sum += *b++;
	return sum == 0;
}

static const struct rsdp *scan(pa_t lo, pa_t hi)
{
	for (pa_t pa = lo; pa + RSDP_BYTES <= hi; pa += 16)
		if (memcmp(kva(pa), "RSD PTR ", 8) == 0 && sums_to_zero(kva(pa), RSDP_BYTES))
			return kva(pa);
	return NULL;
}

static const struct rsdp *find_rsdp(void)
{
	pa_t ebda = (pa_t)*(const uint16_t *)kva(EBDA_PTR) << 4;
	const struct rsdp *r = NULL;

	if (ebda >= EBDA_LO && ebda < ROM_LO - EBDA_BYTES)
		r = scan(ebda, ebda + EBDA_BYTES);
	return r ? r : scan(ROM_LO, ROM_HI);
}

/* The table at pa if it is sound and has this signature.  It is gone when the next one is asked for. */
static const void *table(pa_t pa, const char *sig, size_t least)
{
	const struct table *t = mmu_window(pa);

	if (!t || memcmp(t->sig, sig, 4) != 0)
		return NULL;
	return t->len >= least && t->len <= TABLE_MAX && sums_to_zero(t, t->len) ? t : NULL;
}

/* The address of the n-th table; 0: there are no more. */
static pa_t nth(pa_t rsdt, unsigned n)
{
	const struct rsdt *r = table(rsdt, "RSDT", sizeof *r);

	return r && n < (r->t.len - sizeof *r) / sizeof r->at[0] ? r->at[n] : 0;
}

static unsigned list(const struct madt *m, uint8_t *apics, unsigned n)
{
	const uint8_t *p = m->entries, *end = (const uint8_t *)m + m->t.len;
	unsigned found = 0;

	while (found < n && end - p >= 2 && p[1] >= 2 && p[1] <= end - p) {
		const struct entry *e = (const void *)p;

		if (e->type == LOCAL_APIC && e->len >= LOCAL_APIC_BYTES && e->flags & ENABLED)
			apics[found++] = e->apic;
		p += e->len;
	}
	return found;
}

unsigned acpi_cpus(uint8_t *apics, unsigned n)
{
	const struct rsdp *r = find_rsdp();
	unsigned found = 0;
	pa_t at;

	for (unsigned i = 0; r && !found && (at = nth(r->rsdt, i)); i++) {
		const struct madt *m = table(at, "APIC", sizeof *m);

		if (m)
			found = list(m, apics, n);
	}
	mmu_window(0);
	return found;
}
