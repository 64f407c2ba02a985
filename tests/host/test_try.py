#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""test_try.py: what `yoke try` makes of words typed, of a linker's lines and of a log; images with another ramdisk."""
import contextlib
import io
from pathlib import Path
import struct
import sys
import tempfile
import unittest
import unittest.mock

ROOT = Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "tools"))

from yokelib import emulator, image, main, programs, runner, targets, trial, ui
import mkramdisk

HERE = str(Path(__file__).with_name("lib_test.c"))      # any C file


class Typing(unittest.TestCase):
    """A wrong command line: one line that names what is valid, status 2."""

    def check(self, needle, *words):
        told = io.StringIO()
        with contextlib.redirect_stdout(told), unittest.mock.patch.object(main.progress, "stream", told):
            status = main.main(["try", *words])
        self.assertEqual(status, 2)
        self.assertEqual(told.getvalue().count("\n"), 1, told.getvalue())
        self.assertIn(needle, told.getvalue())

    def test_one_line(self):
        self.check("try: which files?")
        self.check("no such file: nosuch.c", "nosuch.c")
        self.check("no such file: nosuch.c", HERE, "--smp", "2", "nosuch.c")        # an option between files
        self.check("a source ends with .c, .S and .s", __file__)
        self.check("no such folder: nowhere", HERE, "-I", "nowhere")
        self.check("unknown API 'posx'; valid: posix", "--api", "posx", HERE)
        self.check("unknown target 'vax'", "--targets", "vax", HERE)
        self.check("unknown emulator 'gxemul'; valid: qemu", "--emulator", "gxemul", HERE)
        self.check("unknown strategy 'fast'", "--fork", "fast", HERE)
        self.check("unknown option '--frok'; options: --api", "--frok", HERE)
        self.check("'0' is no number from 1 to 3600", "--timeout", "0", HERE)
        self.check("is empty or holds a space", HERE, "--", "a b")
        self.check("longer than 240 characters", HERE, "--", "a" * 240)

    def test_names_of_programs(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in ("init.c", "two words.c", "x" * 32 + ".c"):
                (Path(folder) / name).touch()
                self.check("a program cannot be called", str(Path(folder) / name))

    def test_programs_that_differ_have_folders_that_differ(self):
        one, two = (programs.Source((Path("/a/x.c"),), (), api) for api in ("posix", "xv6"))
        self.assertNotEqual(one.key(), two.key())


class Judging(unittest.TestCase):
    """How a program failed to link, or ended."""

    LINKER = """a.c:1:1: warning: implicit declaration
ld.lld: error: undefined symbol: mkdir
>>> referenced by a.c:5 (/x/a.c:5)
>>>               /tmp/a.o:(main)
>>> referenced 3 more times

ld.lld: error: undefined symbol: __adddf3
>>> referenced by a.c:6 (/x/a.c:6)
>>>               /tmp/a.o:(main)

ld.lld: error: duplicate symbol: f
>>> defined at a.c:1

ld.lld: error: undefined symbol: main
>>> referenced by crt0.S:9 (../ulib/i386/crt0.S:9)
>>>               x.o:(.text._start+0xd) in archive libulib.a
clang: error: ld.lld command failed with exit code 1 (use -v to see invocation)
"""

    def run_of(self, text, ended="exit", status=0):
        boot = emulator.Boot(targets.TARGETS["mips"], "qemu", Path("k"), "fork=dir -- prog a", 128)
        log = runner.Log("Firmware\nYoke 0.1 on mips\n" + text, ended, status, 7.2)
        return trial.Run("mips", boot, Path("prog"), log)

    def test_what_is_missing(self):
        said, missing = programs.judge(self.LINKER, "xv6")
        self.assertEqual(missing, {"floating point is not in the xv6 API": "a.c:6", "mkdir is not in the xv6 API": "a.c:5",
                                   "there is no main()": ""})
        self.assertEqual(said, "a.c:1:1: warning: implicit declaration\n"
                               "ld.lld: error: duplicate symbol: f\n>>> defined at a.c:1")

    def test_only_helpers_are_floating_point(self):
        for name, is_one in (("__adddf3", True), ("__floatsidf", True), ("__fixsfdi", True), ("__ledf2", True),
                             ("__extendsfdf2", True), ("__udivti3", False), ("elf", False), ("__myself", False)):
            missing = programs.judge(f"ld.lld: error: undefined symbol: {name}\n>>> referenced by a.c:5", "posix")[1]
            self.assertEqual("floating" in str(missing), is_one, name)

    def test_a_lack_is_told_once(self):
        told = io.StringIO()
        made = [(targets.TARGETS[name], programs.Built(None, said, {"f is not in the posix API": place}))
                for name, said, place in (("i386", "x", "a.c:5"), ("riscv64", "y", "a.c:4"), ("mips", "x", "a.c:5"))]
        with unittest.mock.patch.object(trial.progress, "stream", told):
            self.assertFalse(trial._tell(made))
        self.assertEqual(told.getvalue(), "i386, mips:\nx\nriscv64:\ny\n"
                         "yoke: i386, riscv64, mips: f is not in the posix API (near a.c:5)\n"
                         "yoke: not built for i386, riscv64, mips\n")

    def test_good(self):
        run = self.run_of("hello\npoweroff: status 0\n", status=None)
        self.assertEqual((run.output(), run.wrong()), ("hello\n", ""))

    def test_status(self):
        run = self.run_of("hellinit: prog: exit status -1\n", status=127)
        self.assertEqual((run.output(), run.wrong()), ("hell", "exit status -1"))

    def test_what_a_program_prints_does_not_make_it_good(self):
        self.assertTrue(self.run_of("init: prog: exit status 0\npoweroff: status 0\n", status=3).wrong())

    def test_counters(self):
        run = self.run_of("no endinit: counters: faults 1200 copied 3\npoweroff: status 0\n", status=0)
        self.assertEqual(run.output(), "no end")
        self.assertEqual(run.counters(), {"faults": 1200, "copied": 3})
        lines = trial.counters_table([run, self.run_of("", status=0)])
        self.assertEqual([line.split() for line in lines], [["counted", run.label], ["faults", "1,200"], ["copied", "3"]])
        self.assertEqual(trial.counters_table([self.run_of("", status=0)]), [])

    def test_death_is_the_programs_own(self):
        run = self.run_of("prog[3]: page fault: write at 0x1, pc 0x2: why\nprog[2]: illegal instruction: at 0x8\n"
                          "prog[2]: illegal instruction at 0x8\n", status=127)
        self.assertEqual(run.wrong(), "illegal instruction: at 0x8")

    def test_other_ends(self):
        self.assertEqual(self.run_of("x", "timeout", None).wrong(), "no end after 7 s")
        self.assertEqual(self.run_of("x", "timeout", None).output(), "x")
        self.assertEqual(self.run_of("", "restart", None).wrong(), "the machine started again")
        self.assertEqual(self.run_of("panic: lost\n", status=127).wrong(), "the kernel fell: panic: lost")
        run = self.run_of("")
        run.log.text = "no such machine\n"
        self.assertEqual((run.output(), run.wrong()),
                         ("no such machine\n", "the kernel did not start: qemu ended with status 0"))

    def test_again(self):
        self.assertEqual(self.run_of("").again(),
                         "tools/yoke run mips --image k --memory 128 --fork dir --counted -- prog a")

    def test_time_limit(self):
        class Fake:
            def command(self):
                return ["sh", "-c", "echo Yoke 0.1; while echo a; do sleep 0.2; done"]

            def status(self, code):
                return code
        run = trial.boot("mips", Fake(), Path("prog"), 1)
        self.assertTrue(run.wrong().startswith("no end after 1 s"))
        self.assertTrue(run.output().startswith("a\n"))


class Ramdisk(unittest.TestCase):
    """Archives and images that get one more program."""

    @staticmethod
    def names(data):
        return [part[104:part.index(b"\0", 104)] for part in data.split(b"070701")[1:]]

    def test_archive(self):
        files = [("bin/a", b"first"), ("bin/b", b"070"), ("bin/ab", b"")]
        data = b"".join(mkramdisk.entry(n, name, body, 0o100755) for n, (name, body) in enumerate(files))
        data += mkramdisk.entry(0, "TRAILER!!!", b"", 0)
        self.assertEqual(self.names(mkramdisk.without(data, "bin/b")), [b"bin/a", b"bin/ab", b"TRAILER!!!"])
        self.assertEqual(mkramdisk.without(data, "bin/c"), data)
        with tempfile.TemporaryDirectory() as folder:
            text = Path(folder) / "a"
            text.write_bytes(b"other")
            self.assertEqual(self.names(mkramdisk.with_program(data, "true", text)),
                             [b"a", b"bin/a", b"bin/b", b"bin/ab", b"TRAILER!!!"])

    @staticmethod
    def elf(order, wide, last):
        """An ELF file of two segments; the ramdisk, of eight bytes, is at the end of the second."""
        start, size = (64, 56) if wide else (52, 32)
        data = bytearray((b"\x7fELF" + bytes([2 if wide else 1, 1 if order == "<" else 2])).ljust(start, b"\0"))
        struct.pack_into(order + ("Q" if wide else "I"), data, 32 if wide else 28, start)
        struct.pack_into(order + "HH", data, 54 if wide else 42, size, 2)
        for offset, address, length in ((0x1000, 0x10000, 0x20), (0x2000, 0x20000 if last else 0x8000, 0x38)):
            if wide:        # kind, flags, offset, address, physical, in the file, in memory, alignment
                data += struct.pack(order + "IIQQQQQQ", 1, 4, offset, address, address, length, length, 4096)
            else:
                data += struct.pack(order + "IIIIIIII", 1, offset, address, address, length, length, 4, 4096)
        return bytes(data.ljust(0x2000, b"t") + b"k" * 0x20 + struct.pack(order + "I", 8) + bytes(12) + b"archive!")

    def other(self, data, address, archive):
        """(the ramdisk's segment, the bytes) of a copy with another archive."""
        with tempfile.TemporaryDirectory() as folder, \
                unittest.mock.patch.object(image, "_address", return_value=address):
            old, new = Path(folder) / "old", Path(folder) / "new"
            old.write_bytes(data)
            image.with_ramdisk(old, archive, new)
            return image._Elf(new).segment(address)[1], new.read_bytes()

    def test_image(self):
        for order, wide in (("<", False), (">", False), ("<", True)):
            segment, data = self.other(self.elf(order, wide, True), 0x20020, b"another archive")
            at = segment["offset"]
            self.assertEqual((segment["address"], segment["filed"], segment["held"], at % 4096), (0x20000, 0x3f, 0x3f, 0))
            self.assertEqual(data[at:], b"k" * 0x20 + struct.pack(order + "I", 15) + bytes(12) + b"another archive")

    def test_image_whose_ramdisk_is_not_last(self):
        with self.assertRaisesRegex(ui.Failure, "the ramdisk is not the last"):
            self.other(self.elf("<", False, False), 0x8020, b"")


if __name__ == "__main__":
    unittest.main()
