#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""ksyms.py: the kernel's functions, for its backtraces.

usage: ksyms.py --empty OUT.c                an empty table, for the first link
       ksyms.py --nm NM IMAGE OUT.c          the table of IMAGE's functions
       ksyms.py --nm NM --check FIRST LAST   the two images' functions lie at the same addresses
"""
import argparse
import subprocess
import sys

SOURCE = """\
/* SPDX-License-Identifier: MIT */
/* Made by tools/ksyms.py: the kernel's functions, sorted by address. */
#include <stdint.h>

#define KSYMS __attribute__((section(".ksyms")))

extern const uintptr_t ksyms_n, ksyms_addr[];
extern const uint32_t ksyms_off[];
extern const char ksyms_str[];

KSYMS const uintptr_t ksyms_n = {n};
KSYMS const uintptr_t ksyms_addr[{n} + 1] = {{
{addresses}
}};
KSYMS const uint32_t ksyms_off[{n} + 1] = {{
{offsets}
}};
KSYMS const char ksyms_str[] =
{names}
	"";
"""


def functions(nm, image):
    """[(address, name)] of the text symbols, one name an address, sorted."""
    out = subprocess.run([nm, "--defined-only", image], check=True, stdout=subprocess.PIPE, text=True).stdout
    found = {}
    for line in out.splitlines():
        address, kind, *name = line.split()
        if kind in "tT" and name and not name[0].startswith((".", "$")):
            found[int(address, 16)] = min(name[0], found.get(int(address, 16), name[0]))
    return sorted(found.items())


def source(table):
    """C for the table: addresses, offsets into one string of names, names."""
    offsets, total = [], 0
    for _, name in table:
        offsets.append(total)
        total += len(name) + 1
    return SOURCE.format(
        n=len(table),
        addresses="\n".join(f"\t{address:#x}," for address, _ in table),
        offsets="\n".join(f"\t{offset}," for offset in offsets),
        names="\n".join(f'\t"{name}\\0"' for _, name in table))


def check(nm, first, last):
    """Adding the table must have moved nothing."""
    moved = set(functions(nm, first)) ^ set(functions(nm, last))
    for address, name in sorted(moved):
        print(f"{name} at {address:#x} is in one image only")
    return 1 if moved else 0


def main():
    parser = argparse.ArgumentParser(description="The kernel's functions, for its backtraces.")
    parser.add_argument("--nm", help="llvm-nm or nm")
    parser.add_argument("--check", action="store_true", help="compare two images instead")
    parser.add_argument("--empty", action="store_true", help="no image: an empty table")
    parser.add_argument("images", nargs="*", metavar="IMAGE")
    parser.add_argument("last", metavar="OUT.c or LAST")
    args = parser.parse_args()
    if args.check:
        return check(args.nm, *args.images, args.last)
    table = [] if args.empty else functions(args.nm, *args.images)
    with open(args.last, "w", encoding="utf-8") as file:
        file.write(source(table))
    return 0


if __name__ == "__main__":
    sys.exit(main())
