# SPDX-License-Identifier: MIT
"""programs.py: programs of the user's, for `yoke try`: compiled and linked as meson does it with ours,
and put into a copy of the kernel's image.

meson leaves its flags in each build folder's ulib/programs.json (ulib/meson.build).
"""
from dataclasses import dataclass, field
import hashlib
import json
import os
from pathlib import Path
import re
import subprocess
import sys
import tempfile

from . import image
from .targets import ROOT
from .ui import UserError, choices

sys.path.insert(0, str(ROOT / "tools"))
import mkramdisk

DEFAULT_API = "posix"
SUFFIXES = (".c", ".S", ".s")
_NAME_MAX = 32                  # abi/yoke.h: NAME_LEN
_FLOATING = re.compile(r"__(\w+[sdt]f[23]|fix(uns)?[sdt]f[sdt]i|float(un)?[sdt]i[sdt]f)$")  # the compiler's helpers


@dataclass(frozen=True)
class Source:
    """One program, named after its first file."""
    files: tuple
    folders: tuple = ()         # of more headers
    api: str = DEFAULT_API

    @property
    def name(self):
        return self.files[0].stem

    def key(self):
        """Folders of programs that differ do not meet."""
        said = json.dumps([self.api, *map(str, self.files), None, *map(str, self.folders)])
        return f"{self.name}-{hashlib.sha256(said.encode()).hexdigest()[:8]}"


def source(files, folders, api):
    """The Source that the command line names."""
    for path in map(Path, files):
        if path.suffix not in SUFFIXES:
            raise UserError(f"try: {path}: a source ends with {choices(SUFFIXES)}")
        if not path.is_file():
            raise UserError(f"no such file: {path}")
    for path in map(Path, folders):
        if not path.is_dir():
            raise UserError(f"no such folder: {path}")
    found = Source(tuple(Path(f).resolve() for f in files), tuple(Path(f).resolve() for f in folders), api)
    if not re.fullmatch(rf"[\w.+-]{{1,{_NAME_MAX - 1}}}", found.name) or found.name == "init":
        raise UserError(f"try: a program cannot be called '{found.name}'; it has the name of its first file")
    return found


def apis():
    """Every user interface there is."""
    return [DEFAULT_API, *sorted(path.parent.name for path in (ROOT / "ulib" / "compat").glob("*/meson.build"))]


# Teaching systems' programs try what a store to address 0 does, write numbers where pointers belong, and have void mains.
_PEERS = ["-fno-delete-null-pointer-checks", "-Wno-null-dereference", "-Wno-int-to-pointer-cast", "-Wno-int-conversion",
          "-Wno-constant-conversion", "-Wno-main-return-type"]


@dataclass
class Built:
    """What came of a Source for one target."""
    program: Path = None        # null: it could not be built
    said: str = ""              # the compiler's and linker's own lines
    missing: dict = field(default_factory=dict)     # what the program lacks: {a sentence: file:line, or an empty string}


def _command(flags, source, output):
    """One command compiles and links, and leaves nothing else."""
    headers, *library = flags["apis"].get(source.api, (None,))     # the library, and how its programs are linked
    beside = dict.fromkeys(file.parent for file in source.files)
    return [*flags["compile"], "-fhosted", "-fno-builtin", "-fno-color-diagnostics",
            *(["-Wall"] if source.api == DEFAULT_API else _PEERS),
            *(f"-iquote{folder}" for folder in beside),
            *(f"-I{folder}" for folder in [headers, *source.folders, *flags["dirs"]] if folder),
            "-o", str(output), *map(str, source.files),
            *flags["link"], "-Wl,--error-limit=0", *library, flags["ulib"]]


def _lacks(name, where, api):
    """(a sentence, where).  The linker's lines are near enough: riscv64's are often those of the call before."""
    if name in ("main", "umain"):
        return f"there is no {name}()", ""
    if _FLOATING.match(name):
        return f"floating point is not in the {api} API", where
    return f"{name} is not in the {api} API", where


def judge(text, api):
    """Split what clang and lld said: (its lines, but for those of what is undefined; Built.missing of these)."""
    missing, kept = {}, []
    for block in re.split(r"(?=^(?:ld\.lld|clang): )|\n\n", text, flags=re.M):
        if found := re.match(r"ld\.lld: error: undefined symbol: (\S+)\n>>> referenced by (\S+)", block):
            missing.setdefault(*_lacks(found[1], found[2], api))
        elif block.strip() and not re.match(r"clang: error: \S+ command failed", block):
            kept.append(block.rstrip())
    return "\n".join(kept), dict(sorted(missing.items()))


def compile(kernel, source):
    """Compile and link the source for the target of a kernel's image that meson has built."""
    build = Path(kernel).parent
    flags = json.loads((build / "ulib" / "programs.json").read_text(encoding="utf-8"))
    folder = build / "try" / source.key()
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / source.name
    with tempfile.TemporaryDirectory(dir=folder) as place:
        made = Path(place) / source.name
        done = subprocess.run(_command(flags, source, made), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace", check=False)
        said, missing = judge(done.stdout, source.api)
        if done.returncode:
            return Built(None, said, missing)
        os.replace(made, program)
    return Built(program, said)


def bootable(kernel, program):
    """A copy of the image whose ramdisk has the program too, beside the program."""
    archive = mkramdisk.with_program((Path(kernel).parent / "ramdisk.cpio").read_bytes(), "llvm-strip", program)
    copy = program.with_name(f"yoke-{program.name}")
    image.with_ramdisk(kernel, archive, copy)
    return copy


def line_of(program, address):
    """`function at file:line` of an address in a program, or an empty string."""
    done = subprocess.run(["llvm-symbolizer", f"--obj={program}", "--basenames", "--output-style=GNU", "--no-inlines",
                           address], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    function, place, *_ = [*done.stdout.splitlines(), "", ""]
    return f"{function} at {place}" if function and "?" not in function + place else ""
