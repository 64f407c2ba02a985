# SPDX-License-Identifier: MIT
"""compare.py: what fork costs: every target, strategy and workload, in guest instructions.

Each target is booted once for each strategy, to run bin/bench, which prints
a line `row {json}` for every figure.
"""
import json
from pathlib import Path

from . import emulator, runner
from .suites import again
from .targets import STRATEGIES
from .ui import Failure, progress

WORKLOADS = ("null", "fork-exit", "fork-exec", "spawn", "cow-fault", "cow-reuse", "zero-fault")
MEASURED = (*STRATEGIES, "vfork", "spawn")        # the last two copy nothing
LIMITS = runner.Limits(seconds=300, silence=120)
PEERS = Path(__file__).with_name("peers.json")
_FIELDS = ("target", "emulator", "strategy", "workload", "params", "instructions", "floor", "counters")


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
    name = f"{target.name} {strategy}"
    program = ["bench", "-s", strategy, *workloads]
    kernel = strategy if strategy in STRATEGIES else None
    what = emulator.Boot(target, "qemu", image, emulator.kernel_arguments(kernel, program))
    progress.status(f"{name}: booting")
    log = runner.boot(what, LIMITS, on_text=lambda text: progress.status(f"{name}: {text.count('row {')} figures"))
    if log.ended != "exit" or log.guest_status() or log.panic():
        shown = "\n".join([log.text.rstrip(), *again(what)])
        raise Failure(f"{name}: the boot ended by {log.ended}, status {log.guest_status()}\n{shown}")
    rows = parse_rows(log.text, target=target.name, emulator="qemu")
    progress.line(f"{name:24} {len(rows):3} figures {log.seconds:6.1f} s")
    return rows


def measure_all(images, strategies, workloads):
    """All rows, in an order that does not depend on which boot ends first."""
    boots = [(image, target, strategy) for target, image in images.items() for strategy in strategies]
    rows = runner.in_parallel([lambda b=boot: measure(*b, workloads) for boot in boots])
    return [row for boot in rows for row in boot]


# ---- the table ----

def _title(workload, params):
    mib = params.get("mib")
    titles = {"null": "null system call",
              "fork-exit": f"fork + exit + wait, {mib} MiB touched" if mib else "fork + exit + wait, small process",
              "fork-exit-slope": f"... of which for each touched page (at {mib} MiB)",
              "fork-exec": "fork + exec + wait, tiny program",
              "spawn": "spawn + wait, tiny program",
              "cow-fault": "copy-on-write fault that copies",
              "cow-reuse": "copy-on-write fault, sole owner",
              "zero-fault": "zero-fill fault"}
    return titles.get(workload, workload)


def _number(value):
    if value is None:
        return "-"
    return f"{value:,.0f}" if value == int(value) or value >= 1000 else f"{value:,.2f}"


def _line(label, cells):
    return f"  {label:26}" + "".join(f"{_number(cell):>16}" for cell in cells)


def _peer_lines(key, targets):
    """What others take for the same, where it is known."""
    workload, params = key
    ports = [target.split("-")[0] for target in targets]
    for peer in json.loads(PEERS.read_text(encoding="utf-8"))["peers"]:
        for row in peer["rows"]:
            if row["workload"] == workload and row.get("params", {}) == dict(params):
                cells = [row["instructions"].get(port) for port in ports]
                if any(cell is not None for cell in cells):
                    yield _line(peer["name"], cells)


def table(rows):
    """The rows as text: a block for each workload, strategies down, targets across."""
    targets = list(dict.fromkeys(row["target"] for row in rows))
    blocks = {}
    for row in rows:
        block = blocks.setdefault((row["workload"], tuple(sorted(row["params"].items()))), {})
        block.setdefault(row["strategy"], {})[row["target"]] = row["instructions"]
        if "floor" in row:
            block.setdefault("floor", {})[row["target"]] = row["floor"]
    lines = ["Guest instructions for one operation, counted by QEMU (-icount shift=0).",
             "It models no caches and no TLB latency: compare counts with counts only."]
    for key, block in blocks.items():
        floor = block.pop("floor", None)
        lines += ["", f"{_title(key[0], dict(key[1])):28}" + "".join(f"{target:>16}" for target in targets)]
        lines += [_line(strategy, [cells.get(target) for target in targets]) for strategy, cells in block.items()]
        if floor:
            lines.append(_line("floor: the page alone", [floor.get(target) for target in targets]))
        lines += _peer_lines(key, targets)
    return "\n".join(lines)


def write_json(path, rows):
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"schema": 1, "rows": rows}, file, indent=1)
        file.write("\n")
