# SPDX-License-Identifier: MIT
"""build.py: meson's build folders: made when needed, then built."""
import re
import subprocess
from pathlib import Path

from .targets import ROOT
from .ui import Failure, progress

HOST = "build-host"


def _run(command, label):
    """Run it, its counters as progress; Failure with all it printed if it fails."""
    output = []
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace") as process:
        for line in process.stdout:
            output.append(line)
            if count := re.match(r"\[(\d+/\d+)\]", line):
                progress.status(f"{label}: {count[1]}")
    if process.returncode:
        progress.line("".join(output).rstrip())
        raise Failure(f"{label} failed: {' '.join(map(str, command))}")
    return output


def _build(folder, setup, label):
    if not (folder / "build.ninja").exists():
        progress.status(f"{label}: setting up {folder.name}")
        _run(["meson", "setup", *setup, str(folder), str(ROOT)], f"setting up {label}")
    _run(["ninja", "-C", str(folder)], f"building {label}")


def build(target, base, lockstat=False):
    """Build a target in its folder below base; the image's path.  lockstat: a kernel that counts its locks."""
    folder = Path(base) / (target.folder + ("-lockstat" if lockstat else ""))
    cross = ROOT / "tools" / "cross" / f"{target.port}.ini"
    options = [*target.options, *(["-Dlockstat=true"] if lockstat else [])]
    _build(folder, ["--cross-file", str(cross), *options], target.name)
    return folder / "yoke"


def build_host(base):
    """Build the tests that run here; their folder."""
    folder = Path(base) / HOST
    _build(folder, ["--native-file", str(ROOT / "tools" / "cross" / "host.ini")], "host tests")
    return folder
