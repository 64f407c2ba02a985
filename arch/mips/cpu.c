/* SPDX-License-Identifier: MIT */
/* cpu.c: contexts, this CPU's kernel stack, backtraces' question, and the end.  No locks. */
#include "core/proc.h"

extern char _text_start[], _text_end[];
void ctx_start(void);

struct count cpu_count[NCPU];
uint32_t cpu_scale = 1;

void ctx_init(struct ctx *c, void (*fn)(void *), void *arg, void *top)
{
	*c = (struct ctx){ .s = { (word)fn, (word)arg }, .sp = (word)top - 16, .ra = (word)ctx_start };
}

void cpu_frame(struct frame *f)
{
	own_kstack(f);
}

/* jal, jalr, bgezal, bltzal: the call is two instructions before, for its delay slot. */
bool cpu_after_call(va_t ret)
{
	uint32_t insn;

	if ((ret & 3) || ret < (va_t)_text_start + 8 || ret >= (va_t)_text_end)
		return false;
	insn = ((const uint32_t *)ret)[-2];
	return insn >> 26 == 3 || (insn & 0xfc00003f) == 9 || (insn & 0xfc1e0000) == 0x04100000;
}

/*
 * With semihosting, QEMU ends with the status (Unified Hosting Interface,
 * MD01069: operation 1).  Without, sdbbp would run in the boot ROM for ever,
 * and nothing carries the status but a line of text.  Then Malta's reset
 * register, which ends QEMU, and YAMON's exit vector, which ends GXemul.
 */
_Noreturn void cpu_poweroff(int status)
{
	if (boot_semihosting) {
		register word op __asm__("$25") = 1;
		register word arg __asm__("$4") = (word)status;

		__asm__ volatile("sdbbp 1" :: "r"(op), "r"(arg) : "memory");
	}
	kprintf("poweroff: status %d\n", status);
	*(volatile uint32_t *)kseg1(0x1f000500) = 0x42;
	for (word start = MFC0(CP0_COUNT); MFC0(CP0_COUNT) - start < 1000000;)
		;
	__asm__ volatile(".set push; .set noreorder; lw $26, 0x520(%0); la $31, 1f; jr $26; nop; 1: b 1b; nop; .set pop"
		:: "r"(0x9fc00000) : "memory");
	__builtin_unreachable();
}
