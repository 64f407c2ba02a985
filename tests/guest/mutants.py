#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""mutants.py: are the bugs of several CPUs found?  Takes those of tests/host/mutants.toml that have a name among such
bugs (`smp`) or name a target that shows them (`guest`), one at a time.  A target's kernel is built with the bug, and boots
the race cases and the stress on 4 CPUs, in turns, until something is found; beside that, vm/ is judged with it on CPUs
that are threads of this host.  Prints by whom each is found, and after how many seconds; status 1 if one is found by nobody
within --seconds."""
import argparse
import importlib.util
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "tools"))

from yokelib import emulator, runner, stress, tap  # noqa: E402
from yokelib.targets import TARGETS  # noqa: E402

PARTS = ("abi", "arch", "core", "lib", "tests", "tools", "ulib", "uprog", "vm", "meson.build", "meson_options.txt")
SUITES = ("race:", "sharing:", "thread:")
CPUS = 4
LIMITS = runner.Limits(seconds=100, silence=50)


def host_module():
    """tests/host/mutants.py, which has this file's name."""
    spec = importlib.util.spec_from_file_location("host_mutants", ROOT / "tests/host/mutants.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["host_mutants"] = module
    spec.loader.exec_module(module)
    return module


class Threads:
    """vm/ on CPUs that are threads of this host: one build for each format that is needed."""

    def __init__(self, root, folder):
        self.host, self.root, self.folder, self.builds = host_module(), root, folder, {}

    def hunt(self, entry, seconds):
        """(by whom, what, after how many seconds), or None.  The time to build is not counted."""
        mutant = self.host.Mutant(**entry)
        form = (mutant.formats or ["sv39"])[0]
        if form not in self.builds:
            self.builds[form] = self.host.Build("clang", self.root, self.folder, form, mutant.flavour)
        build = self.builds[form]
        with tempfile.TemporaryDirectory(dir=self.folder) as name:
            programs = build.link(pathlib.Path(name), mutant)
            begun = time.monotonic()
            for by, command in self.host.commands(build, programs, mutant):
                left = seconds - (time.monotonic() - begun)
                said = self.host.fails(command, min(left, self.host.LIMIT)) if left > 0 else None
                if said:
                    return by, said, time.monotonic() - begun
        return None


def snapshot(root):
    """A copy of the sources."""
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, root / part)
        else:
            shutil.copy(ROOT / part, root / part)


def boots(target, image):
    """Boots without end: (what it is, its Boot)."""
    for plan in stress.plans([target], [CPUS], ["page", "table"], [False, True], 1):
        for case in SUITES:
            yield case, emulator.Boot(target, "qemu", image, megabytes=64, cpus=CPUS, counted=plan.counted,
                                      arguments=emulator.kernel_arguments(plan.strategy, ["suite", case]))
        yield "stress", plan.boot(image)


def judge(by, log):
    """What is wrong with a boot, or None."""
    if by == "stress":
        return None if stress.rounds(log) else stress.finding(log)
    return next((case.name for case in tap.parse(log) if case.outcome == tap.FAILED), None)


def hunt(target, image, seconds):
    """(by whom, what, after how many seconds), or None."""
    begun = time.monotonic()
    for by, what in boots(target, image):
        left = seconds - (time.monotonic() - begun)
        if left <= 0:
            return None
        log = runner.boot(what, runner.Limits(min(LIMITS.seconds, left), min(LIMITS.silence, left)))
        found = judge(by, log)
        if found and (log.ended == "exit" or left > LIMITS.silence):
            return by, found, time.monotonic() - begun
    return None


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"mutants.py: {done.stdout}{done.stderr}")


def build_mutant(root, folder, entry):
    """The kernel with one bug; the file is whole again afterwards."""
    path, target = root / entry["file"], TARGETS[entry["guest"]]
    text = path.read_text()
    if text.count(entry["old"]) != 1:
        sys.exit(f"mutants.py: {entry['name']}: its text is not in {entry['file']} once")
    path.write_text(text.replace(entry["old"], entry["new"]))
    place = folder / target.folder
    try:
        if not place.exists():
            run("meson", "setup", "--cross-file", root / "tools" / "cross" / f"{target.port}.ini", *target.options, place, root)
        run("ninja", "-C", place)
        return place / "yoke"
    finally:
        path.write_text(text)


def show(entry, where, found, seconds):
    by, what, after = found or ("NOBODY", "", seconds)
    print(f"{entry['hazard']:4} {entry.get('smp', '-'):21} {entry['name']:46} {where:8} {by:9} {after:4.0f} s  {what[:80]}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-k", metavar="PATTERN", default="", help="only mutants with this in their name")
    parser.add_argument("--six", action="store_true", help="only those that have a name among bugs of several CPUs")
    parser.add_argument("--seconds", type=int, default=120, help="what each may take (default: 120)")
    args = parser.parse_args()
    table = tomllib.loads((ROOT / "tests/host/mutants.toml").read_text())["mutant"]
    wanted = [entry for entry in table if (entry.get("smp") or entry.get("guest") and not args.six) and args.k in entry["name"]]
    missed = 0
    with tempfile.TemporaryDirectory(prefix="yoke-guest-mutants-") as name:
        root = pathlib.Path(name) / "tree"
        root.mkdir()
        snapshot(root)
        threads = Threads(root, pathlib.Path(name))
        for entry in wanted:
            found = []
            if entry.get("guest"):
                image = build_mutant(root, pathlib.Path(name), entry)
                found.append(hunt(TARGETS[entry["guest"]], image, args.seconds))
                show(entry, entry["guest"], found[-1], args.seconds)
            if entry.get("threads"):
                found.append(threads.hunt(entry, args.seconds))
                show(entry, "threads", found[-1], args.seconds)
            missed += not any(found)
    print(f"{len(wanted) - missed} of {len(wanted)} found")
    sys.exit(missed > 0)


if __name__ == "__main__":
    main()
