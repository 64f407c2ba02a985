/* SPDX-License-Identifier: MIT */
/* pic.c: the two 8259 interrupt controllers.  Firmware leaves the clock unmasked at the double fault's vector. */
#include "x86.h"

enum { MASTER = 0x20, SLAVE = 0xa0, ICW1_INIT = 0x11, ICW4_8086 = 1, OCW2_EOI = 0x20, CASCADE = 2 };

static void init(uint16_t port, uint8_t vector, uint8_t wiring)
{
	outb(port, ICW1_INIT);
	outb(port + 1, vector);
	outb(port + 1, wiring);
	outb(port + 1, ICW4_8086);
	outb(port + 1, 0xff);
}

void pic_init(void)
{
	init(MASTER, VEC_TIMER, 1 << CASCADE);
	init(SLAVE, VEC_TIMER + 8, CASCADE);
}

void pic_enable(int irq)
{
	outb(MASTER + 1, inb(MASTER + 1) & ~(1 << irq));
}

void pic_disable(int irq)
{
	outb(MASTER + 1, inb(MASTER + 1) | 1 << irq);
}

void pic_eoi(void)
{
	outb(MASTER, OCW2_EOI);
}
