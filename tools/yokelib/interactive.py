# SPDX-License-Identifier: MIT
"""interactive.py: `yoke run`: a boot on this terminal, or between pipes."""
import contextlib
import dataclasses
import signal
import subprocess
import sys
import threading

from . import runner
from .ui import progress


def _say(what, terminal):
    progress.line(what.shell())
    if what.wait_for_gdb:
        progress.line(f"waiting for gdb; in another terminal: {what.gdb()}")
    if terminal:
        progress.line("to end the emulator: " + ("ctrl-A X" if what.emulator == "qemu" else "ctrl-C, then quit"))


@contextlib.contextmanager
def _interrupts_go_to_the_guest():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _feed(process):
    """Pass our input on.  The pipe stays open at its end: GXemul hangs on a closed one."""
    while data := sys.stdin.buffer.read1(4096):
        try:
            process.stdin.write(data)
            process.stdin.flush()
        except (BrokenPipeError, ValueError):
            return


def _copied(what):
    """Copy the output, and so learn the status even from an emulator that does not tell it."""
    from_pipe = not sys.stdin.isatty()
    process = runner.running.start(what.command(), stdin=subprocess.PIPE if from_pipe else None,
                                   stdout=subprocess.PIPE)
    if from_pipe:
        threading.Thread(target=_feed, args=(process,), daemon=True).start()
    text = b""
    while piece := process.stdout.read1(4096):
        sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        text += piece
    log = runner.Log(runner.clean(text), "exit", what.status(process.wait()))
    return log.guest_status()


def run(what):
    """Boot; the guest's status, or 1 if a signal ended the emulator."""
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if terminal and what.emulator == "qemu":
        what = dataclasses.replace(what, console="mon:stdio")       # ctrl-A is the monitor's
    _say(what, terminal)
    if not terminal:
        status = _copied(what)
    else:
        with _interrupts_go_to_the_guest():
            if what.emulator == "qemu":
                status = what.status(runner.running.start(what.command()).wait())
            else:
                status = _copied(what)
    return status if status >= 0 else 1
