/* SPDX-License-Identifier: MIT */
/* machine.c: code that arrives as data, rights to execute, branch delay slots, registers over traps. */
#include "code.h"
#include "slot.h"
#include "test.h"

typedef int (*function)(void);

/* The fence that a program owes where fetch and store are not coherent; mprotect's is the kernel's. */
static char *code_page(int prot)
{
	char *p = pages(1);

	memcpy(p, code, sizeof code);
	CHECK(mprotect(p, PAGE, prot) == 0);
	return p;
}

static void call(void *p)
{
	EQUAL(((function)p)(), 42);
}

TEST(execute, "machine: mprotect adds X to a page already touched; it runs, and does not fault for ever (H31, H37)")
{
	char *p = code_page(PROT_READ | PROT_EXEC);

	for (int s = 0; each_strategy(&s); s++)
		child_passes(s, call, p);
	call(p);
}

TEST(no_execute, "machine: a page without X cannot be run, where the machine can tell (H37)")
{
	char *p = code_page(PROT_READ | PROT_WRITE);

	if (!sys.has_nx)
		test_skip("this page-table format always grants execution");
	child_faults(call, p, (uintptr_t)p, PROT_EXEC);
}

TEST(execute_twice, "machine: the same address runs new code after munmap and mmap (H31)")
{
	for (int i = 0; i < 5; i++) {
		char *p = code_page(PROT_READ | PROT_EXEC);

		call(p);
		CHECK(munmap(p, PAGE) == 0);
	}
}

static void rewrite_code(void *p)
{
	CHECK(mprotect(p, PAGE, PROT_READ | PROT_WRITE) == 0);
	((char *)p)[PAGE - 1] = 1;			/* a copy of our own */
	CHECK(mprotect(p, PAGE, PROT_READ | PROT_EXEC) == 0);
	call(p);
}

TEST(execute_copy, "machine: a copied page of code runs (H31)")
{
	char *p = code_page(PROT_READ | PROT_EXEC);

	child_passes(FORK_PAGE, rewrite_code, p);
	call(p);
}

/* ---- H24: a lost right is lost at once ---- */

TEST(downgrade, "machine: after mprotect to read-only the very next store faults, 50 times (H24)")
{
	char *p = pages(1);

	for (int i = 0; i < 50; i++) {
		struct wait_info w;
		pid_t pid;

		p[0] = i;				/* the TLB holds it writable */
		if ((pid = fork()) == 0) {
			p[0] = 1;
			mprotect(p, PAGE, PROT_READ);
			*(volatile char *)p = 2;
			_exit(9);
		}
		CHECK(waitinfo(pid, &w, 0) == pid);
		EQUAL(w.how, END_FAULT);
		EQUAL(w.va, (uintptr_t)p);
	}
}

TEST(remap, "machine: after munmap the very next load faults (H24)")
{
	for (int i = 0; i < 20; i++) {
		struct wait_info w;
		char *p = pages(2);
		pid_t pid;

		p[0] = p[PAGE] = 1;
		if ((pid = fork()) == 0) {
			CHECK(p[0] + p[PAGE] == 2);
			munmap(p, PAGE);
			CHECK(p[PAGE] == 1);
			_exit(*(volatile char *)p);
		}
		CHECK(waitinfo(pid, &w, 0) == pid);
		EQUAL(w.how, END_FAULT);
		CHECK(munmap(p, 2 * PAGE) == 0);
	}
}

/* ---- H28: even and odd pages of a pair ---- */

TEST(pairs, "machine: one page of an even/odd pair populated, protected, unmapped while the other is in use (H28)")
{
	char *p = pages(16);

	for (int i = 0; i < 16; i++) {
		p[i * PAGE] = i + 1;			/* the buddy may be cached as absent */
		EQUAL(p[(i & ~1) * PAGE], (i & ~1) + 1);
	}
	for (int i = 0; i < 16; i += 2)
		CHECK(mprotect(p + i * PAGE, PAGE, PROT_READ) == 0);
	for (int i = 1; i < 16; i += 2)
		p[i * PAGE] += p[(i - 1) * PAGE];
	for (int i = 0; i < 16; i += 2) {
		CHECK(munmap(p + i * PAGE, PAGE) == 0);
		EQUAL(p[(i + 1) * PAGE], 2 * i + 3);
	}
}

/* ---- H27: a fault in a branch delay slot ---- */

static void slots(void *arg)
{
	char *p = arg;

	for (int taken = 0; taken < 2; taken++) {
		volatile int *cow = (int *)(p + taken * PAGE), *lazy = (int *)(p + (4 + taken) * PAGE);

		EQUAL(store_in_slot(cow, 11, taken), taken);
		EQUAL(*cow, 11);
		EQUAL(store_in_slot(lazy, 12, taken), taken);
		EQUAL(*lazy, 12);
	}
}

TEST(delay_slot, "machine: stores to COW and lazy pages in taken and untaken branches' delay slots (H27)")
{
	char *p = pages(8);

	memset(p, 1, 4 * PAGE);
	for (int s = 0; each_strategy(&s); s++)
		child_passes(s, slots, p);
	EQUAL(p[0], 1);
}

/* ---- registers over faults and interrupts ---- */

static int mix(volatile char *p, int n)
{
	unsigned a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, g = 7, h = 8;

	for (int i = 0; i < n; i++) {
		p[(i % 64) * PAGE] = i;
		a += b ^ i; b += c * 3; c ^= d + i; d += e; e ^= f; f += g * 5; g ^= h; h += a;
	}
	return a ^ b ^ c ^ d ^ e ^ f ^ g ^ h;
}

static void mix_again(void *arg)
{
	int *want = ((int **)arg)[1];

	EQUAL(mix(((char **)arg)[0], 20000), *want);
}

TEST(registers_faults, "machine: registers survive COW faults and ticks in a long computation")
{
	char *p = pages(64);
	int want = mix(p, 20000);
	void *arg[2] = { p, &want };

	for (int s = 0; each_strategy(&s); s++)
		child_passes(s, mix_again, arg);
	EQUAL(mix(p, 20000), want);
}
