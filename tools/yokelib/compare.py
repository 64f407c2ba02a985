# SPDX-License-Identifier: MIT
"""compare.py: what fork costs: every target, strategy and workload, in guest instructions.

Each target is booted once for each strategy, to run bin/bench, which prints
a line `row {json}` for every figure.
"""
import json
from pathlib import Path

from . import emulator, runner
from .suites import again
from .targets import ALL_STRATEGIES
from .ui import Failure, progress

WORKLOADS = ("null", "fork-exit", "fork-exec", "spawn", "cow-fault", "cow-reuse", "zero-fault", "mmap",
             "munmap-page", "mprotect", "sbrk", "file-fault", "sh", "upcall", "pipe", "ipc", "ipc-call")
MEASURED = (*ALL_STRATEGIES, "vfork", "spawn")        # the last two copy nothing
LIMITS = runner.Limits(seconds=300, silence=120)
PEERS = Path(__file__).with_name("peers.json")
_FIELDS = ("target", "emulator", "strategy", "workload", "params", "instructions", "floor", "counters", "locks")


def parse_rows(text, **fixed):
    """The rows in a log, in the order of the schema's fields."""
    rows = []
    for line in text.splitlines():
        if line.startswith("row {"):
            row = {**json.loads(line[4:]), **fixed}
            rows.append({field: row[field] for field in _FIELDS if field in row})
    return rows


def measure(image, target, strategy, workloads):
    """Boot once; the rows."""
    program = ["bench", "-s", strategy, *workloads]
    kernel = strategy if strategy in ALL_STRATEGIES else None
    what = emulator.Boot(target, "qemu", image, emulator.kernel_arguments(kernel, program))
    return figures(what, f"{target.name} {strategy}", LIMITS)


def figures(what, name, limits):
    """The rows that a Boot prints."""
    progress.status(f"{name}: booting")
    log = runner.boot(what, limits, on_text=lambda text: progress.status(f"{name}: {text.count('row {')} figures"))
    if log.ended != "exit" or log.guest_status() or log.panic():
        shown = "\n".join([log.text.rstrip(), *again(what)])
        raise Failure(f"{name}: the boot ended by {log.ended}, status {log.guest_status()}\n{shown}")
    rows = parse_rows(log.text, target=what.target.name, emulator=what.emulator)
    progress.line(f"{name:24} {len(rows):3} figures {log.seconds:6.1f} s")
    return rows


def measure_all(images, strategies, workloads):
    """All rows, in an order that does not depend on which boot ends first."""
    boots = [(image, target, strategy) for target, image in images.items() for strategy in strategies]
    rows = runner.in_parallel([lambda b=boot: measure(*b, workloads) for boot in boots])
    return [row for boot in rows for row in boot]


# ---- the table ----

_TITLES = {"null": "null system call",
           "fork-exit": "fork + exit + wait, small process",
           "fork-exec": "fork + exec + wait, tiny program",
           "spawn": "spawn + wait, tiny program",
           "cow-fault": "copy-on-write fault that copies",
           "cow-reuse": "copy-on-write fault, sole owner",
           "zero-fault": "zero-fill fault",
           "mmap": "mmap of 1 MiB, a region of its own",
           "munmap": "munmap of the same, untouched",
           "munmap-page": "munmap, for each touched page",
           "mprotect": "mprotect of one page: split, or merge",
           "sbrk": "sbrk of 1 MiB, up or down, untouched",
           "file-fault": "read fault, the file's page in memory",
           "upcall": "upcall: fault, empty handler, back",
           "sh": "fork + sh -c of a program + wait",
           "pipe": "a byte by pipe, and one back",
           "ipc": "a word by ipc, and one back: send, receive",
           "ipc-call": "the same, in one call on each side"}
_SIZED = {"fork-exit": "fork + exit + wait, {mib} MiB touched",
          "fork-exit-slope": "  of that, for each page (of {mib} MiB)"}
_HEAD = """\
Guest instructions for one operation, counted by QEMU (-icount shift=0).  It models
no caches and no TLB latency: compare these counts with each other, not with seconds."""


def _title(workload, params):
    return (_SIZED if params else _TITLES).get(workload, workload).format(**params)


def number(value):
    """A figure as a table shows it."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if value == int(value) or value >= 1000 else f"{value:,.2f}"


def _line(label, cells):
    return f"{label:38}" + "".join(f"{cell:>14}" for cell in cells)


def _cells(found, targets):
    return [number(found.get(target)) for target in targets]


def _peer_lines(workload, params, targets):
    """What others take for the same, where it is known."""
    for peer in json.loads(PEERS.read_text(encoding="utf-8"))["peers"]:
        for row in peer["rows"]:
            if (row["workload"], row["params"]) == (workload, params):
                found = {target: row["instructions"].get(target.split("-")[0]) for target in targets}
                if any(found.values()):
                    yield _line("    " + peer["name"], _cells(found, targets))


def _counter_lines(rows):
    """The counters of one operation; targets that agree share a line."""
    told = {}
    for row in rows:
        text = ", ".join(f"{name} {number(value)}" for name, value in row["counters"].items())
        if text:
            told.setdefault(text, []).append(row["target"])
    for text, targets in told.items():
        yield f"      {', '.join(targets)}: {text}"


def _block(rows, targets, counters):
    """One workload: strategies down, targets across, the floor and the peers below."""
    workload, params = rows[0]["workload"], rows[0]["params"]
    yield ""
    yield _line(_title(workload, params), targets)
    for strategy in dict.fromkeys(row["strategy"] for row in rows):
        mine = [row for row in rows if row["strategy"] == strategy]
        yield _line("  " + strategy, _cells({row["target"]: row["instructions"] for row in mine}, targets))
        if counters:
            yield from _counter_lines(mine)
    floor = {row["target"]: row["floor"] for row in rows if "floor" in row}
    if floor:
        yield _line("    floor: the bare page operation", _cells(floor, targets))
    yield from _peer_lines(workload, params, targets)


def table(rows, counters=False):
    """The rows as text, a block for each workload, in the order of WORKLOADS."""
    targets = list(dict.fromkeys(row["target"] for row in rows))
    blocks = {}
    for row in rows:
        blocks.setdefault((row["workload"], row["params"].get("mib")), []).append(row)
    lines = [_HEAD]
    for _, block in sorted(blocks.items(), key=lambda item: _place(*item[0])):
        lines += _block(block, targets, counters)
    return "\n".join(lines)


def _place(workload, mib):
    """Where a block stands; a slope follows the size it belongs to."""
    base = {"munmap": "mmap"}.get(workload, workload.removesuffix("-slope"))
    return WORKLOADS.index(base) if base in WORKLOADS else len(WORKLOADS), mib or 0, workload


def write_json(path, rows):
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"schema": 1, "rows": rows}, file, indent=1)
        file.write("\n")
