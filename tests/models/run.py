#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""run.py: spin over the models.  Each must hold in all its states; and with each of the bugs that its
opening comment lists, spin must find an error.  Prints TAP.

With a model and a bug: the steps that lead to the error."""
import argparse
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
CPP = "-Pclang -E -x c"
LIMIT = 60			# seconds for a step
DEPTH, MEGABYTES = 100000, 2048	# of a search; more is an error


class Wrong(Exception):
    """spin, clang or the search did not end as they should."""


def run(command, folder):
    """What a step prints, its errors too."""
    with subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, start_new_session=True) as process:
        try:
            out = process.communicate(timeout=LIMIT)[0]
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise Wrong(f"{command[0]}: no end after {LIMIT} s") from None
    if process.returncode:
        raise Wrong(f"{' '.join(command)}: status {process.returncode}\n{out}")
    return out


def bugs(model):
    """{name: what it does}, of the opening comment; the code must have these and no others."""
    comment, code = model.read_text(encoding="utf-8").split(" */\n", 1)[1].split(" */\n", 1)
    listed = dict(re.findall(r"^ \*\t(BUG_\w+)\t(.+)$", comment, re.M))
    used = set(re.findall(r"BUG_\w+", code))
    if listed.keys() != used:
        raise Wrong(f"{model.name}: listed or used, not both: {', '.join(sorted(listed.keys() ^ used))}")
    return listed


def define(bug):
    return [f"-D{bug}"] if bug else []


def search(model, bug, folder):
    """All states, or as far as the first error: what pan says."""
    shutil.copy(model, folder)				# spin looks for the trail beside it
    run(["spin", CPP, *define(bug), "-a", model.name], folder)
    # an error is found sooner than the optimiser is through
    run(["clang", "-w", "-O0" if bug else "-O2", "-DSAFETY", f"-DMEMLIM={MEGABYTES}", "-o", "pan", "pan.c"], folder)
    return run(["./pan", f"-m{DEPTH}", "-w20" if bug else "-w23"], folder)


def judge(out):
    """(states, what went wrong or None) of a search."""
    errors, states = re.search(r"errors: (\d+)", out), re.search(r"(\d+) states, stored", out)
    if not errors or not states or "max search depth too small" in out:
        raise Wrong(out)
    error = re.search(r"^pan:1: (assertion violated +[^- ].*|invalid end state) \(at depth", out, re.M)
    if errors[1] == "0" and "Search not completed" not in out:
        return int(states[1]), None
    if errors[1] == "1" and error:
        return int(states[1]), error[1]
    raise Wrong(out)


class Tap:
    """Prints results as they come, and counts."""

    def __init__(self):
        self.count = self.failed = 0

    def line(self, good, name, notes=""):
        self.count += 1
        self.failed += not good
        for note in notes.splitlines():
            print(f"# {note}")
        print(f"{'' if good else 'not '}ok {self.count} - {name}", flush=True)


def check(model, bug, name, results):
    """One search, one line of TAP."""
    with tempfile.TemporaryDirectory(prefix="yoke-models-") as folder:
        try:
            states, error = judge(search(model, bug, folder))
        except Wrong as wrong:
            results.line(False, name, str(wrong))
            return
        good = bool(error) == bool(bug)
        notes = "" if good else "spin finds nothing" if bug else trail(model, bug, folder)
        found = f": {states} states, {'an error' if error else 'no error'}"
        results.line(good, name + (found if good else ""), notes)


def trail(model, bug, folder):
    """The steps that led to the error."""
    out = run(["spin", CPP, *define(bug), "-t", "-p", model.name], folder)
    lines = [re.sub(r"\s*\d+:\s+proc +(\d+) \((\w+):\d+\) (\S+):(\d+) \(state \d+\)", r"\2 \1, line \4:", line)
             for line in out.splitlines() if "proc" in line or "violated" in line]
    return "\n".join(lines)


def show(model, bug):
    """Print the steps to a bug's error."""
    with tempfile.TemporaryDirectory(prefix="yoke-models-") as folder:
        _, error = judge(search(model, bug, folder))
        print(trail(model, bug, folder) + f"\n{error}" if error else "spin finds nothing")
    return not error


def options(models):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", nargs="?", choices=sorted(models), help="only this one")
    parser.add_argument("bug", nargs="?", help="BUG_..., to see how it comes about")
    return parser.parse_args()


def main():
    models = {path.stem: path for path in HERE.glob("*.pml")}
    args = options(models)
    missing = [tool for tool in ("spin", "clang") if not shutil.which(tool)]
    if missing:
        sys.exit(f"run.py: not installed: {', '.join(missing)} (apt-get install {' '.join(missing)})")
    try:
        if args.bug:
            if args.bug not in bugs(models[args.model]):
                sys.exit(f"run.py: {args.model} has no {args.bug}, but {', '.join(bugs(models[args.model]))}")
            sys.exit(show(models[args.model], args.bug))
        chosen = [args.model] if args.model else sorted(models)
        plan = [(name, bug, what) for name in chosen for bug, what in {"": "", **bugs(models[name])}.items()]
    except Wrong as wrong:
        sys.exit(f"run.py: {wrong}")
    results = Tap()
    print(f"1..{len(plan)}")
    for name, bug, what in plan:
        check(models[name], bug, f"{name}, {bug}: {what}" if bug else f"{name} holds", results)
    sys.exit(results.failed > 0)


if __name__ == "__main__":
    main()
