# SPDX-License-Identifier: MIT
"""targets.py: what can be built and booted, and the fork strategies (abi/yoke.h)."""
from dataclasses import dataclass
from pathlib import Path

from .ui import UserError, choices

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Target:
    name: str
    port: str               # the cross file's name
    folder: str             # the build folder's name
    gdb: str                # gdb's name of the architecture
    emulators: tuple        # the first is the default
    options: tuple = ()     # of meson setup
    smp: bool = False       # runs several CPUs


_ALL = [
    Target("i386", "i386", "build-i386", "i386", ("qemu",), smp=True),
    Target("riscv64", "riscv64", "build-riscv", "riscv:rv64", ("qemu",), smp=True),
    Target("mips", "mips", "build-mips", "mips", ("qemu", "gxemul")),
    Target("i386-pae", "i386", "build-i386-pae", "i386", ("qemu",), ("-Dformat=pae",), smp=True),
    Target("riscv64-sv48", "riscv64", "build-riscv-sv48", "riscv:rv64", ("qemu",), ("-Dformat=sv48",), True),
    Target("mips-smp", "mips", "build-mips-smp", "mips", ("qemu",), ("-Dsmp=true",), smp=True),
]
TARGETS = {target.name: target for target in _ALL}
DEFAULT = ("i386", "riscv64", "mips")
STRATEGIES = ("eager", "page", "table", "dir")    # the kernel's own
ALL_STRATEGIES = (*STRATEGIES, "upcall")          # `upcall` is the program's own: ulib


def _known(what, names, valid):
    for name in names:
        if name not in valid:
            raise UserError(f"unknown {what} '{name}'; valid: {choices(valid)}")
    return list(dict.fromkeys(names))


def pick_targets(names, default=DEFAULT):
    """The targets of these names, without doubles; the default ones if there is none."""
    return [TARGETS[name] for name in _known("target", names or default, TARGETS)]


def pick(what, text, valid, default=None):
    """The names that `a,b` gives, in that order; None: the default ones, or all that are valid."""
    return _known(what, list(default or valid) if text is None else [name.strip() for name in text.split(",")], valid)


def pick_emulators(target, name):
    """This target's emulators: the one named, or all."""
    return _known("emulator", [name] if name else target.emulators, target.emulators)
