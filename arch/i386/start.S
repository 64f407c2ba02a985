/* SPDX-License-Identifier: MIT */
/*
 * start.S: from the multiboot loader, protected mode without paging, to
 * boot() at the kernel's addresses.  Maps all RAM that can be reached by big
 * pages, and the first of them at its physical address too, which mmu_init
 * takes away again.  Symbols are virtual: subtract KBASE until paging is on.
 * Then the other CPUs' start, from real mode to cpu_main() (smp.c).
 */
#include "mmu.h"
#include "x86.h"

#define MULTIBOOT_MAGIC	0x1badb002
#define MULTIBOOT_FLAGS	3		/* modules page aligned; memory map wanted */
#define BIG_PAGE	0x83		/* present, writable, big */
#define COM1		0x3f8

#ifdef I386_PAE
#define CPUID_NEED	0x8058		/* CMOV, PAE, TSC, PSE */
#define CR4_FORMAT	CR4_PAE
#else
#define CPUID_NEED	0x8018		/* CMOV, TSC, PSE */
#define CR4_FORMAT	CR4_PSE
#endif

	.section .multiboot, "a"
	.balign 4
	.long MULTIBOOT_MAGIC, MULTIBOOT_FLAGS, -(MULTIBOOT_MAGIC + MULTIBOOT_FLAGS)

	.text
	.globl _start
_start:	cli
	cld
	mov %eax, %esi			/* the loader's magic */
	mov %ebx, %ebp			/* its information */
	mov $1, %eax
	cpuid
	and $CPUID_NEED, %edx
	cmp $CPUID_NEED, %edx
	jne too_old

	mov $kernel_dir - KBASE, %edi
	mov $BIG_PAGE, %eax
1:	mov %eax, (%edi)
	add $BIG_ENTRY, %edi
	add $1 << BIG_SHIFT, %eax
	cmp $RAM_MAX, %eax
	jb 1b

	mov $kernel_root - KBASE, %edi
#ifdef I386_PAE
	movl $kernel_dir - KBASE + 1, (%edi)
	movl $kernel_dir - KBASE + 1, 3 * BIG_ENTRY(%edi)
#else
	movl $BIG_PAGE, (%edi)
#endif
	mov $CR4_FORMAT, %eax
	mov %eax, %cr4
	mov %edi, %cr3
	mov %cr0, %eax
	or $CR0_PG, %eax
	mov %eax, %cr0
	mov $high, %eax
	jmp *%eax

high:	mov $boot_stack_top, %esp
	mov %esi, %eax
	mov %ebp, %edx
	call boot			# does not return
	ud2

/*
 * A start-up interrupt comes here, to a copy below 1 MiB: CS names its page
 * and IP is 0.  The descriptors are the kernel's own, at their physical address.
 */
	.globl start_real, start_real_end
	.code16
start_real:
	cli
	mov %cs, %ax
	mov %ax, %ds
	lgdtl start_gdt - start_real
	mov $CR0_PE, %eax
	mov %eax, %cr0
	ljmpl $SEL_KCODE, $start_protected - KBASE
	.balign 4
start_gdt:
	.word GDT_TSS * 8 - 1
	.long gdt - KBASE
start_real_end:

	.code32
start_protected:
	mov $SEL_KDATA, %eax
	mov %eax, %ds
	mov %eax, %ss
#ifdef I386_PAE
	mov $MSR_EFER, %ecx		/* before any entry that has the no-execute bit */
	rdmsr
	or $EFER_NXE, %eax
	wrmsr
#endif
	mov $CR4_FORMAT, %eax
	mov %eax, %cr4
	mov start_root - KBASE, %eax
	mov %eax, %cr3
	mov $CR0_PG | CR0_WP | CR0_PE, %eax
	mov %eax, %cr0
	mov $1f, %eax
	jmp *%eax
1:	mov start_stack, %esp
	call cpu_main			# does not return
	ud2

/* C would use what is missing: say it here, and end the emulator. */
too_old:
	mov $too_old_text - KBASE, %esi
1:	mov $COM1, %dx
	lodsb
	test %al, %al
	jz 2f
	outb %al, %dx
	jmp 1b
2:	mov $DEBUG_EXIT, %dx
	mov $1, %eax
	outl %eax, %dx
3:	hlt
	jmp 3b

	.section .rodata
too_old_text:
#ifdef I386_PAE
	.asciz "panic: this kernel needs an i686 CPU with PSE and PAE\n"
#else
	.asciz "panic: this kernel needs an i686 CPU with PSE\n"
#endif

	.bss
	.balign 4096
	.globl kernel_root, kernel_dir, boot_stack_top
kernel_root:
#ifdef I386_PAE
	.skip 4096
kernel_dir:
	.skip 4096
#else
	.skip (KBASE >> BIG_SHIFT) * BIG_ENTRY
kernel_dir:				/* the root's upper end */
	.skip 4096 - (KBASE >> BIG_SHIFT) * BIG_ENTRY
#endif
	.skip 4096
boot_stack_top:
