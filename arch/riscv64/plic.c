/* SPDX-License-Identifier: MIT */
/*
 * plic.c: device interrupts, all to the boot hart (RISC-V PLIC 1.0; on virt
 * context 2h + 1 is hart h's supervisor mode).
 */
#include "riscv.h"

enum { PRIORITY = 0, ENABLE = 0x2000, THRESHOLD = 0x200000, CLAIM = 0x200004 };

static volatile uint32_t *reg(size_t off)
{
	return kva(VIRT_PLIC + off);
}

static size_t context(void)
{
	return 2 * boot_hart + 1;
}

void plic_enable(unsigned irq)
{
	*reg(PRIORITY + 4 * irq) = 1;
	*reg(ENABLE + 0x80 * context() + irq / 32 * 4) |= 1u << irq % 32;
	*reg(THRESHOLD + 0x1000 * context()) = 0;
	csr_set(sie, IRQ_EXT);
}

void plic_irq(void)
{
	volatile uint32_t *claim = reg(CLAIM + 0x1000 * context());

	for (uint32_t irq; (irq = *claim); *claim = irq)
		if (irq == VIRT_UART_IRQ)
			uart_irq();
}
