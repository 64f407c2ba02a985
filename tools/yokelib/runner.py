# SPDX-License-Identifier: MIT
"""runner.py: boot one image, keep its serial log, end it in time.

A boot ends by itself, or is ended: it took too long, said nothing for too
long, or printed the kernel's banner a second time (GXemul restarts a kernel
that does not suit its CPU, for ever).  Emulators are ended with SIGKILL,
by their process: QEMU has been seen to ignore SIGTERM.
"""
from concurrent.futures import ThreadPoolExecutor
import contextlib
from dataclasses import dataclass, field
import os
import re
import selectors
import subprocess
import threading
import time

from .ui import Failure

BANNER = re.compile(r"^Yoke ", re.M)
PANIC = re.compile(r"panic: .*")
_STATUS = re.compile(r"^poweroff: status (\d+)", re.M)
AFTER_PANIC = 5                 # seconds that a panic may take to print and power off


@dataclass
class Log:
    """What a boot printed, and how it ended: 'exit', 'timeout', 'silence' or 'restart'."""
    text: str
    ended: str
    status: int = None          # the guest's; None: not known
    seconds: float = 0.0

    def panic(self):
        """The panic's line, or None."""
        found = PANIC.search(self.text)
        return found and found[0]

    def guest_status(self):
        """The status; where the emulator does not say, the log does, or it was no power-off."""
        if self.status is not None or self.ended != "exit":
            return self.status
        told = _STATUS.search(self.text)
        return int(told[1]) if told else 1


@dataclass
class Limits:
    seconds: float = 60         # for the whole boot
    silence: float = 30         # without a byte of output


@dataclass
class Script:
    """A dialogue on the console: when the log after the last match has a pattern, type an answer."""
    steps: list = field(default_factory=list)       # [(pattern, text to type)]

    def __post_init__(self):
        self.place, self.step = 0, 0

    def answer(self, text):
        """What to type now, as bytes."""
        typed = b""
        while self.step < len(self.steps):
            pattern, reply = self.steps[self.step]
            found = re.compile(pattern, re.M).search(text, self.place)
            if not found:
                break
            self.place, self.step = found.end(), self.step + 1
            typed += reply.encode()
        return typed


class _Running:
    """What runs now, so that an interrupted command leaves nothing behind."""

    def __init__(self):
        self.lock, self.processes, self.closed = threading.Lock(), {}, False

    def start(self, command, gentle=False, **options):
        """gentle: it has children of its own to end, and listens to SIGTERM."""
        with self.lock:
            if self.closed:
                raise Failure("interrupted")
            try:
                process = subprocess.Popen(command, **options)
            except FileNotFoundError:
                raise Failure(f"not installed: {command[0]}; tools/yoke setup installs it") from None
            self.processes[process] = gentle
            return process

    def end(self, process):
        with self.lock:
            gentle = self.processes.pop(process, False)
        if gentle and process.poll() is None:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(5)
        if process.poll() is None:
            process.kill()
        process.wait()

    def end_all(self):
        """Nothing is left, and nothing will be started."""
        with self.lock:
            self.closed = True
            processes = list(self.processes)
        for process in processes:
            self.end(process)


running = _Running()


def clean(data):
    """Bytes of a serial line as text."""
    return data.decode("utf-8", "replace").replace("\r", "")


def _watch(process, limits, script, on_text):
    """Read until the process ends or must be ended: (all it printed, why)."""
    data, begun = b"", time.monotonic()
    heard, panicked = begun, None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            now = time.monotonic()
            if now - begun > limits.seconds:
                return data, "timeout"
            if now - heard > limits.silence or panicked and now - panicked > AFTER_PANIC:
                return data, "silence"
            if not selector.select(0.5):
                continue
            piece = os.read(process.stdout.fileno(), 65536)
            if not piece:
                return data, "exit"
            data, heard = data + piece, now
            text = clean(data)
            if len(BANNER.findall(text)) > 1:
                return data, "restart"
            panicked = panicked or PANIC.search(text) and now
            type_to(process, script.answer(text))
            on_text(text)


def type_to(process, typed):
    with contextlib.suppress(BrokenPipeError):      # it ended meanwhile; the log says how
        process.stdin.write(typed)
        process.stdin.flush()


def run(command, limits=None, script=None, on_text=lambda text: None, status=lambda code: code):
    """Run an emulator's command to its end; its Log.  status: the guest's, from the exit code."""
    begun = time.monotonic()
    process = running.start(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    ended = "silence"
    try:
        data, ended = _watch(process, limits or Limits(), script or Script(), on_text)
        if ended == "exit":
            process.wait(AFTER_PANIC)
    except subprocess.TimeoutExpired:
        ended = "silence"
    finally:
        running.end(process)
        process.stdin.close()
        process.stdout.close()
    known = status(process.returncode) if ended == "exit" else None
    return Log(clean(data), ended, known, time.monotonic() - begun)


def boot(what, limits=None, script=None, on_text=lambda text: None):
    """Boot a Boot of emulator.py."""
    return run(what.command(), limits, script, on_text, what.status)


def in_parallel(functions):
    """Call all, one a processor at a time; their results in order.  At an error no emulator is left."""
    pool = ThreadPoolExecutor(os.cpu_count() or 1)
    try:
        return [future.result() for future in [pool.submit(function) for function in functions]]
    except BaseException:
        running.end_all()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
