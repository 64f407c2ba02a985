# SPDX-License-Identifier: MIT
"""ui.py: progress and errors.  On a terminal one line that changes, in a log plain lines."""
import sys
import threading
import time


class UserError(Exception):
    """The command line is wrong: one line, status 2."""


class Failure(Exception):
    """Something that was to be done could not be: status 1."""


class Progress:
    """Thread-safe.  line() stays; status() is replaced by the next one and not shown in a log."""

    def __init__(self, stream=sys.stderr):
        self.stream = stream
        self.terminal = stream.isatty()
        self.lock = threading.Lock()
        self.shown = False
        self.drawn = 0.0

    def _erase(self):
        if self.shown:
            self.stream.write("\r\033[K")
            self.shown = False

    def status(self, text):
        now = time.monotonic()
        with self.lock:
            if not self.terminal or now - self.drawn < 0.1:
                return
            self._erase()
            self.stream.write(text[:100])
            self.stream.flush()
            self.shown, self.drawn = True, now

    def line(self, text):
        with self.lock:
            self._erase()
            self.stream.write(text + "\n")
            self.stream.flush()

    def clear(self):
        with self.lock:
            self._erase()
            self.stream.flush()


progress = Progress()


def choices(names):
    """`a, b and c`, for a line that names what is valid."""
    names = list(names)
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
