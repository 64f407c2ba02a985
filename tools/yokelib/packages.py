# SPDX-License-Identifier: MIT
"""packages.py: what must be installed, as Debian packages, and what each is for."""
import glob
import os
import shutil
import subprocess

from .ui import Failure, progress

# package: (what must exist (a command, or a path with wildcards), why)
BUILD = {
    "clang": ("clang", "compiles the kernel and its programs for every machine"),
    "lld": ("ld.lld", "links them"),
    "llvm": ("llvm-nm", "lists the kernel's functions, strips programs"),
    "meson": ("meson", "the build system"),
    "ninja-build": ("ninja", "what meson runs"),
}
HOST = {
    "libc6-dev": ("/usr/include/*/sys/cdefs.h", "the host tests use the C library"),
    "libclang-rt-14-dev": ("/usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.asan-*.a",
                           "the host tests run under sanitizers and libFuzzer"),
    "spin": ("spin", "searches the models of tests/models"),
}
EMULATOR = {
    ("i386", "qemu"): {"qemu-system-x86": ("qemu-system-i386", "emulates the PC")},
    ("riscv64", "qemu"): {"qemu-system-misc": ("qemu-system-riscv64", "emulates the RISC-V machine"),
                          "qemu-system-data": ("/usr/share/qemu/opensbi-riscv64-generic-fw_dynamic.bin",
                                               "has its firmware")},
    ("mips", "qemu"): {"qemu-system-mips": ("qemu-system-mips", "emulates the MIPS Malta board")},
    ("mips", "gxemul"): {"gxemul": ("gxemul", "emulates it a second time, differently"),
                         "coreutils": ("stdbuf", "lets its output through at once")},
}
GDB = {"gdb-multiarch": ("gdb-multiarch", "debugs all machines")}


def _there(what):
    return bool(glob.glob(what)) if what.startswith("/") else shutil.which(what) is not None


def for_targets(targets, emulators=None):
    """What building these targets takes, and booting them on these emulators (None: on all)."""
    needs = dict(BUILD)
    for target in targets:
        for emulator in target.emulators if emulators is None else emulators:
            needs.update(EMULATOR.get((target.port, emulator), {}))
    return needs


def missing(needs):
    return [package for package, (what, _) in needs.items() if not _there(what)]


def _as_root():
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(
            ["sudo", "-n", "true"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0:
        return ["sudo", "-n"]
    return None


def _apt(root, *arguments):
    done = subprocess.run([*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y", *arguments],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return None if done.returncode == 0 else done.stdout


def ensure(needs):
    """Install what is missing; raises Failure with the line to type if that cannot be done."""
    packages = missing(needs)
    if not packages:
        return
    by_hand = "apt-get install " + " ".join(packages)
    root = _as_root()
    if root is None or not shutil.which("apt-get"):
        raise Failure(f"not installed: {', '.join(packages)}; as root: {by_hand}")
    for package in packages:
        progress.line(f"installing {package}: {needs[package][1]}")
    failed = _apt(root, "update") or _apt(root, "install", "--no-install-recommends", *packages)
    if failed or missing(needs):
        progress.line((failed or "").strip())
        raise Failure(f"could not install {', '.join(missing(needs))}; as root: {by_hand}")
