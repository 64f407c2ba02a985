# SPDX-License-Identifier: MIT
# yoke.gdb: gdb beside a waiting emulator (yoke run TARGET --gdb, or meson compile qemu-gdb).
#
#	gdb-multiarch -ex 'set architecture i386'       -x tools/gdb/yoke.gdb build-i386/yoke
#	gdb-multiarch -ex 'set architecture riscv:rv64' -x tools/gdb/yoke.gdb build-riscv/yoke
#	gdb-multiarch -ex 'set architecture mips'       -x tools/gdb/yoke.gdb build-mips/yoke
#
# A program's own symbols: add-symbol-file build-i386/uprog/sh

set confirm off
set pagination off
set disassemble-next-line auto
# All symbols now: gdb finds a function that is only ever inlined, as vm_fault is, in symbols it has read.
maint expand-symtabs
target remote :1234
break panic_at

define procs
	set $p = 0
	while $p < sizeof(procs) / sizeof(procs[0])
		if procs[$p].pid
			printf "%d %s state %d\n", procs[$p].pid, procs[$p].name, procs[$p].state
		end
		set $p = $p + 1
	end
end
document procs
List the processes: pid, name, state (PROC_* of abi/yoke.h).
end
