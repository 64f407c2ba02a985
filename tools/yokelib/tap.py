# SPDX-License-Identifier: MIT
"""tap.py: test results out of a log.  Whatever is wrong becomes a failure with a name."""
from dataclasses import dataclass, field
import re

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"


@dataclass
class Case:
    name: str
    outcome: str
    detail: str = ""


@dataclass
class Group:
    """The cases of one run."""
    name: str
    cases: list
    seconds: float = 0.0
    again: list = field(default_factory=list)       # lines to type after a failure

    def count(self, outcome):
        return sum(case.outcome == outcome for case in self.cases)


_PLAN = re.compile(r"^1\.\.(\d+)\s*(?:# SKIP\s*(.*))?$")
_RESULT = re.compile(r"^(not )?ok(?: (\d+))?(?: - | |$)(.*?)(?:\s*# (SKIP|TODO)\b\s*(.*))?$", re.I)
_BEGIN = re.compile(r"^# begin \d+ - (.*)$")
_BAIL = re.compile(r"^Bail out!\s*(.*)$")


class _Reader:
    """The state between two lines of a log."""

    def __init__(self):
        self.cases, self.numbers, self.notes = [], [], []
        self.plan = self.bail = None
        self.begun = "the start"        # the case that runs, or ran last

    def line(self, line):
        if found := _PLAN.match(line):
            self.plan = int(found[1])
            if found[2]:
                self.cases.append(Case("all", SKIPPED, found[2]))
        elif found := _BEGIN.match(line):
            self.begun, self.notes = found[1], []
        elif found := _BAIL.match(line):
            self.bail = found[1] or "no reason given"
        elif found := _RESULT.match(line):
            self.result(*found.groups())
        else:
            self.notes.append(line)

    def result(self, failed, number, name, directive, reason):
        directive = (directive or "").upper()
        skipped = directive == "SKIP" and not failed    # one that is skipped can still leave something behind
        outcome = FAILED if failed and directive != "TODO" else SKIPPED if skipped else PASSED
        detail = reason if skipped else "\n".join(self.notes) if outcome == FAILED else ""
        self.numbers.append(int(number) if number else len(self.numbers) + 1)
        self.begun, self.notes = name or f"case {self.numbers[-1]}", []
        self.cases.append(Case(self.begun, outcome, detail or ""))


def _tail(text, lines=30):
    text = text[text.find("\nYoke ") + 1:]         # without the firmware's words
    return "\n".join(text.rstrip().splitlines()[-lines:])


def _end_failures(log, reader):
    """How the boot ended, if not well."""
    why = {"timeout": f"hang: no end after {log.seconds:.0f} s, in: {reader.begun}",
           "silence": f"hang: no more output, in: {reader.begun}",
           "restart": f"second boot banner, after: {reader.begun}"}.get(log.ended)
    if panic := log.panic():
        shown = log.text[log.text.index(panic):]
        yield Case(f"{panic}, in: {reader.begun}", FAILED, "\n".join(shown.splitlines()[:60]))
    elif why:
        yield Case(why, FAILED, _tail(log.text))
    if reader.bail is not None:
        yield Case(f"bail out: {reader.bail}", FAILED, _tail(log.text))


def _plan_failures(log, reader):
    """Cases that the plan has and the log has not, or the reverse."""
    if reader.plan is None:
        yield Case("no plan: the log has no line 1..N", FAILED, _tail(log.text))
        return
    missing = sorted(set(range(1, reader.plan + 1)) - set(reader.numbers))
    if missing and not (reader.plan and reader.cases and reader.cases[0].name == "all"):
        shown = _tail(log.text) if log.ended == "exit" and not log.panic() else ""     # else shown already
        which = ", ".join(map(str, missing[:8])) + (", …" if len(missing) > 8 else "")
        yield Case(f"missing: {len(missing)} of {reader.plan} cases ({which}), after: {reader.begun}",
                   FAILED, shown)
    if len(reader.numbers) > len(set(reader.numbers)) or max(reader.numbers, default=0) > reader.plan:
        yield Case("numbers: a case was reported twice, or is not in the plan", FAILED, _tail(log.text))


def parse(log):
    """A log's cases, each thing that went wrong among them as a failure."""
    reader = _Reader()
    for line in log.text.splitlines():
        reader.line(line)
    cases = reader.cases + list(_end_failures(log, reader)) + list(_plan_failures(log, reader))
    status = log.guest_status()
    if status and not any(case.outcome == FAILED for case in cases):
        cases.append(Case(f"status: every case passed, but the end was status {status}", FAILED, _tail(log.text)))
    return cases
