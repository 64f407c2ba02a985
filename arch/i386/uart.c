/* SPDX-License-Identifier: MIT */
/* uart.c: the first serial port, a 16550.  Output waits for the device, input comes by interrupt 4. */
#include "port.h"

enum {
	COM1 = 0x3f8, DATA = COM1, IER = COM1 + 1, LCR = COM1 + 3, MCR = COM1 + 4, LSR = COM1 + 5,
	IER_INPUT = 1, LCR_8N1 = 3, LCR_DIVISOR = 0x80, MCR_DTR_RTS_OUT2 = 0xb,	/* OUT2 lets the interrupt through */
	LSR_INPUT = 1, LSR_EMPTY = 0x20
};

/* The FIFO stays as it is: turning it on would throw away what has arrived already. */
void uart_init(void)
{
	outb(IER, 0);
	outb(LCR, LCR_DIVISOR | LCR_8N1);
	outb(DATA, 1);				/* the divisor: 115200 baud */
	outb(IER, 0);				/* its high byte */
	outb(LCR, LCR_8N1);
	outb(MCR, MCR_DTR_RTS_OUT2);
}

void uart_irq_init(void)
{
	pic_enable(VEC_UART - VEC_TIMER);
	outb(IER, IER_INPUT);
}

void uart_putc(int c)
{
	while (!(inb(LSR) & LSR_EMPTY))
		cpu_relax();
	outb(DATA, (uint8_t)c);
}

void uart_irq(void)
{
	while (inb(LSR) & LSR_INPUT)
		console_input(inb(DATA));
	pic_eoi();
}
