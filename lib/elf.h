/* SPDX-License-Identifier: MIT */
/* elf.h: executables of this machine.  Source: System V ABI, generic, chapters 4 and 5. */
#pragma once
#include <stdint.h>

struct elf_header {
	uint8_t ident[16];
	uint16_t type, machine;
	uint32_t version;
	uintptr_t entry, phoff, shoff;
	uint32_t flags;
	uint16_t ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};

struct elf_segment {
	uint32_t type;
#if __SIZEOF_POINTER__ == 8
	uint32_t flags;
#endif
	uintptr_t offset, vaddr, paddr, filesz, memsz;
#if __SIZEOF_POINTER__ == 4
	uint32_t flags;
#endif
	uintptr_t align;
};

enum { ELF_EXEC = 2, ELF_LOAD = 1, ELF_DYNAMIC = 2, ELF_INTERP = 3, ELF_X = 1, ELF_W = 2, ELF_R = 4 };
