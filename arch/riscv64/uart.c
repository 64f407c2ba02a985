/* SPDX-License-Identifier: MIT */
/* uart.c: the 16550 serial port of virt, already set up by the firmware.  Its user's lock is console.c's. */
#include "riscv.h"

enum { RBR = 0, THR = 0, IER = 1, LSR = 5 };
enum { LSR_READY = 1, LSR_EMPTY = 0x20 };

static volatile uint8_t *uart(void)
{
	return kva(VIRT_UART);
}

/* The FIFOs stay as they are: to turn them on would empty them, and a byte may have come already. */
void uart_init(void)
{
	uart()[IER] = 0;
}

void uart_irq_init(void)
{
	uart()[IER] = 1;
	plic_enable(VIRT_UART_IRQ);
}

void uart_putc(int c)
{
	while (!(uart()[LSR] & LSR_EMPTY))
		cpu_relax();
	uart()[THR] = (uint8_t)c;
}

void uart_irq(void)
{
	while (uart()[LSR] & LSR_READY)
		console_input(uart()[RBR]);
}
