# SPDX-License-Identifier: MIT
"""report.py: results for people, as TAP, and as JUnit's XML."""
import re
import textwrap
import xml.etree.ElementTree as ET

from .tap import FAILED, PASSED, SKIPPED
from .ui import progress


def _counts(parts):
    return ", ".join(f"{n} {outcome}" for outcome, n in parts)


def group_line(group):
    """One line: what ran, how it went, how long."""
    parts = [(outcome, group.count(outcome)) for outcome in (PASSED, FAILED, SKIPPED)]
    mark = "FAIL" if group.count(FAILED) else "ok"
    shown = _counts([(outcome, n) for outcome, n in parts if n]) or "nothing ran"
    return f"{mark:4}  {group.name:34}  {shown:34}  {group.seconds:6.1f} s"


def show_group(group):
    """Print a finished group; of a failed one, all that helps."""
    progress.line(group_line(group))
    for case in group.cases:
        if case.outcome == PASSED and case.detail:
            progress.line(f"      {case.name}: {case.detail}")
        elif case.outcome == FAILED:
            progress.line(f"      not ok: {case.name}")
            if case.detail:
                progress.line(textwrap.indent(case.detail, "          "))
    if group.count(FAILED):
        for line in group.again:
            progress.line("      " + line)


def summary(groups):
    """The closing lines; the last one alone is for machines."""
    failures = [(group, case) for group in groups for case in group.cases if case.outcome == FAILED]
    lines = [""] + [f"failed: {group.name}: {case.name}" for group, case in failures]
    passed, failed, skipped = (sum(group.count(o) for group in groups) for o in (PASSED, FAILED, SKIPPED))
    lines += reasons(groups)
    last = f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "")
    return "\n".join(lines + [last])


def reasons(groups):
    """Why cases were skipped, each reason once."""
    found = {}
    for group in groups:
        for case in group.cases:
            if case.outcome == SKIPPED:
                found[case.detail] = found.get(case.detail, 0) + 1
    return [f"skipped {n}: {reason or 'no reason given'}" for reason, n in sorted(found.items())]


def write_tap(path, groups):
    cases = [(group, case) for group in groups for case in group.cases]
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"TAP version 13\n1..{len(cases)}\n")
        for number, (group, case) in enumerate(cases, 1):
            result = "not ok" if case.outcome == FAILED else "ok"
            skip = f" # SKIP {case.detail}" if case.outcome == SKIPPED else ""
            file.write(f"{result} {number} - {group.name}: {case.name}{skip}\n")
            if case.outcome == FAILED:
                file.write(textwrap.indent("\n".join([case.detail, *group.again]).strip() + "\n", "# "))


def _xml_text(text):
    """XML 1.0 has no control characters."""
    return re.sub(r"[^\t\n\x20-\ud7ff\ue000-\ufffd]", "?", text)


def write_junit(path, groups):
    root = ET.Element("testsuites")
    for group in groups:
        suite = ET.SubElement(root, "testsuite", name=group.name, tests=str(len(group.cases)),
                              failures=str(group.count(FAILED)), skipped=str(group.count(SKIPPED)),
                              time=f"{group.seconds:.3f}")
        for case in group.cases:
            element = ET.SubElement(suite, "testcase", classname=group.name, name=_xml_text(case.name))
            if case.outcome == FAILED:
                failure = ET.SubElement(element, "failure", message=_xml_text(case.name))
                failure.text = _xml_text("\n".join([case.detail, *group.again]))
            elif case.outcome == SKIPPED:
                ET.SubElement(element, "skipped", message=_xml_text(case.detail))
    ET.indent(root)
    ET.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
