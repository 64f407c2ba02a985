# SPDX-License-Identifier: MIT
"""tries.py: what `yoke try` must do on every target and emulator; tools/yokelib/suites.py tries it.

A case says what to compile and run, and what must come of it.
"""
from dataclasses import dataclass
from pathlib import Path
import re

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Try:
    name: str
    files: tuple
    arguments: tuple = ()
    api: str = "posix"
    folders: tuple = ()
    fork: str = None
    cpus: int = 1
    ends: str = ""              # a pattern for how the run ended; empty: by exit(0)
    shows: tuple = ()           # patterns, in the program's output
    says: tuple = ()            # patterns in the compiler's lines; it does not compile
    lacks: tuple = ()           # what it lacks, sorted; it does not link

    def wrong_build(self, built):
        """What is wrong with a programs.Built, or an empty string."""
        for pattern in self.says:
            if not re.search(pattern, built.said, re.M):
                return f"the compiler does not say {pattern!r}\n{built.said}"
        if tuple(built.missing) != self.lacks:
            return f"lacking: {built.missing}"
        if bool(built.program) == self.fails():
            return "it was not to be built" if built.program else f"it was not built\n{built.said}"
        return "" if self.says or not built.said else f"the compiler said\n{built.said}"

    def fails(self):
        """Is there nothing to run?"""
        return bool(self.says or self.lacks)

    def wrong_run(self, run):
        """What is wrong with a trial.Run."""
        if not re.fullmatch(self.ends, run.wrong()):
            return f"the end was {run.wrong()!r}"
        for pattern in self.shows:
            if not re.search(pattern, run.output(), re.M):
                return f"the output does not show {pattern!r}"
        return ""


CASES = [
    Try("three files, a folder of headers, arguments", ("args.c", "sum.c", "twice.S"), ("20", "x", "1"),
        folders=("include",), shows=(r"\Aargs: 42\n\Z",)),
    Try("a status", ("status.c",), ("200",), ends="exit status 200", shows=(r"\Aof 2\n?\Z",)),
    Try("a child's death is reported, and no failure", ("crash.c",), shows=(r"^crash\[\d+\]: page fault: write at 0x123,",)),
    Try("a death has a place", ("crash.c",), ("x",),
        ends=r"page fault: write at 0x321, pc 0x\w+: nothing is mapped there: store at crash\.c:8"),
    Try("fork by dir", ("machine.c",), fork="dir", shows=(r"\Afork by dir, 1 CPU\n\Z",)),
    Try("two CPUs", ("machine.c",), cpus=2, shows=("^fork by page, 2 CPU$",)),
    Try("xv6", ("echo.c",), ("x",), api="xv6", shows=(r"(?s)\Aargs wait .*fault exec .* pause -1 ff done\.\n\Z",)),
    Try("xv6, of 2025", ("eager.c",), api="xv6"),
    Try("xv6, a heap larger than memory", ("lazy.c",), api="xv6"),
    Try("xv6, alarms", ("alarm.c",), api="xv6"),
    Try("xv6, no main", ("sum.c",), folders=("include",), api="xv6", lacks=("there is no main()",)),
    Try("xv6, files in memory", ("mapped.c",), api="xv6"),
    Try("MOS: user_halt ends an orphan too", ("../compat/mos.c",), ("orphan",), api="mos", shows=(r"^halt at .*: stop$",)),
    Try("what does not compile", ("wrong.c",), says=(r"wrong\.c:4:9: error: .*'nobody'",)),
    Try("what is not in the API", ("lacks.c",), lacks=(
        "connect is not in the posix API", "floating point is not in the posix API", "socket is not in the posix API")),
    Try("no main", ("sum.c",), folders=("include",), lacks=("there is no main()",)),
]
