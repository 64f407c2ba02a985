# SPDX-License-Identifier: MIT
"""trial.py: `yoke try`: a program of the user's, built for some targets and run on each, and how each run ended."""
from dataclasses import dataclass
import re
import shlex

from . import emulator, programs, runner
from .ui import UserError, choices, progress

MEGABYTES = 128                 # ulib/compat/xv6/include/kernel/memlayout.h promises as much
ARGUMENTS_MAX = 240             # characters: a Malta's loader passes on 255


@dataclass
class Run:
    """One boot of the program."""
    label: str
    boot: object                # a Boot of emulator.py
    program: object             # a file with what debuggers read
    log: object

    def output(self):
        """What the program printed: all but what the firmware, the kernel's start and init say."""
        text = self.log.text
        if begin := runner.BANNER.search(text):
            text = text[text.find("\n", begin.start()) + 1 or len(text):]
        return re.sub(rf"^poweroff: status \d+\n|init: {re.escape(self.program.name)}: exit status -?\d+\n"
                      r"|init: counters:(?: \w+ \d+)*\n", "", text, flags=re.M)

    def counters(self):
        """The kernel's counters that moved, by name; empty if the run did not come to its end."""
        told = re.findall(r"init: counters:((?: \w+ \d+)*)$", self.log.text, re.M)
        return {name: int(n) for name, n in re.findall(r"(\w+) (\d+)", told[-1])} if told else {}

    def wrong(self):
        """How it ended, or an empty string: by exit(0)."""
        log = self.log
        if panic := log.panic():
            return f"the kernel fell: {panic}"
        if log.ended == "timeout" or log.ended == "silence":
            return f"no end after {log.seconds:.0f} s"
        if log.ended == "restart":
            return "the machine started again"
        if not runner.BANNER.search(log.text):
            return f"the kernel did not start: {self.boot.emulator} ended with status {log.status}"
        return "" if log.guest_status() == 0 else self._death()

    def _death(self):
        """The kernel's report of the program itself; its children have other numbers."""
        name = re.escape(self.program.name)
        if found := re.findall(rf"init: {name}: exit status (-?\d+)$", self.log.text, re.M):
            return f"exit status {found[-1]}"
        if reports := re.findall(rf"^{name}\[(\d+)\]: (.*)$", self.log.text, re.M):
            report = next(text for pid, text in reports if pid == reports[-1][0])
            return report + self._place(report)
        return f"the machine's status is {self.log.guest_status()}"

    def again(self):
        """What to type to run this alone on the terminal; --gdb may be added."""
        boot = self.boot
        strategy, command = re.fullmatch(r"(?:fork=(\S+) )?-- (?:-c )?(.*)", boot.arguments).groups()
        options = ["--image", str(boot.image), "--memory", str(boot.megabytes)]
        options += ["--emulator", boot.emulator] if boot.emulator != "qemu" else []
        options += ["--fork", strategy] if strategy else []
        options += ["--smp", str(boot.cpus)] if boot.cpus > 1 else ["--counted"]
        return f"{shlex.join(['tools/yoke', 'run', boot.target.name, *options])} -- {command}"

    def _place(self, report):
        """Where in the source the report's pc is."""
        found = re.search(r"pc (0x[0-9a-f]+)", report)
        place = found and programs.line_of(self.program, found[1])
        return f": {place}" if place else ""


def kernel_arguments(strategy, name, arguments):
    """The kernel's arguments that run the program.  They are split at spaces, nothing is quoted."""
    for word in arguments:
        if not word or re.search(r"\s", word):
            raise UserError(f"try: an argument that is empty or holds a space cannot be passed on: '{word}'")
    text = emulator.kernel_arguments(strategy, ["-c", name, *arguments])
    if len(text) > ARGUMENTS_MAX:
        raise UserError(f"try: the arguments are longer than {ARGUMENTS_MAX} characters in all")
    return text


# ---- building ----

def _same(pairs):
    """{text: [names]} of (name, text) pairs: what is said of several targets is printed once."""
    groups = {}
    for name, text in pairs:
        groups.setdefault(text, []).append(name)
    return groups


def _tell(built):
    """Print what the compiler said, and what is missing; is there a program for every target?"""
    for text, names in _same((target.name, made.said) for target, made in built).items():
        if text:
            progress.line(f"{', '.join(names)}:\n{text}")
    for text, names in _same((target.name, text) for target, made in built for text in made.missing).items():
        places = [made.missing[text] for _, made in built if made.missing.get(text)]
        near = f" (near {max(places, key=places.count)})" if places else ""
        progress.line(f"yoke: {', '.join(names)}: {text}{near}")
    failed = [target.name for target, made in built if not made.program]
    if failed:
        progress.line(f"yoke: not built for {', '.join(failed)}")
    return not failed


def build(kernels, source):
    """{target: program} for {target: kernel's image}, or None if one could not be built; all was told."""
    progress.status(f"compiling {source.name}")
    made = runner.in_parallel([lambda k=kernel: programs.compile(k, source) for kernel in kernels.values()])
    built = list(zip(kernels, made))
    return {target: one.program for target, one in built} if _tell(built) else None


# ---- running ----

def boot(label, what, program, seconds):
    """Boot a Boot of emulator.py that has the program; the Run."""
    def show(text):
        progress.status(f"{label}: {(text.rstrip().splitlines() or [''])[-1]}")

    return Run(label, what, program, runner.boot(what, runner.Limits(seconds=seconds, silence=seconds), on_text=show))


def run_all(boots, built, seconds):
    """Run each of {label: Boot}, a few at a time; the Runs."""
    return runner.in_parallel([lambda l=label, b=what: boot(l, b, built[b.target], seconds)
                               for label, what in boots.items()])


def counters_table(runs):
    """What the kernel counted from the program's start to its end, a column for each run; its lines."""
    told = {run.label: run.counters() for run in runs if run.counters()}
    names = list(dict.fromkeys(name for counters in told.values() for name in counters))
    rows = [["counted", *told]] + [[name, *(f"{counters.get(name, 0):,}" for counters in told.values())] for name in names]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return ["  ".join([row[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(row[1:], widths[1:]))]) for row in rows] if told else []


def show(runs):
    """Print what each printed, how it ended, and what was counted; did all end by exit(0)?"""
    failed = []
    for run in runs:
        print(f"== {run.label}")
        output = run.output()
        print(output, end="" if output.endswith("\n") or not output else "\n")
        if wrong := run.wrong():
            failed.append(run.label)
            print(f"== {run.label}: {wrong}")
            print(f"   again: {run.again()}")
    for line in counters_table(runs):
        print(line)
    if failed:
        print(f"failed on {len(failed)} of {len(runs)}: {', '.join(failed)}")
    else:
        print(f"exit status 0 on {choices(run.label for run in runs)}")
    return not failed
