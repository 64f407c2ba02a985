# SPDX-License-Identifier: MIT
"""interactive.py: `yoke run`: a boot on this terminal, or between pipes."""
import dataclasses
import shutil
import signal
import subprocess
import sys
import threading

from . import runner
from .ui import Failure, progress


def _say(what):
    progress.line(what.shell())
    if what.wait_for_gdb:
        progress.line(f"waiting for gdb; in another terminal: {what.gdb()}")


def _on_terminal(what):
    """The emulator has the terminal, ctrl-C goes to the guest."""
    if what.emulator == "qemu":
        what = dataclasses.replace(what, console="mon:stdio")
    _say(what)
    progress.line("ctrl-A X ends the emulator" if what.emulator == "qemu" else
                  "ctrl-C and `quit` end the emulator")
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process = runner.running.start(what.command())
        code = process.wait()
    finally:
        signal.signal(signal.SIGINT, before)
    return what.status(code) if code >= 0 else 1


def _feed(process):
    """Pass our input on.  The pipe stays open at its end: GXemul hangs on a closed one."""
    while data := sys.stdin.buffer.read1(4096):
        try:
            process.stdin.write(data)
            process.stdin.flush()
        except (BrokenPipeError, ValueError):
            return


def _between_pipes(what):
    _say(what)
    process = runner.running.start(what.command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    threading.Thread(target=_feed, args=(process,), daemon=True).start()
    text = []
    while piece := process.stdout.read1(4096):
        sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        text.append(piece)
    code = process.wait()
    log = runner.Log(b"".join(text).decode("utf-8", "replace").replace("\r", ""), "exit", what.status(code))
    return log.guest_status() if code >= 0 else 1


def run(what):
    """Boot; the guest's status."""
    if not shutil.which(what.command()[0]):
        raise Failure(f"not installed: {what.command()[0]}; tools/yoke setup installs it")
    if sys.stdin.isatty() and sys.stdout.isatty():
        return _on_terminal(what) or 0
    return _between_pipes(what)
