#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""mkramdisk.py: make the ramdisk.

usage: mkramdisk.py STRIP OUT.S OUT.cpio FILE...

Programs (ELF files) become bin/NAME, without what only debuggers read
(STRIP is llvm-strip or the like); other files become NAME, in a newc cpio
archive.  OUT.S puts that archive into the kernel's section .ramdisk, between
ramdisk_start and ramdisk_end.
"""
import os
import subprocess
import sys
import tempfile

ASSEMBLY = """\
/* SPDX-License-Identifier: MIT */
/* Made by tools/mkramdisk.py. */
	.section .ramdisk, "a"
	.balign 4096
	.globl ramdisk_start, ramdisk_end
ramdisk_start:
	.incbin "{archive}"
ramdisk_end:
	.balign 4096
"""
REGULAR = 0o100000


def padded(data):
    """newc fills names (with their header) and contents up to four bytes."""
    return data + bytes(-len(data) % 4)


def entry(number, name, data, mode):
    """One file of a newc archive: thirteen hexadecimal fields, name, contents."""
    name = name.encode() + b"\0"
    fields = [number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name), 0]
    header = b"070701" + b"".join(b"%08X" % field for field in fields)
    return padded(header + name) + padded(data)


def contents(strip, path):
    """(name, bytes, mode) of a file on the ramdisk."""
    with open(path, "rb") as file:
        data = file.read()
    if not data.startswith(b"\x7fELF"):
        return os.path.basename(path), data, REGULAR | 0o644
    with tempfile.NamedTemporaryFile() as stripped:
        subprocess.run([strip, "-o", stripped.name, path], check=True)
        with open(stripped.name, "rb") as file:
            return "bin/" + os.path.basename(path), file.read(), REGULAR | 0o755


def archive(strip, paths):
    """The archive's bytes; numbers and times are fixed, so that equal input gives equal bytes."""
    parts = []
    for number, path in enumerate(paths, 1):
        parts.append(entry(number, *contents(strip, path)))
    parts.append(entry(0, "TRAILER!!!", b"", 0))
    return b"".join(parts)


def main(strip, assembly, cpio, *paths):
    with open(cpio, "wb") as file:
        file.write(archive(strip, paths))
    with open(assembly, "w", encoding="utf-8") as file:
        file.write(ASSEMBLY.format(archive=os.path.abspath(cpio)))


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit("usage: mkramdisk.py STRIP OUT.S OUT.cpio FILE...")
    main(*sys.argv[1:])
