/* SPDX-License-Identifier: MIT */
/*
 * port.h: the seam.  All that a machine gives to the portable kernel, and
 * all that it may call.  docs/seam.md explains, docs/port.md walks through
 * writing one.  vm/ and core/ know no machine by name.
 *
 * A port is a folder of these files; a missing one means nothing to say.
 *
 * pte.h     The page-table format.  Pure: no state, compiles on any host.
 *	typedef ... pte_t;			one entry, 4 or 8 bytes, little more than the hardware's
 *	enum { PT_LEVELS,			levels of tables; index bits are log2(PGSIZE / sizeof(pte_t))
 *	       PT_CUTMAX,			highest level at which a table may be shared between spaces
 *	       PTE_IMPLIED };			rights that the hardware always grants (P_R, P_R | P_X)
 *	pte_t    pte_leaf(pa_t, unsigned prot);	a page; accessed and dirty preset, W only with P_W
 *	pte_t    pte_table(pa_t, int level);	a table, hooked into an entry of this level (>= 1)
 *	bool     pte_valid(pte_t);		refers to a page or table; 0 never does
 *	pa_t     pte_pa(pte_t);
 *	unsigned pte_prot(pte_t);		what the hardware will allow (PTE_IMPLIED included), and P_S0, P_S1
 *	pte_t    pte_ro(pte_t);			the same leaf without W: one mask, no decoding
 *	pte_t    pte_hide(pte_t);		a leaf made absent: not valid, nor to the hardware; not 0, and pte_pa is as before
 *	PTE_FORMAT				its name, a string ("sv39")
 *   Names of bits carry the prefix PTE_.  pte_valid is a software bit where the hardware has no
 *   user bit (MIPS sets its V only with P_U, so that PROT_NONE keeps its page).
 *
 * mmu.h     USERTOP	first address that is never the program's (page aligned)
 *	STACKTOP	where the first stack ends (page aligned, <= USERTOP)
 *	RAM_BASE	physical address of the first frame that struct page describes
 *	ASID_BITS	0 where the TLB has no address-space numbers
 *	void *kva(pa_t);  pa_t kpa(const void *);	the direct map, inline
 *
 * frame.h   Registers of an interrupted program, for C and assembly: word indices into r[].
 *	FR_DIRECT	the first so many arguments of a system call are in the registers of a C function's
 *	FR_PC FR_SP FR_RET (result) FR_NR (system call) FR_A0 .. FR_A5 FR_N
 *	FR_ELF		e_machine of an executable for this machine
 *	FR_INSN		alignment of its instructions, in bytes
 *
 * cpu.h     struct ctx, NCPU, and inline: cpu_self() intr_off() intr_set() cpu_relax() cpu_cycles()
 *
 * Rules.  An entry is one word, written by one aligned store (PAE: clear
 * low, write high, write low).  A table is zero before it is hooked.  No
 * hardware ever writes a table: accessed and dirty are preset, and where it
 * faults for them instead, the fault sets them and copies nothing.  No
 * operation is advisory: a port does what it is asked, or reports.
 */
#pragma once
#include "types.h"
#include "pte.h"
#include "mmu.h"
#include "frame.h"
#include "cpu.h"

struct space;
struct lock;
struct cpu;			/* core/proc.h; its first member is unsigned id */

/* ---- boot.c: from the machine's first instruction to kmain ---- */

struct range { pa_t lo, hi; };	/* bytes, [lo, hi) */
enum { BOOT_RANGES = 16 };
struct boot {
	char args[512];			/* the kernel's arguments, without the image's name */
	struct range ram[BOOT_RANGES];	/* usable RAM within the direct map; page aligned */
	int nram;
	struct range reserved[BOOT_RANGES];	/* parts of it in use: the image, device tree, firmware; page aligned */
	int nreserved;
	const char *machine;		/* "i386", "riscv64", "mips" */
	bool isolates;			/* user mode cannot reach kernel memory */
};
/*
 * The ramdisk, a newc archive, ends the image: kernel.ld puts it last, so that a tool can put another one there,
 * of any size (tools/yokelib/image.py).  The image is in use up to ramdisk_end().
 */
extern const char ramdisk_start[];
extern const uint32_t ramdisk_size;	/* bytes */
static inline const char *ramdisk_end(void) { return ramdisk_start + ramdisk_size; }

/* ---- mmu.c ---- */

/* Build the kernel's final mapping (text read-only where the machine can), turn protections on. => frames available */
void mmu_init(void);
/* Fill the kernel's part of a zeroed root table; zero that part again, so that the frame is all zero. */
void mmu_root(pte_t *root);
void mmu_unroot(pte_t *root);
/* Use this space on this CPU; the low ASID_BITS of count are its ASID here.  Null, 0: the kernel's own mapping, no user pages. */
void mmu_switch(struct space *, uint64_t count);
/*
 * *e, the leaf entry for va, any address of its page, became valid, gained rights, or refers to another page: from here on this
 * CPU uses it, whatever it knew of va.  Required after invalid -> valid too (an R4000 may hold the buddy
 * of the pair as invalid, RISC-V may cache absence).  If the space is not loaded here, what this CPU
 * kept of va under the space's ASID is not used again.  => space locked
 */
void mmu_update(struct space *, va_t va, const pte_t *e);
/* This CPU must forget [lo, hi) of the space, walk caches too.  May forget more.  => space locked */
void mmu_inval(struct space *, va_t lo, va_t hi);
/*
 * This CPU must forget every space's user entries (ASIDs are about to be used again), and make none
 * before it is given its next ASID: not for the space that is loaded still, under its old one.
 */
void mmu_flush(void);
/* Instructions were written at [p, p + n), an address of the direct map. */
void mmu_icache(const void *p, size_t n);

/* ---- page.S: one page, in the fewest instructions that suit the machine ---- */

void pg_copy(void *to, const void *from);
void pg_clear(void *to);

/* ---- frame: trap.S, trap.c ---- */

struct frame { word r[FR_N]; };

/* What went wrong, without a machine's words. */
struct fault {
	enum fault_kind kind;
	va_t va;		/* FAULT_PAGE, FAULT_ALIGN: the address; else the instruction's */
	va_t pc;
	unsigned want;		/* FAULT_PAGE: P_R, P_W or P_X wanted, and P_U from user mode; else 0 */
};
/* A program's first registers: all zero but pc, sp and FR_A0.. as a C function would find arg. */
void fr_init(struct frame *, va_t pc, va_t sp, word arg);
bool fr_user(const struct frame *);		/* was it taken from user mode? */
void fr_fault(const struct frame *, struct fault *);
/* General registers, PC and arithmetic flags stay; all else is rewritten from constants. */
void fr_sane(struct frame *);
/* The program's registers as it may see them: into a block, and back from one, which fr_sane then disarms. */
void fr_show(const struct frame *, word block[FR_N]);
void fr_take(struct frame *, const word block[FR_N]);
/* Of a system call, whose registers are as they came: back onto the instruction that made it. */
void fr_restart(struct frame *);
/* Of a system call that is over, before it is shown: forget what an earlier fault left there. */
void fr_done(struct frame *);
/* Go on at pc with this stack pointer, and arg where a C function in registers would find it; flags as such one expects. */
void fr_call(struct frame *, va_t pc, va_t sp, word arg);
/* Leave the kernel with these registers.  f is at the top of this process's kernel stack. */
_Noreturn void fr_return(struct frame *f);
/*
 * In one pass, for the way to an upcall's handler and back: fr_show and fr_call, to pc with sp as its stack
 * pointer and argument; fr_take.  Then leave.  The lock, which keeps the block's page where it is, is let go
 * when the last word of it is.  f is as fr_return's; the callers' registers are lost.
 */
_Noreturn void fr_upcall(struct frame *f, word block[FR_N], struct lock *, va_t pc, va_t sp);
_Noreturn void fr_resume(struct frame *f, const word block[FR_N], struct lock *);
void fr_print(const struct frame *);		/* by name, for panics and reports */

/* ---- switch.S, cpu.c, timer.c, console.c ---- */

/* A context that, switched to, calls fn(arg) on the stack that ends at top.  fn never returns. */
void ctx_init(struct ctx *, void (*fn)(void *), void *arg, void *top);
/* Save the callee-saved registers in *from, take those of *to.  Not cpu_self()'s register. */
void ctx_switch(struct ctx *from, struct ctx *to);
/* Traps from user mode shall fill this frame, at the end of a kernel stack, and go on below it. */
void cpu_frame(struct frame *);
/*
 * Wait for an interrupt, and serve it.  Called and left with interrupts off.  No wake-up is
 * lost between the caller's last check and the wait.
 */
void cpu_idle(void);
/*
 * Start the other CPUs, most in all with this one; how many there are then.  Number i comes to kmain_cpu()
 * with cpu_self() at cpus[i], the kernel's mapping and all protections on, its tick started.  A port that
 * can start none returns 1.  => after mmu_init, on the boot CPU
 */
unsigned cpu_start(unsigned most);
/* Interrupt each CPU of the mask (bit i: cpus[i]), which makes it call ipi().  All stores before it are seen there. */
void cpu_ipi(uint32_t mask);
/*
 * Wait for an interrupt, serve other CPUs' and the timer's (ipi, clock_tick), and return.  The caller may
 * hold any lock: devices' interrupts, and all that may switch process, stay pending.
 */
void cpu_wait(void);
/* End the emulator or the machine with this status, 0..127. */
_Noreturn void cpu_poweroff(int status);
/* Is this the return address of a call?  For backtraces that need no frame pointer. */
bool cpu_after_call(va_t ret);
/* Start the tick, TICK_HZ a second, on this CPU; on others than the boot CPU about that often. */
enum { TICK_HZ = 100 };
void timer_init(void);
/* Serial console: output waits for the device; input comes as interrupts, through console_input(). */
void uart_init(void);		/* output works after this; called first of all */
void uart_irq_init(void);	/* input works after this */
void uart_putc(int c);

/*
 * inline in cpu.h:
 *	struct cpu *cpu_self(void);	this CPU's; held in a register that user mode cannot keep changed
 *	word intr_off(void); void intr_set(word);	off, and back to what off returned
 *	void cpu_relax(void);		in a spin
 *	uint64_t cpu_cycles(void);	guest instructions where the emulator counts them (-icount shift=0);
 *					MIPS: Count, scaled, a grain of 6
 */
static inline unsigned cpu_id(void) { return NCPU == 1 ? 0 : *(const unsigned *)(const void *)cpu_self(); }

/* ---- upward: what the port calls.  Interrupts are off. ---- */

_Noreturn void kmain(const struct boot *);	/* on the boot CPU, cpu_self() valid, uart_init done */
/* core/ defines struct cpu cpus[NCPU]; the start code points cpu_self() at the symbol cpus. */
_Noreturn void kmain_cpu(void);			/* on every other CPU */
void ipi(void);					/* another CPU wants something: serves shootdowns, notes wake-ups */
/*
 * A system call, by number: what it returns is its result.  PC is already past it.  trap.S calls it, and what follows, as
 * call.h says.  Of a call with more arguments than FR_DIRECT only the frame is looked at, a parameter where FR_DIRECT is 0.
 */
typedef word trap_call(struct frame *);
extern trap_call *const trap_calls[];
/* Where FR_DIRECT is not 0, trap.S saves the registers that C keeps only for these, for what follows, and for faults. */
trap_call whole_fork, whole_vfork, whole_exofork, whole_park;
/* A call of the program's that had no effect yet found -ERESTART: the upcall, then it begins again.  Returns -EFAULT, or not at all. */
word upcall_restart(struct frame *);
void trap_called(struct frame *);		/* its CPU's resched is set.  May switch process */
void trap_fault(struct frame *);		/* any other exception, from user mode or from the kernel */
void trap_irq(struct frame *);			/* after an interrupt's device was served: may switch process */
void clock_tick(void);				/* from the timer interrupt, before trap_irq; takes no lock */
word clock_period(word period);			/* how long from this tick of this CPU to its next, given the period */
void console_input(int c);			/* from the UART interrupt, before trap_irq */
