# SPDX-License-Identifier: MIT
"""stress.py: uprog/stress on several CPUs, boot after boot, until the time is over or something is found.

A boot is a target, a number of CPUs, a strategy, a way for the CPUs to run
(each by itself, or in turns, counted, which two runs repeat exactly), and a
seed.  All combinations come round, in an order that the first seed gives.
"""
from dataclasses import dataclass
import itertools
import random
import re
import time

from . import emulator, runner, suites, tap
from .ui import progress

MEGABYTES = 64
MILLISECONDS = {False: 8000, True: 2000}        # of the guest's time, by counted; a counted one is slower
SHORT = {False: 5000, True: 1000}
LIMITS = runner.Limits(seconds=300, silence=150)
_SUMMARY = re.compile(r"^stress: (\d+) rounds, .*nothing found", re.M)


@dataclass(frozen=True)
class Plan:
    """One boot."""
    target: object
    cpus: int
    strategy: str
    counted: bool
    seed: int
    short: bool = False

    def name(self):
        way = ", counted" if self.counted else ""
        return f"stress: {self.target.name}, {self.cpus} CPUs, {self.strategy}{way}, seed {self.seed}"

    def boot(self, image):
        program = ["stress", str((SHORT if self.short else MILLISECONDS)[self.counted]), str(self.seed)]
        return emulator.Boot(self.target, "qemu", image, megabytes=MEGABYTES, cpus=self.cpus, counted=self.counted,
                             arguments=emulator.kernel_arguments(self.strategy, program))


def plans(targets, cpus, strategies, ways, seed):
    """Without end: every combination once, then again, each with a seed of its own."""
    every = list(itertools.product(targets, cpus, strategies, ways))
    random.Random(seed).shuffle(every)
    for n, (target, number, strategy, counted) in enumerate(itertools.cycle(every)):
        yield Plan(target, number, strategy, counted, seed + n)


def rounds(log):
    """How many went well; 0 if it did not end as it should."""
    found = _SUMMARY.search(log.text)
    return int(found[1]) if found and log.ended == "exit" and not log.guest_status() and not log.panic() else 0


def finding(log):
    """What is wrong with a boot, in one line."""
    said = re.search(r"^# finding: (.*)$", log.text, re.M)
    return log.panic() or said and said[1] or (
        f"status {log.guest_status()}" if log.ended == "exit" else f"hang: {log.ended} after {log.seconds:.0f} s")


def run_one(plan, image):
    """(rounds, Case, lines to type again)."""
    progress.status(plan.name())
    what = plan.boot(image)
    log = runner.boot(what, LIMITS)
    done = rounds(log)
    if done:
        return done, tap.Case(plan.name(), tap.PASSED, ""), []
    return 0, tap.Case(f"{plan.name()}: {finding(log)}", tap.FAILED, log.text[log.text.find("\nYoke ") + 1:]), suites.again(what)


def run(images, all_plans, seconds, show):
    """Boots until the time is over or one finds something; show(case, again) for each.  (boots, rounds, seconds, found)."""
    begun, boots, total = time.monotonic(), 0, 0
    for plan in all_plans:
        done, case, again = run_one(plan, images[plan.target])
        show(case, again, done)
        boots, total = boots + 1, total + done
        spent = time.monotonic() - begun
        if not done or spent >= seconds:
            return boots, total, spent, not done
    return boots, total, time.monotonic() - begun, False


def short(target, image, cpus):
    """The part of `yoke test`: two boots, one each way."""
    begun, cases, lines = time.monotonic(), [], []
    for strategy, counted in (("page", False), ("table", True)):
        done, case, again = run_one(Plan(target, cpus, strategy, counted, 1, True), image)
        case.detail = case.detail or f"{done} rounds"
        cases.append(case)
        lines += again
    return tap.Group(f"{target.name} qemu stress {cpus} CPUs", cases, time.monotonic() - begun, lines)
