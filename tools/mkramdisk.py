#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""mkramdisk.py: make the ramdisk.

usage: mkramdisk.py STRIP OUT.S OUT.cpio FILE...

Programs (ELF files) become bin/NAME, without what only debuggers read
(STRIP is llvm-strip or the like); other files become NAME, in a newc cpio
archive.  OUT.S puts it into the section .ramdisk, the last of the kernel's
image: ramdisk_size, and from ramdisk_start on as many bytes.
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
	.globl ramdisk_size, ramdisk_start
ramdisk_size:
	.4byte ramdisk_end - ramdisk_start
	.balign {align}
ramdisk_start:
	.incbin "{archive}"
ramdisk_end:
"""
ALIGN = 16                  # of the archive behind its size
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


def without(data, name):
    """The archive's bytes without the files of this name."""
    parts, at = [], 0
    while at < len(data):
        size, named = int(data[at + 54:at + 62], 16), int(data[at + 94:at + 102], 16)
        start = at + len(padded(data[at:at + 110 + named]))
        end = start + size + -size % 4
        if data[at + 110:at + 110 + named - 1] != name.encode():
            parts.append(data[at:end])
        at = end
    return b"".join(parts)


def with_program(data, strip, path):
    """The archive's bytes with one more program, instead of any of its name."""
    name, program, mode = contents(strip, path)
    return entry(0, name, program, mode) + without(data, name)


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
        file.write(ASSEMBLY.format(align=ALIGN, archive=os.path.abspath(cpio)))


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit("usage: mkramdisk.py STRIP OUT.S OUT.cpio FILE...")
    main(*sys.argv[1:])
