# SPDX-License-Identifier: MIT
"""suites.py: what `yoke test` runs: host tests, boots, and the guest suite on every target and strategy."""
from dataclasses import dataclass, replace
import json
import re
import shlex
import subprocess
import sys
import time

from . import emulator, image, programs, runner, tap, trial
from .targets import ALL_STRATEGIES, ROOT, TARGETS
from .ui import Failure, UserError, choices, progress

TRIES = ROOT / "tests" / "try"
sys.path[:0] = [str(ROOT / "tests" / "boot"), str(TRIES)]

KINDS = ("host", "guest", "boot", "try", "locks")
LOCKS_CPUS = 4
SUITE_MEGABYTES = 64
TRY_SECONDS = 60
SECOND = ("page", "table", "upcall")         # on a target's second emulator, which is slow and sees no more of the others
SUITE_LIMITS = runner.Limits(seconds=150, silence=60)


def again(boot):
    """What to type after a failure: the emulator alone, and gdb beside it."""
    lines = [f"again: {boot.shell()}"]
    if boot.emulator == "qemu":
        lines.append(f"gdb:   {boot.shell()} -S -s")
        lines.append(f"       {boot.gdb()}")
    return lines


# ---- the guest suite ----

def guest_group(kernel, target, name, strategy, wanted):
    """One boot of the suite."""
    patterns = (wanted.pattern or "").split()
    what = emulator.Boot(target, name, kernel, megabytes=SUITE_MEGABYTES, cpus=wanted.cpus, counted=wanted.counted,
                         arguments=emulator.kernel_arguments(strategy, ["suite", *patterns]))
    label = f"{target.name} {name} {strategy}" + (f" {wanted.cpus} CPUs" if wanted.cpus > 1 else "")

    def show(text):
        done = len(re.findall(r"^(?:not )?ok ", text, re.M))
        plan = re.search(r"^1\.\.(\d+)", text, re.M)
        progress.status(f"{label}: {done}/{plan[1] if plan else '?'}")

    log = runner.boot(what, SUITE_LIMITS, on_text=show)
    return tap.Group(label, tap.parse(log), log.seconds, again(what))


# ---- boots: tests/boot/cases.py says what, this does it ----

def _boot_once(what, case):
    return runner.boot(what, runner.Limits(seconds=40, silence=20), runner.Script(list(case.script)))


def boot_case(kernel, target, name, case):
    """(Case, lines to type again if it failed)."""
    if case.twice and name == "gxemul":
        return tap.Case(case.name, tap.SKIPPED, "GXemul's clock is the host's"), []
    if case.cpus > 1 and name == "gxemul" or case.in_turns and not target.smp:
        return tap.Case(case.name, tap.SKIPPED, "one CPU here"), []
    if case.spoil:
        try:
            kernel = image.spoil(kernel, case.spoil)
        except Failure as error:
            return tap.Case(case.name, tap.FAILED, str(error)), []
    what = emulator.Boot(target, name, kernel, arguments=case.arguments, megabytes=case.megabytes, cpus=case.cpus,
                         counted=case.cpus == 1 or case.in_turns)
    log = _boot_once(what, case)
    wrong = case.wrong(log)
    if not wrong and case.twice and _boot_once(what, case).text != log.text:
        wrong = "a second boot printed something else"
    if not wrong:
        return tap.Case(case.name, tap.PASSED), []
    return tap.Case(case.name, tap.FAILED, f"{wrong}\n{log.text}"), again(what)


def boot_group(kernel, target, name, pattern):
    """All boots of one target on one emulator."""
    import cases as boots
    begun, results, lines = time.monotonic(), [], []
    for case in boots.CASES:
        if pattern and pattern not in case.name:
            continue
        progress.status(f"{target.name} {name} boots: {case.name}")
        result, more = boot_case(kernel, target, name, case)
        results.append(result)
        lines += more
    return tap.Group(f"{target.name} {name} boots", results, time.monotonic() - begun, lines)


# ---- programs of the user's: tests/try/tries.py says what ----

def _try(kernel, target, name, case):
    """What is wrong, or an empty string."""
    source = programs.source([TRIES / file for file in case.files], [TRIES / folder for folder in case.folders], case.api)
    built = programs.compile(kernel, source)
    wrong = case.wrong_build(built)
    if wrong or case.fails():
        return wrong
    run = trial.boot(case.name, emulator.Boot(
        target, name, programs.bootable(kernel, built.program), cpus=case.cpus, counted=case.cpus == 1,
        megabytes=trial.MEGABYTES, arguments=trial.kernel_arguments(case.fork, source.name, case.arguments),
    ), built.program, TRY_SECONDS)
    wrong = case.wrong_run(run)
    return wrong and f"{wrong}\n{run.log.text}\n{run.again()}"


def try_group(kernel, target, name, pattern):
    """All of them for one target on one emulator."""
    import tries
    begun, results = time.monotonic(), []
    for case in tries.CASES:
        if pattern and pattern not in case.name:
            continue
        if case.cpus > 1 and not (target.smp and name == "qemu"):
            results.append(tap.Case(case.name, tap.SKIPPED, "one CPU here"))
            continue
        progress.status(f"{target.name} {name} tries: {case.name}")
        wrong = _try(kernel, target, name, case)
        results.append(tap.Case(case.name, tap.FAILED if wrong else tap.PASSED, wrong))
    return tap.Group(f"{target.name} {name} tries", results, time.monotonic() - begun)


# ---- tests on this machine ----

def _host_cases(result):
    """The cases of one of meson's tests."""
    out = result.get("stdout", "")
    failed = result["result"] not in ("OK", "EXPECTEDFAIL", "SKIP")
    detail = (out + result.get("stderr", "")).strip()
    if re.search(r"^1\.\.\d+", out, re.M):
        ended = "timeout" if result["result"] == "TIMEOUT" else "exit"
        log = runner.Log(out, ended, result.get("returncode", 0), result["duration"])
        return [tap.Case(f"{result['name']}: {case.name}", case.outcome, case.detail or failed and detail or "")
                for case in tap.parse(log)]
    if result["result"] == "SKIP":
        return [tap.Case(result["name"], tap.SKIPPED, detail)]
    if failed:
        return [tap.Case(result["name"], tap.FAILED, f"{result['result'].lower()}\n{detail}")]
    score = re.search(r"^\d+ of \d+ .*\Z", out.rstrip(), re.M)       # the mutants'
    return [tap.Case(result["name"], tap.PASSED, score[0] if score else "")]


def _meson_test(folder, names):
    """Run these of meson's tests, its counter as progress; what it printed."""
    printed = []
    process = runner.running.start(
        ["meson", "test", "-C", str(folder), "--no-rebuild", "--num-processes", "1", *names], gentle=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        for line in process.stdout:
            printed.append(line)
            if done := re.match(r" *(\d+/\d+) (\S+)", line):
                progress.status(f"host: {done[1]}, after {done[2]}")
    finally:
        runner.running.end(process)
        process.stdout.close()
    return "".join(printed)


def _host_names(folder, pattern):
    """meson's tests whose name contains the pattern."""
    listed = subprocess.run(["meson", "introspect", "--tests", str(folder)], check=True, stdout=subprocess.PIPE)
    return [test["name"] for test in json.loads(listed.stdout) if (pattern or "") in test["name"]]


def host_group(folder, pattern):
    """meson's tests in build-host."""
    begun = time.monotonic()
    names = _host_names(folder, pattern)
    if not names:
        return tap.Group("host", [])
    log = folder / "meson-logs" / "testlog.json"
    log.unlink(missing_ok=True)
    printed = _meson_test(folder, names)
    if not log.exists():
        cases = [tap.Case("meson test", tap.FAILED, printed)]
    else:
        results = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
        cases = [case for result in results for case in _host_cases(result)]
    return tap.Group("host", cases, time.monotonic() - begun, [f"again: meson test -C {shlex.quote(str(folder))} -v"])


# ---- all together ----

@dataclass(frozen=True)
class Wanted:
    """Which tests, and how."""
    strategies: list
    pattern: str = None         # part of the names
    kinds: tuple = KINDS
    cpus: int = 1               # of the guest suite
    counted: bool = True


def _able(target, name, wanted):
    """Has it as many CPUs as are wanted?"""
    return wanted.cpus == 1 or target.smp and name == "qemu"


def _spared(target, name, strategy, wanted):
    """Does a second emulator leave it out?  Not if strategies were chosen."""
    return name != target.emulators[0] and strategy not in SECOND and set(wanted.strategies) == set(ALL_STRATEGIES)


def guests(emulators, wanted):
    """(target, emulator, strategy) of each boot of the suite."""
    able = [pair for pair in emulators if _able(*pair, wanted)]
    if not able:
        raise UserError(f"no target of these runs several CPUs; valid: {choices(t.name for t in TARGETS.values() if t.smp)}")
    for target, name in sorted(able, key=lambda pair: pair[1] == "qemu"):
        for strategy in wanted.strategies:
            if not _spared(target, name, strategy, wanted):
                yield target, name, strategy


def left_out(emulators, wanted):
    """What is left out is said, too."""
    unable = [(f"{target.name} {name} {wanted.cpus} CPUs", f"{target.name} has one CPU ({name})")
              for target, name in emulators if not _able(target, name, wanted)]
    spared = [(f"{target.name} {name} {strategy}", f"on its second emulator only if asked for: --fork {strategy}")
              for target, name in emulators if _able(target, name, wanted)
              for strategy in wanted.strategies if _spared(target, name, strategy, wanted)]
    return [tap.Group(label, [tap.Case("the guest suite", tap.SKIPPED, why)])
            for label, why in unable + spared if not wanted.pattern]


def wants_locks(pattern):
    """Does the pattern leave any of the cases that need a kernel that counts its locks?"""
    return not pattern or "scale" in pattern


def locks_group(kernel, target, wanted):
    """Those cases, on several CPUs."""
    group = guest_group(kernel, target, "qemu", "page",
                        replace(wanted, pattern=wanted.pattern or "scale:", cpus=LOCKS_CPUS, counted=True))
    group.name += ", locks counted"
    return group


def jobs(images, host, wanted, counting):
    """The functions to call, longest first; each gives a Group."""
    if "host" in wanted.kinds:
        yield lambda: host_group(host, wanted.pattern)
    emulators = [(target, name) for target in images for name in target.emulators]
    if "boot" in wanted.kinds:
        for target, name in emulators:
            yield lambda t=target, n=name: boot_group(images[t], t, n, wanted.pattern)
    if "try" in wanted.kinds:
        for target, name in emulators:
            yield lambda t=target, n=name: try_group(images[t], t, n, wanted.pattern)
    if "guest" in wanted.kinds:
        for group in left_out(emulators, wanted):
            yield lambda g=group: g
        for target, name, strategy in guests(emulators, wanted):
            yield lambda t=target, n=name, s=strategy: guest_group(images[t], t, n, s, wanted)
        if wanted.cpus > 1 and (wanted.pattern or "") in "stress":
            from . import stress
            for target in [t for t in images if t.smp]:
                yield lambda t=target: stress.short(t, images[t], wanted.cpus)
    for target, kernel in counting.items():
        yield lambda t=target, k=kernel: locks_group(k, t, wanted)


def run(images, host, wanted, finished, counting=None):
    """Run all, a few at a time; finished(group) is called as each ends.  counting: images that count their locks.  The groups."""
    pattern = wanted.pattern

    def one(job):
        group = job()
        if not runner.running.closed and (group.cases or not pattern):
            finished(group)
        return group

    groups = runner.in_parallel([lambda j=job: one(j) for job in jobs(images, host, wanted, counting or {})])
    if pattern and not any(group.cases for group in groups):
        raise Failure(f"no test's name contains '{pattern}'")
    return groups
