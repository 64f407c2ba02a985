/* SPDX-License-Identifier: MIT */
/*
 * boot.c: what YAMON, or an emulator in its place, tells the kernel.
 * A pointer that is not into kseg0, where RAM and boot ROM are, is no string.
 * Lock: none, nothing else runs yet.
 */
#include "core/proc.h"
#include "lib/string.h"

extern char _kernel_start[];

bool boot_gxemul, boot_semihosting;

/* The n-th word of a vector that the boot loader left; null if it cannot be one. */
static const char *boot_string(const uint32_t *vector, unsigned n)
{
	word v = (word)vector, s;

	if ((v & 3) || v >> 29 != 4)
		return NULL;
	s = vector[n];
	return s >> 29 == 4 ? (const char *)s : NULL;
}

/* Decimal, or hexadecimal after 0x; stops at what is no digit. */
static word boot_number(const char *s)
{
	unsigned base = s[0] == '0' && (s[1] | 32) == 'x' ? 16 : 10;
	word n = 0;

	for (s += base == 16 ? 2 : 0; ; s++) {
		unsigned d = *s <= '9' ? (unsigned)(*s - '0') : (unsigned)((*s | 32) - 'a') + 10;

		if (d >= base)
			return n;
		n = n * base + d;
	}
}

/* argv[1] and on, with a space between. */
static void boot_args(struct boot *b, unsigned argc, const uint32_t *argv)
{
	const char *s;
	size_t n = 0;

	for (unsigned i = 1; i < argc && (s = boot_string(argv, i)); i++) {
		if (n && n < sizeof b->args - 1)
			b->args[n++] = ' ';
		while (*s && n < sizeof b->args - 1)
			b->args[n++] = *s++;
	}
}

/* RAM in kseg0's reach: the environment says, in pairs of name and value; if it does not, a3. */
static pa_t boot_ram(const uint32_t *envp, word a3)
{
	enum { GUESS = 8 << 20, PAIRS = 32 };
	pa_t size = a3;
	const char *name, *value;

	for (unsigned i = 0; i < PAIRS && (name = boot_string(envp, 2 * i)); i++)
		if ((value = boot_string(envp, 2 * i + 1)) && strcmp(name, "memsize") == 0)
			size = boot_number(value);
	if (size == 0)
		return GUESS;
	return size < RAM_MAX ? PG_DOWN(size) : RAM_MAX;
}

/*
 * GXemul must be known: it does not keep programs out of kernel memory, and
 * its timer runs in the host's time.  Its Random stands still; hardware's
 * counts, and QEMU's never is twice the same.
 */
static bool boot_is_gxemul(void)
{
	word a = MFC0(CP0_RANDOM), b = MFC0(CP0_RANDOM), c = MFC0(CP0_RANDOM);

	return a == b && b == c;
}

/* From start.S.  QEMU with semihosting sets argc to -1, and gives the usual two arguments. */
_Noreturn void boot_main(int argc, const uint32_t *argv, const uint32_t *envp, word a3)
{
	static struct boot b;

	boot_gxemul = boot_is_gxemul();
	boot_semihosting = argc == -1;
	uart_init();
	smp_check();
	trap_init();
	boot_args(&b, argc == -1 ? 2 : argc > 0 && argc < 64 ? (unsigned)argc : 0, argv);
	b.ram[b.nram++] = (struct range){ 0, boot_ram(envp, a3) };
	b.reserved[b.nreserved++] = (struct range){ 0, PGSIZE };	/* the exception vectors */
	b.reserved[b.nreserved++] = (struct range){ kpa(_kernel_start), PG_UP(kpa(ramdisk_end())) };
	b.machine = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? "mips" : "mipsel";
	b.isolates = !boot_gxemul;
	kmain(&b);
}
