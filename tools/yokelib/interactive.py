# SPDX-License-Identifier: MIT
"""interactive.py: `yoke run`: a boot on this terminal, or between pipes."""
import contextlib
import dataclasses
import os
import signal
import subprocess
import sys
import threading
import time

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


def _pass_on(process):
    """Copy our input to its end; the last byte, if there was one."""
    last = b""
    while data := sys.stdin.buffer.read1(4096):
        runner.type_to(process, data)
        last = data[-1:]
    return last


def _feed(process, booted, counted):
    """Pass our input on, once the serial line is set up.  A serial line has no end: there ctrl-D says it
    to whoever reads.  The pipe stays open: GXemul hangs on a closed one."""
    booted.wait()
    last = _pass_on(process)
    if counted and not last:
        return                      # nothing is typed: two runs are equal
    if last not in (b"", b"\n"):
        runner.type_to(process, b"\n")
    while process.poll() is None:
        runner.type_to(process, b"\4")
        time.sleep(1)


def _copied(what):
    """Copy the output, and so learn the status even from an emulator that does not tell it."""
    from_pipe = not sys.stdin.isatty()
    process = runner.running.start(what.command(), stdin=subprocess.PIPE if from_pipe else None,
                                   stdout=subprocess.PIPE)
    booted = threading.Event()
    if from_pipe:
        threading.Thread(target=_feed, args=(process, booted, what.counted), daemon=True).start()
    text = b""
    while piece := process.stdout.read1(4096):
        sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        text += piece
        if not booted.is_set() and runner.BANNER.search(runner.clean(text)):
            booted.set()
    log = runner.Log(runner.clean(text), "exit", what.status(process.wait()))
    return log.guest_status()


def take_terminal():
    """Read from the terminal though our input is another: meson gives its run targets none."""
    if sys.stdout.isatty() and not sys.stdin.isatty():
        with contextlib.suppress(OSError):
            terminal = os.open("/dev/tty", os.O_RDWR)
            os.dup2(terminal, sys.stdin.fileno())
            os.close(terminal)


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
