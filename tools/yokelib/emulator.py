# SPDX-License-Identifier: MIT
"""emulator.py: emulators' command lines, and what their exit statuses mean.

Every run counts guest instructions (-icount shift=0), from a fixed seed and a
fixed clock, so that two runs are equal; sleep=off lets an idle guest jump to
its next tick.  An interactive run keeps real time instead, and so do the tests
with several CPUs, unless asked to count: QEMU then runs each in a thread.
"""
from dataclasses import dataclass
from pathlib import Path
import shlex

_MACHINES = {           # by target, or by port
    "i386": ["qemu-system-i386", "-M", "pc", "-cpu", "qemu32,+nx,+smep,+smap",
             "-device", "isa-debug-exit,iobase=0xf4,iosize=4"],
    "riscv64": ["qemu-system-riscv64", "-M", "virt"],
    "mips": ["qemu-system-mips", "-M", "malta", "-cpu", "24Kf",
             "-semihosting-config", "enable=on,target=native"],
    "mips-smp": ["qemu-system-mips", "-M", "malta", "-cpu", "P5600",
                 "-semihosting-config", "enable=on,target=native"],
}
_COUNTED = ["-icount", "shift=0,sleep=off", "-seed", "1", "-rtc", "base=2026-01-01,clock=vm"]
_GDB_PORT = 1234


@dataclass(frozen=True)
class Boot:
    """One boot of one image; command() is what to type."""
    target: object
    emulator: str
    image: Path
    arguments: str = ""         # the kernel's
    megabytes: int = 256
    counted: bool = True        # instructions, not seconds
    console: str = "stdio"
    wait_for_gdb: bool = False
    cpus: int = 1

    def command(self):
        return self._gxemul() if self.emulator == "gxemul" else self._qemu()

    def _qemu(self):
        # -nodefaults: no network, disk or display that firmware would look for.
        machine = _MACHINES.get(self.target.name) or _MACHINES[self.target.port]
        command = [*machine, "-m", str(self.megabytes), "-nodefaults", "-display", "none",
                   "-serial", self.console, "-no-reboot"]
        if self.cpus > 1:
            command += ["-smp", str(self.cpus)]
        if self.counted:
            command += _COUNTED
        if self.wait_for_gdb:
            command += ["-S", "-gdb", f"tcp::{_GDB_PORT}"]
        command += ["-kernel", str(self.image)]
        return command + (["-append", self.arguments] if self.arguments else [])

    def _gxemul(self):
        # Its output is lost at a kill unless unbuffered; at end of file on its input it hangs.
        command = ["stdbuf", "-o0", "gxemul", "-q", "-A", "-e", "maltabe", "-C", "4Kc", "-M", str(self.megabytes)]
        return command + (["-o", self.arguments] if self.arguments else []) + [str(self.image)]

    def status(self, code):
        """The guest's status, from the emulator's exit code; None: the emulator does not say."""
        if self.emulator == "gxemul":
            return None
        if self.target.port == "i386" and code > 1:
            return code >> 1        # isa-debug-exit: (n << 1) | 1; n is not 0: 1 is QEMU's own failure
        return code

    def shell(self):
        return shlex.join(self.command())

    def gdb(self):
        """The command that debugs this target, once its emulator waits."""
        script = Path(__file__).resolve().parents[1] / "gdb" / "yoke.gdb"
        return shlex.join(["gdb-multiarch", "-ex", f"set architecture {self.target.gdb}", "-x", str(script),
                           str(self.image)])


def kernel_arguments(strategy=None, program=()):
    """The kernel's arguments: a strategy, and a program for init to run."""
    words = [f"fork={strategy}"] if strategy else []
    return " ".join(words + (["--", *program] if program else []))
