# SPDX-License-Identifier: MIT
"""image.py: kernel images made from another: with one function spoilt, or with another ramdisk.

Both change a copy of the ELF file; nothing is compiled or linked.
"""
from pathlib import Path
import struct
import subprocess

from .ui import Failure

ILLEGAL = b"\xff\xff\xff\xff"       # no instruction on any of the machines
PAGE = 4096
RAMDISK_HEAD = 16                   # bytes from ramdisk_size to ramdisk_start: tools/mkramdisk.py
_LOAD = 1


def _address(image, function):
    """A symbol's address."""
    symbols = subprocess.run(["llvm-nm", image], check=True, stdout=subprocess.PIPE, text=True).stdout
    for line in symbols.splitlines():
        address, *rest = line.split()
        if len(rest) == 2 and rest[1] == function:
            return int(address, 16)
    raise Failure(f"{image} has no {function}")


class _Elf:
    """The segments of an ELF file, to be read and changed in its bytes."""

    # Fields of a program header, as ELF-32 and ELF-64 order them.
    _NARROW = ("kind", "offset", "address", "physical", "filed", "held", "flags", "align")
    _WIDE = ("kind", "flags", "offset", "address", "physical", "filed", "held", "align")

    def __init__(self, path):
        self.path, self.data = path, bytearray(Path(path).read_bytes())
        wide, self.order = self.data[4] == 2, "<" if self.data[5] == 1 else ">"
        self.fields, self.format = (self._WIDE, "IIQQQQQQ") if wide else (self._NARROW, "IIIIIIII")
        start, = struct.unpack_from(self.order + ("Q" if wide else "I"), self.data, 32 if wide else 28)
        size, count = struct.unpack_from(self.order + "HH", self.data, 54 if wide else 42)
        self.headers = range(start, start + size * count, size)

    def segment(self, address):
        """(where its header is, its fields) of the segment whose bytes in the file hold this address."""
        for at in self.headers:
            found = dict(zip(self.fields, struct.unpack_from(self.order + self.format, self.data, at)))
            if found["kind"] == _LOAD and found["address"] <= address < found["address"] + found["filed"]:
                return at, found
        raise Failure(f"{self.path}: no segment holds {address:#x}")

    def is_last(self, segment):
        return not any(struct.unpack_from(self.order + self.format, self.data, at)[self.fields.index("address")]
                       > segment["address"] for at in self.headers)

    def set_segment(self, at, segment):
        struct.pack_into(self.order + self.format, self.data, at, *(segment[field] for field in self.fields))


def spoil(image, function):
    """A copy beside the image whose function starts with an illegal instruction."""
    elf, address = _Elf(image), _address(image, function)
    _, segment = elf.segment(address)
    at = segment["offset"] + address - segment["address"]
    elf.data[at:at + len(ILLEGAL)] = ILLEGAL
    copy = Path(image).with_name(f"yoke-without-{function}")
    copy.write_bytes(elf.data)
    return copy


def with_ramdisk(image, archive, copy):
    """Write a copy of the image with this archive as its ramdisk, the end of the last segment.

    That segment goes to the file's end, where there is room for it to grow; its addresses stay.
    """
    elf, address = _Elf(image), _address(image, "ramdisk_size")
    at, segment = elf.segment(address)
    if not elf.is_last(segment):
        raise Failure(f"{image}: the ramdisk is not the last")
    before = elf.data[segment["offset"]:segment["offset"] + address - segment["address"]]
    content = before + struct.pack(elf.order + "I", len(archive)).ljust(RAMDISK_HEAD, b"\0") + archive
    elf.data += bytes((segment["offset"] - len(elf.data)) % PAGE)       # alike modulo the page
    segment.update(offset=len(elf.data), filed=len(content), held=len(content))
    elf.set_segment(at, segment)
    Path(copy).write_bytes(elf.data + content)
