# SPDX-License-Identifier: MIT
"""image.py: a kernel image with one function spoilt, to see that the kernel reports its own fall."""
from pathlib import Path
import struct
import subprocess

from .ui import Failure

ILLEGAL = b"\xff\xff\xff\xff"       # no instruction on any of the machines


def _address(image, function):
    """A function's address."""
    symbols = subprocess.run(["llvm-nm", image], check=True, stdout=subprocess.PIPE, text=True).stdout
    for line in symbols.splitlines():
        address, *rest = line.split()
        if len(rest) == 2 and rest[0] in "tT" and rest[1] == function:
            return int(address, 16)
    raise Failure(f"{image} has no function {function}")


def _file_offset(data, address):
    """Where an address of an ELF file's segments lies in the file."""
    wide, order = data[4] == 2, "<" if data[5] == 1 else ">"
    start, = struct.unpack_from(order + ("Q" if wide else "I"), data, 32 if wide else 28)
    size, count = struct.unpack_from(order + "HH", data, 54 if wide else 42)
    for at in range(start, start + size * count, size):
        if wide:
            _, _, offset, low, _, length = struct.unpack_from(order + "IIQQQQ", data, at)
        else:
            _, offset, low, _, length = struct.unpack_from(order + "IIIII", data, at)
        if low <= address < low + length:
            return offset + address - low
    raise Failure(f"no segment holds {address:#x}")


def spoil(image, function):
    """A copy beside the image whose function starts with an illegal instruction."""
    data = bytearray(Path(image).read_bytes())
    at = _file_offset(data, _address(image, function))
    data[at:at + len(ILLEGAL)] = ILLEGAL
    copy = Path(image).with_name(f"yoke-without-{function}")
    copy.write_bytes(data)
    return copy
