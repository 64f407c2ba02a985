#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""mutants.py: can the tests of vm/ and core/ fail?  Seeds one bug at a time (mutants.toml), builds the fuzzer
and the directed tests with it, and runs them until one notices.  Prints a table and a score; status 1
if a bug goes unnoticed, if its text is no longer there, or if the tests fail without any bug."""
import argparse
import concurrent.futures
import dataclasses
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
FORMATS = {
    "i386": ["arch/i386"],
    "pae": ["arch/i386", "-DI386_PAE"],
    "sv39": ["arch/riscv64"],
    "sv48": ["arch/riscv64", "-DPT_LEVELS=4"],
    "r4000": ["arch/mips"],
    "r3000": ["arch/mips", "-DMIPS_R3K"],
}
QUICK = ["sv39"]
FUZZ = ["fuzz.c", "access.c", "change.c", "life.c", "managed.c", "check.c", "model.c"]
RACE = ["race.c", "race_enter.c", "race_life.c", "race_model.c", "race_ops.c", "race_order.c"]
KERNEL = ["kernel.c", "kernel_lib.c"]        # core/, too, by programs that make system calls
KERNEL_TESTS = [name + "_test" for name in ("ipc", "letters", "exo", "events", "group", "threads", "calls", "counts", "pipes", "signals")]
FILES_TESTS = [name + "_test" for name in ("files", "streams", "tree")]     # with core/'s files in them (files.h)
KERNEL_LACKS = ["main.c", "panic.c", "print.c", "lock.c"]
UNIT = ["unit.c"] + sorted(p.name for p in HERE.glob("unit_*.c"))
FLAGS = ["-std=gnu11", "-g1", "-O1", "-w", "-fno-strict-aliasing"]
ASAN = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
TSAN = ["-fsanitize=thread"]
UNSEEN = ["mmu.c", "sim.c", "race.c", "race_enter.c", "race_model.c", "race_ops.c", "race_order.c"]    # by ThreadSanitizer: see race.h
SEEDS, OPERATIONS, LIMIT = 16, 15000, 60
RACE_SEEDS, RACE_SECONDS = 4, 15
KERNEL_SEEDS, KERNEL_LIMIT, KERNEL_FORMATS = 6, 8, ["sv39"]       # core/ names no format
CALLS_LIMIT = 30                             # alone it takes six seconds, each of the others half a one
SOUND_SEEDS = 2                              # without a bug; meson runs the same programs


class Wrong(Exception):
    """The mutants or the tests themselves are at fault."""


@dataclasses.dataclass
class Mutant:
    name: str
    hazard: str
    file: str
    old: str
    new: str
    counts: int = 32
    formats: list = None
    threads: bool = False
    kernel: str = None          # the tests of core/ that judge it
    smp: str = None             # tests/guest/mutants.py, as the next
    guest: str = None           # tests/guest/mutants.py

    @property
    def flavour(self):
        """Which build judges it: the width of counts, threads, the whole kernel, or its files alone."""
        if self.kernel:
            return "files" if self.kernel.split()[0] + "_test" in FILES_TESTS else "kernel"
        return "threads" if self.threads else f"counts of {self.counts} bits"

    def apply(self, root):
        """The file's text with the bug in it."""
        text = (root / self.file).read_text()
        found = text.count(self.old)
        if found != 1:
            raise Wrong(f"{self.name}: the text to replace is in {self.file} {found} times, not once")
        return text.replace(self.old, self.new)


class Build:
    """The objects of one format and flavour, made once; a mutant compiles only what it changes."""

    def __init__(self, clang, root, folder, form, flavour):
        self.clang, self.root, self.folder = clang, root, folder / f"{form}-{flavour}".replace(" ", "-")
        self.folder.mkdir()
        self.threads = flavour == "threads"
        self.kernel, self.files = flavour == "kernel", flavour == "files"
        port, *defines = FORMATS[form]
        self.args = FLAGS + defines + (["-DPG_REF8"] if " 8 " in flavour else []) + self._defines()
        self.sanitize = TSAN if self.threads else ASAN
        self.programs = [("race", RACE)] if self.threads else [("fuzz", FUZZ), ("unit", UNIT)]
        self.includes = [".", "arch/sim", "arch", port, "vm", "core", "tests/host"]
        others = ["turns.c"] if self.threads else ["threads.c"]
        if self.kernel:
            self.programs = [(name, KERNEL + [name + ".c"]) for name in KERNEL_TESTS]
            others = ["turns.c", "threads.c"] + KERNEL_LACKS
        if self.files:
            self.programs = [(name, [name + ".c"]) for name in FILES_TESTS]
        self.core = [path for part in ("vm", "arch/sim") + (("core",) if self.kernel else ())
                     for path in sorted((root / part).glob("*.c")) if path.name not in others]
        self.sources = self.core + self._tests(sum((sources for _, sources in self.programs), []))
        for source in dict.fromkeys(self.sources):
            self._compile(source, self._object(self.folder, source), [])

    def _defines(self):
        if self.kernel:
            return ["-DSIM_KERNEL"]
        return ["-DSIM_THREADS"] if self.threads else ["-DLOCKSTAT"]

    def _tests(self, names):
        return [self.root / "tests/host" / name for name in names]

    @staticmethod
    def _object(folder, source):
        return folder / (source.parent.name + "-" + source.stem + ".o")

    def _compile(self, source, target, before):
        includes = [f"-I{path}" for path in before] + [f"-I{self.root / path}" for path in self.includes]
        sanitize = [] if self.threads and source.name in UNSEEN else self.sanitize
        run([self.clang, *self.args, *sanitize, *includes, "-MMD", "-c", source, "-o", target])

    def _reads(self, source, header):
        """Does it include the header, by what the compiler noted?"""
        noted = self._object(self.folder, source).with_suffix(".d").read_text().split()
        return str(header) in map(os.path.normpath, noted)

    def _changed(self, mutant, folder):
        """Compile what the mutant changes: its file, or what includes the header.  Objects, by source."""
        copy = folder / mutant.file
        copy.parent.mkdir(parents=True)
        if copy.suffix == ".c" and self.files:
            copy.write_text(mutant.apply(self.root))
            changed = {source: self._object(folder, source) for _, names in self._judges(mutant) for source in self._tests(names)}
            for source, target in changed.items():
                self._compile(source, target, [folder])
            return changed
        if copy.suffix == ".c":
            copy.write_text(mutant.apply(self.root))
            source = self.root / mutant.file
            self._compile(copy, self._object(folder, source), [source.parent])
            return {source: self._object(folder, source)}
        for part in ("vm", "arch", "core"):
            shutil.copytree(self.root / part, folder / part, dirs_exist_ok=True)
        copy.write_text(mutant.apply(self.root))
        mutated = {}
        for source in dict.fromkeys(self.sources):
            if not self._reads(source, self.root / mutant.file):
                continue
            inside = folder / source.relative_to(self.root)
            inside = inside if inside.exists() else source
            mutated[source] = self._object(folder, source)
            self._compile(inside, mutated[source], [folder, folder / "arch", folder / "vm", folder / "core"])
        return mutated

    def _judges(self, mutant):
        if not mutant or not mutant.kernel:
            return self.programs
        return [(name, sources) for name, sources in self.programs if name[:-5] in mutant.kernel.split()]

    def link(self, folder, mutant):
        """The test programs that judge it, with the bug if there is one."""
        changed = self._changed(mutant, folder) if mutant else {}
        programs = []
        for name, sources in self._judges(mutant):
            objects = [changed.get(source, self._object(self.folder, source))
                       for source in self.core + self._tests(sources)]
            run([self.clang, *self.sanitize, *objects, "-o", folder / name])
            programs.append(folder / name)
        return programs


def run(command):
    """A step of a build, which must succeed."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Wrong(f"{' '.join(str(part) for part in command)}\n{done.stderr}")


def fails(command, limit):
    """What a test says when it fails; None if it does not."""
    env = dict(os.environ, ASAN_OPTIONS="detect_leaks=0:handle_abort=0")
    with subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, env=env, start_new_session=True) as test:
        try:
            out = test.communicate(timeout=limit)[0].decode(errors="replace")
        except subprocess.TimeoutExpired:
            os.killpg(test.pid, signal.SIGKILL)
            return f"no end after {limit} s"
    if test.returncode == 0:
        return None
    lines = [line for line in out.splitlines()
             if line.startswith("not ok") or ": operation " in line or "ERROR: Addr" in line or "runtime error" in line
             or "SUMMARY: Thread" in line
             or line.startswith("panic") or line.startswith("Bail out")]
    return lines[0] if lines else f"status {test.returncode}"


def commands(build, programs, mutant):
    """What judges, in this order: (its name, the command, its limit in seconds)."""
    if build.kernel or build.files:
        return [(f"{program.name[:-5]} {seed}", [program, seed], CALLS_LIMIT if program.name == "calls_test" else KERNEL_LIMIT)
                for seed in range(1, (KERNEL_SEEDS if mutant else SOUND_SEEDS) + 1) for program in programs]
    fuzz, *unit = programs
    seeds, amount = (RACE_SEEDS, RACE_SECONDS) if build.threads else (SEEDS, OPERATIONS)
    tests = [(f"seed {seed}", [fuzz, amount, seed], LIMIT) for seed in range(1, (seeds if mutant else SOUND_SEEDS) + 1)]
    if unit:
        tests.insert(1, ("unit", unit, LIMIT))
    return tests


def catch(build, mutant, folder):
    """One seed, the directed tests, then more seeds.  Who noticed, and what it said; or None."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        programs = build.link(pathlib.Path(name), mutant)
        for by, command, limit in commands(build, programs, mutant):
            said = fails(command, limit)
            if said:
                return by, said
    return None


def pieces(mutants, formats):
    """Each mutant on each format that can show it, and each build without a bug."""
    for flavour in sorted({mutant.flavour for mutant in mutants}):
        for form in formats if flavour not in ("kernel", "files") else KERNEL_FORMATS:
            yield None, form, flavour
    for mutant in mutants:
        can = KERNEL_FORMATS if mutant.kernel else mutant.formats
        able = [form for form in formats if not can or form in can]
        for form in able or can[:1]:
            yield mutant, form, mutant.flavour


def judge(work, builds, folder, jobs):
    """Run all pieces.  How many mutants were missed somewhere, and how many there are."""
    missed, seen = set(), set()
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        results = pool.map(lambda piece: catch(builds[piece[1], piece[2]], piece[0], folder), work)
        for (mutant, form, flavour), caught in zip(work, results):
            if mutant is None and caught:
                raise Wrong(f"{form}: the tests fail without any bug: {caught[1]}")
            if mutant is None:
                print(f"{'-':5} {'(no bug)':48} {form:6} passes, {flavour}", flush=True)
                continue
            seen.add(mutant.name)
            if not caught:
                missed.add(mutant.name)
            by, said = caught or ("MISSED", "")
            print(f"{mutant.hazard:5} {mutant.name:48} {form:6} {by:7} {said[:100]}", flush=True)
    return len(missed), len(seen)


def snapshot(root):
    """A copy of the sources, so that a run judges one state of them."""
    for part in ("abi", "arch", "core", "lib", "vm", "tests/host"):
        shutil.copytree(ROOT / part, root / part)
    return root


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one page-table format, for CI")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="how many at a time")
    parser.add_argument("--clang", default="clang", help="the compiler")
    parser.add_argument("-k", metavar="PATTERN", default="", help="only mutants with this in their name")
    parser.add_argument("--format", action="append", choices=FORMATS, help="only this page-table format")
    return parser.parse_args()


def main():
    args = options()
    table = tomllib.loads((HERE / "mutants.toml").read_text())["mutant"]
    mutants = [Mutant(**entry) for entry in table if args.k in entry["name"]]
    begun = time.monotonic()
    if not mutants:
        sys.exit(f"mutants.py: no mutant has {args.k!r} in its name")
    if not shutil.which(args.clang):
        sys.exit(f"mutants.py: not installed: {args.clang}; tools/yoke setup installs what is missing")
    try:
        work = list(pieces(mutants, args.format or (QUICK if args.quick else list(FORMATS))))
        with tempfile.TemporaryDirectory(prefix="yoke-mutants-") as name:
            folder = pathlib.Path(name)
            root = snapshot(folder / "tree")
            for mutant in mutants:
                mutant.apply(root)
            needed = sorted({(form, flavour) for _, form, flavour in work})
            with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
                made = list(pool.map(lambda key: Build(args.clang, root, folder, *key), needed))
            missed, total = judge(work, dict(zip(needed, made)), folder, args.jobs)
    except Wrong as wrong:
        sys.exit(f"mutants.py: {wrong}")
    print(f"{total - missed} of {total} caught, {time.monotonic() - begun:.0f} s")
    sys.exit(missed > 0)


if __name__ == "__main__":
    main()
