# SPDX-License-Identifier: MIT
"""scale.py: what several CPUs cost each other: `yoke compare --workloads scale`.

A kernel that counts its locks is booted once for each target and number of
CPUs, to run bin/scale, which prints a line `row {json}` for every figure.
"""
from . import emulator, runner
from .compare import LIMITS, figures, number

WORKLOADS = {"scale-faults": "page faults in N spaces, a CPU each",
             "scale-faults-shared": "page faults of N threads in one space",
             "scale-cow-shared": "copy-on-write faults of N threads in one space",
             "scale-fork": "fork + exit + wait in N processes, a CPU each"}
CPUS = (1, 2, 4, 8)
_HEAD = """\
For one operation, with so many CPUs at it, counted by QEMU (-icount shift=0): the CPUs take turns.
Instructions are those of all CPUs, and the time in which all of them wait."""


def measure_all(images, cpus, workloads):
    """All rows, in an order that does not depend on which boot ends first."""
    boots = [(target, image, n) for target, image in images.items() for n in cpus]
    rows = runner.in_parallel([lambda b=boot: _measure(*b, workloads) for boot in boots])
    return [row for boot in rows for row in boot]


def _measure(target, image, cpus, workloads):
    arguments = emulator.kernel_arguments(None, ["scale", *workloads])
    what = emulator.Boot(target, "qemu", image, arguments, cpus=cpus)
    return figures(what, f"{target.name} {cpus} CPU" + ("s" if cpus > 1 else ""), LIMITS)


# ---- the table ----

def _line(label, cells):
    return f"  {label:50}" + "".join(f"{cell:>10}" for cell in cells)


def _number(value):
    """Locks are often taken once in many operations."""
    return f"{value:.3f}" if value and value < 1 else number(value)


def _cells(rows, cpus, value):
    """A cell for each number of CPUs; nothing to tell if all are zero."""
    found = {row["params"]["cpus"]: value(row) for row in rows}
    return [_number(found.get(n)) for n in cpus] if any(found.values()) else None


def _lines(rows, cpus):
    """What one target's rows of one workload say: (label, cells)."""
    yield "instructions", _cells(rows, cpus, lambda row: row["instructions"])
    for name in ("shootdowns", "ipis", "acks", "wakes"):
        yield name, _cells(rows, cpus, lambda row, name=name: row["counters"].get(name, 0))
    names = dict.fromkeys(name for row in rows for name in row.get("locks", {}))
    for name in names:
        for part in ("taken", "shared", "moved", "contended"):
            label = f"lock {name}" if part == "taken" else f"  {part}"
            yield label, _cells(rows, cpus, lambda row, part=part: row.get("locks", {}).get(name, {}).get(part, 0))


def table(rows):
    """The rows as text, a block for each workload and target."""
    cpus = sorted({row["params"]["cpus"] for row in rows})
    text = [_HEAD]
    for workload in dict.fromkeys(row["workload"] for row in rows):
        text += ["", _line(WORKLOADS[workload], [f"{n} CPU" + "s" * (n > 1) for n in cpus])]
        for target in dict.fromkeys(row["target"] for row in rows):
            mine = [row for row in rows if (row["workload"], row["target"]) == (workload, target)]
            told = [(label, cells) for label, cells in _lines(mine, cpus) if cells]
            text += [_line(f"{target if i == 0 else '':14}{label}", cells) for i, (label, cells) in enumerate(told)]
    return "\n".join(text)
