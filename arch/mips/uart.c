/* SPDX-License-Identifier: MIT */
/*
 * uart.c: Malta's first serial port, a 16550 behind an i8259.  Bytes in
 * kseg1, at the same addresses in both byte orders.  Lock: none, interrupts
 * are off and one CPU has the console.
 */
#include "core/proc.h"

enum { ISA = 0x18000000, COM1 = ISA + 0x3f8, PIC = ISA + 0x20, PIC2 = ISA + 0xa0 };
enum { RBR = 0, IER = 1, FCR = 2, LCR = 3, MCR = 4, LSR = 5, LSR_DATA = 0x01, LSR_ROOM = 0x20 };
enum { IRQ_COM1 = 4, PIC_EOI = 0x20, PIC_POLL = 0x0c };

static inline uint8_t in(pa_t pa) { return *(volatile uint8_t *)kseg1(pa); }
static inline void out(pa_t pa, unsigned v) { *(volatile uint8_t *)kseg1(pa) = (uint8_t)v; }

void uart_init(void)
{
	out(COM1 + IER, 0);
	out(COM1 + LCR, 0x80);			/* divisor 1: 115200 */
	out(COM1 + RBR, 1);
	out(COM1 + IER, 0);
	out(COM1 + LCR, 3);			/* 8n1 */
	out(COM1 + FCR, 1);			/* FIFO on; a reset would lose what was typed already */
	out(COM1 + MCR, 0xb);			/* OUT2 lets interrupts through */
}

void uart_putc(int c)
{
	while (!(in(COM1 + LSR) & LSR_ROOM))
		;
	out(COM1 + RBR, (unsigned)c);
}

/* i8259 data sheet: four words each, then the mask.  Only COM1 is let through. */
void uart_irq_init(void)
{
	static const uint8_t icw[2][4] = { { 0x11, 0, 4, 1 }, { 0x11, 8, 2, 1 } };

	for (int i = 0; i < 2; i++) {
		pa_t pic = i ? PIC2 : PIC;

		out(pic, icw[i][0]);
		for (int k = 1; k < 4; k++)
			out(pic + 1, icw[i][k]);
		out(pic + 1, i ? 0xff : 0xff & ~(1 << IRQ_COM1));
	}
	out(COM1 + IER, 1);
}

/* The poll command acknowledges like the INTA cycle that MIPS does not have. */
void uart_irq(void)
{
	out(PIC, PIC_POLL);
	if (in(PIC) != (0x80 | IRQ_COM1))
		return;
	while (in(COM1 + LSR) & LSR_DATA)
		console_input(in(COM1 + RBR));
	out(PIC, PIC_EOI);
}
