#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""test_tools.py: the parts of tools/yoke that judge, on logs and fake emulators made here."""
import contextlib
import io
import itertools
import json
from pathlib import Path
import subprocess
import sys
import tempfile
import unittest
import unittest.mock
import xml.etree.ElementTree as ET

ROOT = Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "tools"))

from yokelib import compare, emulator, main, packages, report, runner, stress, suites, tap, targets, ui

GOOD = "Yoke 0.1 on mips\nTAP version 13\n1..2\n# begin 1 - one\nok 1 - one\n# begin 2 - two\nok 2 - two\n"


def judged(text, ended="exit", status=0):
    """[(outcome, name)] of a log."""
    return [(case.outcome, case.name) for case in tap.parse(runner.Log(text, ended, status, 1.0))]


def failures(*args, **kwargs):
    return [name for outcome, name in judged(*args, **kwargs) if outcome == tap.FAILED]


class Judging(unittest.TestCase):
    """Each thing that can go wrong in a boot is one failure with a name."""

    def test_good(self):
        self.assertEqual(judged(GOOD), [("passed", "one"), ("passed", "two")])

    def test_failed_case_keeps_its_notes(self):
        log = runner.Log("1..1\n# begin 1 - one\n# got 3, wanted 4\nnot ok 1 - one\n", "exit", 1)
        case, = tap.parse(log)
        self.assertEqual((case.outcome, case.detail), ("failed", "# got 3, wanted 4"))

    def test_skip_has_a_reason(self):
        log = runner.Log("1..1\nok 1 - kernel memory # SKIP nothing isolates here\n", "exit", 0)
        self.assertEqual(tap.parse(log), [tap.Case("kernel memory", "skipped", "nothing isolates here")])

    def test_skipped_and_failed_is_failed(self):
        log = runner.Log("1..1\n# a page less\nnot ok 1 - full # SKIP no room\n", "exit", 0)
        self.assertEqual([(c.outcome, c.detail) for c in tap.parse(log)], [(tap.FAILED, "# a page less")])

    def test_hang(self):
        text = "1..2\n# begin 1 - one\nok 1 - one\n# begin 2 - two\n"
        self.assertEqual(failures(text, "silence", None)[0], "hang: no more output, in: two")
        self.assertEqual(failures(text, "timeout", None)[0], "hang: no end after 1 s, in: two")

    def test_the_log_is_shown_once_without_the_firmware(self):
        text = "OpenSBI\nYoke 0.1\n1..2\n# begin 1 - one\n"
        hang, missing = tap.parse(runner.Log(text, "silence", None, 1.0))
        self.assertEqual((hang.detail, missing.detail), (text[8:].rstrip(), ""))

    def test_panic(self):
        names = failures("1..1\n# begin 1 - one\npanic: page.c:9: assertion failed: ref\n", status=127)
        self.assertEqual(names[0], "panic: page.c:9: assertion failed: ref, in: one")

    def test_panic_in_the_middle_of_a_line(self):
        self.assertTrue(failures("1..1\n# begin 1 - one\nhalf a lipanic: lost\n", status=127)[0].startswith("panic: lost"))

    def test_missing_case(self):
        self.assertEqual(failures(GOOD.replace("1..2", "1..4")), ["missing: 2 of 4 cases (3, 4), after: two"])

    def test_missing_in_the_middle(self):
        self.assertEqual(failures("1..3\nok 1 - a\nok 3 - c\n"), ["missing: 1 of 3 cases (2), after: c"])

    def test_no_plan(self):
        self.assertEqual(failures("Yoke 0.1\n"), ["no plan: the log has no line 1..N"])

    def test_second_banner(self):
        self.assertEqual(failures(GOOD + "Yoke 0.1 on mips\n", "restart", None), ["second boot banner, after: two"])

    def test_bail_out(self):
        self.assertIn("bail out: no disk", failures("1..1\nBail out! no disk\n", status=1))

    def test_reported_twice(self):
        self.assertEqual(failures("1..1\nok 1 - a\nok 1 - a\n"), ["numbers: a case was reported twice, or is not in the plan"])

    def test_status_alone_fails(self):
        self.assertEqual(failures(GOOD, status=3), ["status: every case passed, but the end was status 3"])

    def test_status_from_the_log(self):
        log = runner.Log("poweroff: status 4\n", "exit", None)
        self.assertEqual(log.guest_status(), 4)
        self.assertEqual(runner.Log("panic: x\n", "exit", None).guest_status(), 1)
        self.assertIsNone(runner.Log("", "silence", None).guest_status())


class Running(unittest.TestCase):
    """A fake emulator is a shell script."""

    def boot(self, script, limits=runner.Limits(10, 10), dialogue=()):
        return runner.run(["sh", "-c", script], limits, runner.Script(list(dialogue)))

    def test_end_and_status(self):
        log = self.boot("echo hello; exit 5")
        self.assertEqual((log.text, log.ended, log.status), ("hello\n", "exit", 5))

    def test_silence_and_timeout(self):
        self.assertEqual(self.boot("echo a; exec sleep 60", runner.Limits(30, 1)).ended, "silence")
        self.assertEqual(self.boot("while echo a; do sleep 0.2; done", runner.Limits(1, 30)).ended, "timeout")

    def test_restart_is_cut_short(self):
        log = self.boot("while echo Yoke 0.1; do sleep 0.1; done")
        self.assertEqual((log.ended, log.status), ("restart", None))

    def test_dialogue(self):
        log = self.boot("echo '$ '; read a; echo \"got $a\"; read b; echo $b", dialogue=[(r"^\$ ", "one\n"), ("got one", "two\n")])
        self.assertEqual(log.text, "$ \ngot one\ntwo\n")

    def test_missing_emulator(self):
        with self.assertRaisesRegex(runner.Failure, "not installed: no-such-emulator"):
            runner.run(["no-such-emulator"])


class Commands(unittest.TestCase):
    """Emulators' command lines, and their statuses."""

    def boot(self, name, which="qemu"):
        return emulator.Boot(targets.TARGETS[name], which, Path("k"), "a b")

    def test_statuses(self):
        self.assertEqual([self.boot("i386").status(code) for code in (0, 1, 7)], [0, 1, 3])
        self.assertEqual(self.boot("riscv64").status(3), 3)
        self.assertIsNone(self.boot("mips", "gxemul").status(0))

    def test_every_run_is_exact(self):
        for name in targets.TARGETS:
            self.assertIn("shift=0,sleep=off", self.boot(name).command())

    def test_arguments(self):
        self.assertEqual(emulator.kernel_arguments("page", ["echo", "hi"]), "fork=page -- echo hi")
        self.assertEqual(emulator.kernel_arguments(), "")
        self.assertEqual(self.boot("mips", "gxemul").command()[-3:], ["-o", "a b", "k"])


class Stressing(unittest.TestCase):
    """Boots of uprog/stress: all combinations, no seed twice, and the first finding is the last boot."""

    WELL = "Yoke 0.1\nstress: 12 rounds, seed 3, 800 ms, nothing found\n"
    TARGET = targets.TARGETS["riscv64"]

    def test_all_combinations(self):
        some = list(itertools.islice(stress.plans([self.TARGET], [2, 4], ["page", "dir"], [False, True], 7), 16))
        self.assertEqual(len({(p.cpus, p.strategy, p.counted) for p in some[:8]}), 8)
        self.assertEqual([p.seed for p in some], list(range(7, 23)))

    def test_judging(self):
        self.assertEqual(stress.rounds(runner.Log(self.WELL, "exit", 0)), 12)
        for log in (runner.Log(self.WELL, "timeout"), runner.Log(self.WELL, "exit", 1), runner.Log("Yoke 0.1\n", "exit", 0),
                    runner.Log("panic: x.c:1: assertion failed\n" + self.WELL, "exit", 0)):
            self.assertEqual(stress.rounds(log), 0)
        log = runner.Log("# finding: a == b (stress.c:9), fork: seed 3 round 4\n", "exit", 1)
        self.assertEqual(stress.finding(log), "a == b (stress.c:9), fork: seed 3 round 4")

    def test_ends_at_a_finding(self):
        logs = [runner.Log(self.WELL, "exit", 0), runner.Log("Yoke 0.1\n", "silence", None, 9.0), runner.Log(self.WELL, "exit", 0)]
        shown = []
        with unittest.mock.patch.object(runner, "boot", side_effect=logs):
            result = stress.run({self.TARGET: Path("k")}, stress.plans([self.TARGET], [2], ["page"], [False], 1), 60,
                                lambda case, again, rounds: shown.append((case.name, again)))
        self.assertEqual((result[0], result[1], result[3]), (2, 12, True))
        self.assertIn("seed 2: hang: silence after 9 s", shown[1][0])
        self.assertIn("-smp 2", shown[1][1][0])


class Typing(unittest.TestCase):
    """A wrong command line: one line that names what is valid, status 2."""

    def typed(self, *words):
        told = io.StringIO()
        with contextlib.redirect_stdout(told), unittest.mock.patch.object(main.progress, "stream", told):
            status = main.main(list(words))
        return status, told.getvalue()

    def check(self, needle, *words):
        status, told = self.typed(*words)
        self.assertEqual(status, 2)
        self.assertEqual(told.count("\n"), 1, told)
        self.assertIn(needle, told)

    def test_one_line(self):
        self.check("unknown target 'vax'; valid: i386, riscv64, mips", "build", "vax")
        self.check("unknown strategy 'fast'; valid: eager, page, table, dir and upcall", "test", "--fork", "fast")
        self.check("unknown emulator 'bochs'; valid: qemu and gxemul", "run", "mips", "--emulator", "bochs")
        self.check("unknown workload 'x'; valid: null", "compare", "--workloads", "x")
        self.check("unknown option '--frok'; options: --counted, --fork", "test", "--frok")
        self.check("unknown command 'bild'; valid: setup, build", "bild")
        self.check("unknown option '--fo'; options: --build-root and --help", "--fo")
        self.check("which target? valid: i386", "run")
        self.check("unexpected 'ls'; a program goes after --: yoke run mips -- ls", "run", "mips", "ls")
        self.check("unknown target ''; valid: i386", "compare", "--targets", "")
        self.check("no such file: no/image", "run", "i386", "--image", "no/image")
        self.check("mips runs one CPU only; valid: i386", "stress", "mips")
        self.check("stress: --smp wants 2 CPUs or more", "stress", "--smp", "1,2")
        self.check("stress: --smp: '9' is no number from 1 to 8", "stress", "--smp", "9")
        self.check("'x' is no number of minutes", "stress", "--minutes", "x")
        self.check("no such folder: no", "compare", "--json", "no/figures")


class SeveralCpus(unittest.TestCase):
    """--smp runs the targets that have several CPUs, and says which have not."""

    WANTED = suites.Wanted(["page", "table"], kinds=("guest",), cpus=4, counted=False)

    def emulators(self, *names):
        return [(targets.TARGETS[name], which) for name in names for which in targets.TARGETS[name].emulators]

    def test_those_that_can(self):
        runs = list(suites.guests(self.emulators(*targets.TARGETS), self.WANTED))
        self.assertLessEqual({(name, "qemu", strategy) for name in ("i386", "riscv64", "mips-smp")
                              for strategy in ("page", "table")}, {(t.name, which, s) for t, which, s in runs})
        self.assertNotIn("mips", [target.name for target, which, strategy in runs])
        self.assertEqual(len(runs), len(set(runs)))

    def test_the_others_are_named(self):
        told = report.reasons(suites.left_out(self.emulators(*targets.TARGETS), self.WANTED))
        self.assertIn("skipped 1: mips has one CPU (qemu)", told)
        self.assertIn("skipped 1: mips has one CPU (gxemul)", told)
        self.assertFalse([line for line in told if "mips-smp" in line or "i386" in line])

    def test_a_second_emulator_has_fewer_strategies(self):
        """Unless they are chosen; and what it lacks is said."""
        every = suites.Wanted(targets.ALL_STRATEGIES)
        chosen = suites.Wanted(("eager", "dir"))
        both = self.emulators("mips")
        self.assertEqual([s for _, name, s in suites.guests(both, every) if name == "gxemul"], ["page", "table", "upcall"])
        self.assertEqual([s for _, name, s in suites.guests(both, every) if name == "qemu"], list(targets.ALL_STRATEGIES))
        self.assertEqual([s for _, name, s in suites.guests(both, chosen) if name == "gxemul"], ["eager", "dir"])
        self.assertEqual([group.name for group in suites.left_out(both, every)], ["mips gxemul eager", "mips gxemul dir"])
        self.assertEqual(suites.left_out(both, chosen), [])

    def test_nothing_is_left_out_of_one(self):
        one = suites.Wanted(["page"])
        self.assertEqual(suites.left_out(self.emulators(*targets.TARGETS), one), [])
        self.assertIn("mips", [target.name for target, *_ in suites.guests(self.emulators("mips"), one)])

    def test_none_can(self):
        with self.assertRaisesRegex(ui.UserError, "no target of these runs several CPUs; valid: i386, riscv64"):
            list(suites.guests(self.emulators("mips"), self.WANTED))

    def test_the_machine_has_them(self):
        for name in targets.TARGETS:
            boot = emulator.Boot(targets.TARGETS[name], "qemu", Path("k"), cpus=4, counted=False).command()
            self.assertEqual(boot[boot.index("-smp") + 1], "4")
        self.assertIn("P5600", emulator.Boot(targets.TARGETS["mips-smp"], "qemu", Path("k")).command())


class Installing(unittest.TestCase):
    """What is missing is named, with the line that installs it."""

    NEEDS = {"sh-package": ("sh", "is there"), "nosuch-package": ("nosuch-command", "is not")}

    def test_missing(self):
        self.assertEqual(packages.missing(self.NEEDS), ["nosuch-package"])

    def test_without_root(self):
        with unittest.mock.patch.object(packages, "_as_root", return_value=None), \
                self.assertRaisesRegex(ui.Failure, "not installed: nosuch-package; as root: apt-get install nosuch-package"):
            packages.ensure(self.NEEDS)

    def test_each_emulator_has_packages(self):
        for target in targets.TARGETS.values():
            for which in target.emulators:
                self.assertIn((target.port, which), packages.EMULATOR)


class Reporting(unittest.TestCase):
    """What is written for people and machines."""

    GROUPS = [tap.Group("mips qemu page", [tap.Case("a", "passed"), tap.Case("b\x01", "failed", "why <&>"),
                                           tap.Case("c", "skipped", "not here")], 1.5, ["again: qemu"])]

    def test_summary(self):
        lines = report.summary(self.GROUPS).splitlines()
        self.assertEqual(lines[-1], "1 passed, 1 failed, 1 skipped")
        self.assertIn("failed: mips qemu page: b\x01", lines)

    def test_files(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "out"
            report.write_junit(path, self.GROUPS)
            suite = ET.parse(path).getroot()[0]
            self.assertEqual((suite.get("tests"), suite.get("failures"), suite.get("skipped")), ("3", "1", "1"))
            self.assertIn("why <&>", suite[1][0].text)
            report.write_tap(path, self.GROUPS)
            self.assertIn("1..3\nok 1 - mips qemu page: a\nnot ok 2 - ", path.read_text())

    def test_rows(self):
        row = {"workload": "fork-exit", "strategy": "page", "params": {"mib": 16}, "instructions": 10.5,
               "floor": 3, "counters": {"copied": 2}}
        rows = compare.parse_rows("noise\nrow " + json.dumps(row) + "\n", target="mips", emulator="qemu")
        self.assertEqual(rows, [{"target": "mips", "emulator": "qemu", **row}])
        self.assertRegex(compare.table(rows), r"(?s)16 MiB touched +mips\n  page +10\.50\n +floor.* 3\n +Linux +2,020,000")
        self.assertIn("      mips: copied 2\n", compare.table(rows, counters=True))


class Building(unittest.TestCase):
    """The ramdisk and the table of functions."""

    def test_ramdisk(self):
        with tempfile.TemporaryDirectory() as folder:
            text, archive = Path(folder) / "motd", Path(folder) / "r.cpio"
            text.write_bytes(b"hello")
            subprocess.run([sys.executable, ROOT / "tools" / "mkramdisk.py", "true", Path(folder) / "r.S", archive, text],
                           check=True)
            data = archive.read_bytes()
            self.assertEqual(data[:6] + data[110:115], b"070701motd\0")
            self.assertEqual((data[54:62], data[94:102]), (b"00000005", b"00000005"))
            self.assertEqual(data[116:124], b"hello\0\0\0")
            self.assertIn(b"TRAILER!!!", data)


if __name__ == "__main__":
    unittest.main()
