/* SPDX-License-Identifier: MIT */
/* cp0.h: the system coprocessor, by name.  MD00090, MIPS32 Privileged Resource Architecture. */
#pragma once
#include "types.h"

#define CP0_INDEX	"$0"
#define CP0_ENTRYLO0	"$2"
#define CP0_ENTRYLO1	"$3"
#define CP0_RANDOM	"$1"
#define CP0_PAGEMASK	"$5"
#define CP0_WIRED	"$6"
#define CP0_HWRENA	"$7"
#define CP0_COUNT	"$9"
#define CP0_ENTRYHI	"$10"
#define CP0_COMPARE	"$11"
#define CP0_STATUS	"$12"
#define CP0_CAUSE	"$13"
#define CP0_EBASE	"$15, 1"
#define CP0_CONFIG	"$16"
#define CP0_CONFIG1	"$16, 1"
#define CP0_CONFIG2	"$16, 2"
#define CP0_CONFIG3	"$16, 3"
#define CP0_CONFIG4	"$16, 4"
#define CP0_CMGCRBASE	"$15, 3"
#define CP0_DEBUG	"$23"
#define CP0_DEPC	"$24"

#define MFC0(reg)	({ word v_; __asm__ volatile("mfc0 %0, " reg : "=r"(v_)); v_; })
#define MTC0(reg, v)	__asm__ volatile("mtc0 %z0, " reg :: "rJ"((word)(v)) : "memory")

#define CONFIG1_EP	0x2		/* has a debug mode */
#define DEBUG_DM	0x40000000	/* is in it */
#define CAUSE_BD	0x80000000u	/* in a branch's delay slot: EPC is the branch */
#define CAUSE_IP7	0x8000		/* Count reached Compare */
#define CAUSE_IP3	0x0800		/* another CPU (smp.c) */
#define CAUSE_IP2	0x0400		/* Malta's i8259 */

/* Cause bits 6 .. 2. */
enum {
	EXC_INT, EXC_MOD, EXC_TLBL, EXC_TLBS, EXC_ADEL, EXC_ADES, EXC_IBE, EXC_DBE,
	EXC_SYS, EXC_BP, EXC_RI, EXC_CPU, EXC_OV, EXC_TR,
	EXC_MSADIS = 21				/* vector instructions, which are off (P5600) */
};
static inline unsigned cause_code(word cause) { return cause >> 2 & 31; }

/* The second release of the architecture added EBase, HWREna and rdhwr. */
static inline bool cpu_release2(void) { return (MFC0(CP0_CONFIG) >> 10 & 7) >= 1; }

/* What one file of this port gives to another. */
struct boot;
struct frame;
struct space;
void trap_init(void);			/* vectors into place */
void trap_cpu_init(void);		/* and this CPU to them */
void mmu_cpu_init(void);
void timer_irq(void);
void uart_irq(void);
void smp_check(void);			/* ends here on a CPU that the image is not for */
void smp_irq(void);
struct space *mmu_loaded(void);		/* on this CPU; null: none */
extern bool boot_gxemul;
extern bool boot_semihosting;		/* power-off can carry a status */
