# SPDX-License-Identifier: MIT
"""cases.py: boots that every target and emulator must pass; tools/yokelib/suites.py runs them.

A case says how to boot and what the log and the status must be.  `script` is
a dialogue on the console: when the log shows a pattern, type an answer.
"""
from dataclasses import dataclass
import re


@dataclass(frozen=True)
class Boot:
    name: str
    arguments: str
    status: object = 0          # the guest's; FAILING: any but 0
    shows: tuple = ()           # patterns, in this order
    never: tuple = ("panic: ",)
    script: tuple = ()          # ((pattern, text to type), ...)
    megabytes: int = 64
    spoil: str = ""             # a function of the kernel that shall be an illegal instruction
    cpus: int = 1               # of the machine; if several, they run by themselves, and nothing is counted
    in_turns: bool = False      # unless so; then the kernel is one for several CPUs
    twice: bool = False         # two boots print the same, where the emulator counts instructions

    def wrong(self, log):
        """What is wrong with a boot's log, or an empty string."""
        if log.ended != "exit":
            return f"the boot ended by {log.ended}"
        place = 0
        for pattern in self.shows:
            found = re.compile(pattern, re.M).search(log.text, place)
            if not found:
                return f"the log does not show {pattern!r} (after what was wanted before it)"
            place = found.end()
        for pattern in self.never:
            if re.search(pattern, log.text, re.M):
                return f"the log shows {pattern!r}"
        status = log.guest_status()
        if status != self.status and not (self.status == FAILING and status):
            return f"status {status}, not {self.status}"
        return ""


FAILING = "a failing one"
PROMPT = r"^yoke\$ "

CASES = [
    Boot("one banner, status 0", "-- true", shows=("^Yoke ",)),
    Boot("status 1", "-- false", status=1),
    Boot("a program that is not there", "-- nosuch one two", status=127, shows=("nosuch",)),
    Boot("every strategy has a name", "fork=dir -- echo a b", shows=("^a b$",)),
    Boot("unknown arguments warn, the boot goes on", "colour=blue frobnicate fork=quick -- echo on",
         shows=("colour=blue", "frobnicate", "quick", "^on$")),
    Boot("arguments without end", "x" * 200 + " -- echo on", shows=("^on$",)),
    Boot("no such init", "init=/bin/nosuch", status=FAILING, shows=("/bin/nosuch cannot be started",)),
    Boot("init ends, the machine too", "init=/bin/false", status=FAILING, shows=("init has ended",)),
    Boot("a panic tells why, registers, functions", "-- free", status=FAILING, never=(),
         spoil="vm_copyout",
         shows=(r"\b(pc|eip) +[0-9a-f]{8}", r"panic: .*illegal instruction", r"backtrace:\n *0x\w+ \w+\+[0-9a-fx]+")),
    Boot("two runs count the same", "-- bench -s page null fork-exec zero-fault", shows=("^row ",), twice=True),
    Boot("the console echoes, sh runs", "", status=42,
         shows=(r"^yoke\$ echo hello", "^hello$", r"^yoke\$ exit 42"),
         script=((PROMPT, "echo hello\r"), (PROMPT, "exit 42\r"))),
    Boot("the console edits lines", "", shows=("^right$",),
         script=((PROMPT, "echo wrong\b\b\b\b\bright\r"), (PROMPT, "exit\r"))),
    Boot("four CPUs, whether the kernel has use for them or not", "-- forktree", cpus=4),
    Boot("sleep past where each clock of 32 bits comes round", "-- sleep 200", cpus=4, in_turns=True),
    Boot("the console with four CPUs", "", status=42, cpus=4, shows=("^hello$", r"^yoke\$ exit 42"),
         script=((PROMPT, "echo hello\r"), (PROMPT, "exit 42\r"))),
    Boot("one CPU of four, the console too", "cpus=1", status=42, cpus=4, shows=("^hello$",),
         script=((PROMPT, "echo hello\r"), (PROMPT, "exit 42\r"))),
    Boot("a panic while other CPUs run is told once", "-- stress 20000", status=FAILING, cpus=4, spoil="pt_clear",
         shows=(r"panic: .*illegal instruction", r"^CPU \d+, stress\[\d+\]$", r"^backtrace:\n *0x\w+ \w+", "^debug: "),
         never=(r"(?s)panic: .*panic: ",)),
    Boot("ctrl-C ends what runs on several CPUs", "", status=42, cpus=4,
         script=((PROMPT, "stress 60000\r"), (r"^# \d+ rounds$", "\x03"), (PROMPT, "exit 42\r"))),
    Boot("ctrl-C interrupts what is in front, not the shell, nor the background", "", status=42,
         shows=(r"^\[1\] \d+$", r"^read:", r"^\^C", "^130$", r"^\[1\] \d+ sleep", "^after$"),
         script=((PROMPT, "sleep 1000 &\r"), (PROMPT, "sh -c 'echo read:; cat'\r"), (r"^read:", "\x03"), (PROMPT, "echo $?; jobs\r"),
                 (PROMPT, "kill $!; wait; echo after\r"), (PROMPT, "exit 42\r"))),
    Boot("earlier lines come again by the up arrow", "", status=42, shows=("^hello$", "^hello$"),
         script=((PROMPT, "echo hello\r"), (PROMPT, "\x1b[A\r"), (PROMPT, "exit 42\r"))),
    Boot("top, ps, pmap and vmstat show the machine", "", status=42,
         shows=("PID.*COW", r"^ +1 .* init$", "BACKED BY", r"r-xp copy .* sh at 0x", "stack$", "free +faults", r"^ +\d+ +\d+ +\d+", "^up "),
         script=((PROMPT, "ps\r"), (PROMPT, "pmap $$\r"), (PROMPT, "vmstat 1 1\r"), (PROMPT, "top 1 1\r"), (PROMPT, "exit 42\r"))),
    Boot("little memory", "-- forktree", megabytes=8),
]
