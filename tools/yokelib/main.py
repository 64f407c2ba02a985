# SPDX-License-Identifier: MIT
"""main.py: the command line of tools/yoke."""
import argparse
from pathlib import Path
import re

from . import build, compare, emulator, interactive, packages, programs, report, runner, scale, stress, suites, trial
from .targets import ALL_STRATEGIES, DEFAULT, ROOT, TARGETS, pick, pick_emulators, pick_targets
from .ui import Failure, UserError, choices, progress

_EPILOG = f"""targets: {choices(TARGETS)}
fork strategies: {choices(ALL_STRATEGIES)}

Every subcommand installs and builds what it needs.  Status 0: all went well;
1: something failed; 2: the command line is wrong.
"""


COMMANDS = ("setup", "build", "run", "try", "test", "stress", "compare")


class _Parser(argparse.ArgumentParser):
    """One clear line for a wrong argument."""

    def error(self, message):
        if found := re.search(r"argument COMMAND: invalid choice: ('[^']*')", message):
            message = f"unknown command {found[1]}; valid: {choices(COMMANDS)}"
        elif message.endswith("required: TARGET"):
            message = f"run: which target? valid: {choices(TARGETS)}"
        raise UserError(message)

    def options(self):
        return sorted(o for action in self._actions for o in action.option_strings if o.startswith("--"))


def _parser():
    parser = _Parser(prog="yoke", description="Build, run, test and compare Yoke.", epilog=_EPILOG,
                     allow_abbrev=False, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build-root", metavar="DIR", default=str(ROOT),
                        help="where build-i386 and the others are (default: beside the sources)")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)

    def command(name, function, text, default=None):
        sub = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".",
                                  allow_abbrev=False, epilog=_EPILOG,
                                  formatter_class=argparse.RawDescriptionHelpFormatter)
        sub.set_defaults(function=function, parser=sub)
        if default:
            sub.add_argument("target", nargs="*", metavar="TARGET", help=f"default: {default}")
        return sub

    command("setup", do_setup, "install what is missing, and say what for")
    command("build", do_build, "build the kernel, programs and ramdisk", " ".join(DEFAULT))
    _run_options(command("run", do_run, "boot a target on this terminal; the status is the guest's"))
    _try_options(command("try", do_try, "compile C or assembly files, and run the program on each target"))
    _test_options(command("test", do_test, "run the host tests, the boots and the guest suite", "all"))
    _stress_options(command("stress", do_stress, "race fork, faults and munmap on several CPUs until something is found",
                            "all that run several CPUs"))
    _compare_options(command("compare", do_compare, "measure every strategy on every target"))
    return parser


def _run_options(sub):
    sub.usage = "yoke run [options] TARGET [-- PROGRAM ARGUMENT...]"
    sub.add_argument("target", metavar="TARGET")
    sub.add_argument("--emulator", metavar="NAME", help="qemu, or for mips gxemul (default: qemu)")
    sub.add_argument("--fork", metavar="STRATEGY", help="what fork does (default: the kernel's, page)")
    sub.add_argument("--memory", metavar="MIB", type=_megabytes, default=256, help="RAM in MiB (default: 256)")
    sub.add_argument("--smp", metavar="N", type=_cpus, default=1, help="CPUs (default: 1)")
    sub.add_argument("--counted", action="store_true",
                     help="count instructions, as test and compare do (-icount): two runs are equal")
    sub.add_argument("--gdb", action="store_true", help="wait for gdb, and say what to type")
    sub.add_argument("--image", metavar="FILE", help="boot this image, and build nothing")
    sub.add_argument("--tty", action="store_true", help="read from the terminal whatever the input is")


def _try_options(sub):
    sub.usage = "yoke try [options] FILE... [-- ARGUMENT...]"
    sub.add_argument("file", nargs="*", metavar="FILE", help="sources of one program, named after the first")
    sub.add_argument("--api", metavar="API", default=programs.DEFAULT_API,
                     help=f"what it is written for: {', '.join(programs.apis())} (default: {programs.DEFAULT_API})")
    sub.add_argument("--targets", metavar="T,...", help=f"default: {','.join(DEFAULT)}")
    sub.add_argument("--emulator", metavar="NAME", help="qemu, or for mips gxemul (default: qemu)")
    sub.add_argument("--fork", metavar="S,...", help="what fork does, a run each (default: the kernel's, page)")
    sub.add_argument("--smp", metavar="N", type=_cpus, default=1, help="CPUs (default: 1)")
    sub.add_argument("--timeout", metavar="S", type=_seconds, default=60, help="seconds for each run (default: 60)")
    sub.add_argument("-I", metavar="DIR", dest="folders", action="append", default=[], help="more headers; may be repeated")


def _test_options(sub):
    sub.add_argument("--fork", metavar="S,...", help="strategies of the guest suite (default: all)")
    sub.add_argument("-k", metavar="PATTERN", help="only tests whose name contains this")
    sub.add_argument("--only", metavar="KIND,...", help=f"of {', '.join(suites.KINDS)} (default: all)")
    sub.add_argument("--smp", metavar="N", type=_cpus, default=1,
                     help="CPUs of the guest suite, on the targets that have several; each runs by itself (default: 1)")
    sub.add_argument("--counted", action="store_true",
                     help="with --smp: the CPUs take turns and count instructions (-icount), so that two runs are equal")
    sub.add_argument("--image", metavar="FILE", help="boot this image, and build nothing")
    sub.add_argument("--junit", metavar="FILE", help="write the results as JUnit's XML")
    sub.add_argument("--tap", metavar="FILE", help="write the results as TAP")


def _stress_options(sub):
    sub.add_argument("--smp", metavar="N,...", help="CPUs (default: 2,4)")
    sub.add_argument("--fork", metavar="S,...", help="strategies (default: all)")
    sub.add_argument("--minutes", metavar="M", type=_minutes, default=5, help="how long (default: 5)")
    sub.add_argument("--seed", metavar="N", type=_seed, default=1, help="of the first boot; the next has the next (default: 1)")
    sub.add_argument("--counted", action="store_true", help="only boots that two runs repeat exactly (-icount)")
    sub.add_argument("--image", metavar="FILE", help="boot this image, and build nothing")


def _compare_options(sub):
    sub.add_argument("--targets", metavar="T,...", help="default: i386,riscv64,mips")
    sub.add_argument("--fork", metavar="S,...",
                     help="strategies, and the baselines vfork and spawn (default: all)")
    sub.add_argument("--workloads", metavar="W,...",
                     help=f"of {', '.join(compare.WORKLOADS)} (default: these), and of {', '.join(scale.WORKLOADS)} "
                          "(all of them: scale)")
    sub.add_argument("--smp", metavar="N,...", type=_cpu_list, default=scale.CPUS,
                     help="CPUs of the scale workloads, where the target has several (default: 1,2,4,8)")
    sub.add_argument("--counters", action="store_true", help="show the kernel's counters below each figure")
    sub.add_argument("--json", metavar="FILE", help="write figures and counters as JSON")


def _megabytes(text):
    if not text.isdigit() or not 1 <= int(text) <= 2048:
        raise argparse.ArgumentTypeError(f"'{text}' is no number from 1 to 2048")
    return int(text)


def _seconds(text):
    if not text.isdigit() or not 1 <= int(text) <= 3600:
        raise argparse.ArgumentTypeError(f"'{text}' is no number from 1 to 3600")
    return int(text)


def _cpus(text):
    if not text.isdigit() or not 1 <= int(text) <= 8:
        raise argparse.ArgumentTypeError(f"'{text}' is no number from 1 to 8")
    return int(text)


def _minutes(text):
    if not re.fullmatch(r"\d+(\.\d+)?", text):
        raise argparse.ArgumentTypeError(f"'{text}' is no number of minutes")
    return float(text)


def _seed(text):
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"'{text}' is no number")
    return int(text)


def _cpu_list(text):
    return tuple(dict.fromkeys(_cpus(n.strip()) for n in text.split(",")))


# ---- the commands ----

def do_setup(args):
    needs = packages.for_targets(TARGETS.values()) | packages.HOST | packages.GDB
    packages.ensure(needs)
    for package, (_, why) in needs.items():
        print(f"installed: {package:20} {why}")
    return 0


def _build_all(args, targets, emulators=None, more=None, lockstat=False):
    """Install what is needed, build each: {target: image}."""
    packages.ensure(packages.for_targets(targets, emulators) | (more or {}))
    images = {}
    for target in targets:
        images[target] = build.build(target, args.build_root, lockstat)
        if args.command != "try":
            progress.line(f"built {target.name}: {images[target]}")
    return images


def do_build(args):
    _build_all(args, pick_targets(args.target), emulators=())
    return 0


def _image_file(path):
    """The image that an option names, or None."""
    if path and not Path(path).is_file():
        raise UserError(f"no such file: {path}")
    return path


def _writable(*paths):
    """A file that cannot be written is told before the work, not after."""
    for folder in [Path(path).parent for path in paths if path]:
        if not folder.is_dir():
            raise UserError(f"no such folder: {folder}")


def do_run(args):
    target = pick_targets([args.target])[0]
    name = pick_emulators(target, args.emulator)[0]
    strategy = pick("strategy", args.fork, ALL_STRATEGIES)[0] if args.fork else None
    if args.gdb and name != "qemu":
        raise UserError("--gdb needs qemu: gxemul has no gdb server (its own debugger: -V)")
    image = _image_file(args.image)
    packages.ensure(packages.for_targets([target], [name]) | (packages.GDB if args.gdb else {}))
    if args.smp > 1 and not target.smp:
        several = [other.name for other in TARGETS.values() if other.smp and other.port == target.port]
        progress.line(f"{target.name} runs one CPU, and parks others; for several: {choices(several)}")
    image = image or build.build(target, args.build_root)
    progress.clear()
    if args.tty:
        interactive.take_terminal()
    return interactive.run(emulator.Boot(
        target, name, image, emulator.kernel_arguments(strategy, args.program), args.memory,
        args.counted, wait_for_gdb=args.gdb, cpus=args.smp))


def _boots(args, targets, arguments):
    """{label: (target, emulator's name, the kernel's arguments)} of each run that `try` shall make."""
    strategies = pick("strategy", args.fork, ALL_STRATEGIES) if args.fork else [None]
    return {" ".join(filter(None, (target.name, args.emulator, strategy))):
            (target, pick_emulators(target, args.emulator)[0], trial.kernel_arguments(strategy, *arguments))
            for target in targets for strategy in strategies}


def do_try(args):
    if not args.file:
        raise UserError("try: which files? yoke try hello.c")
    pick("API", args.api, programs.apis())
    targets = pick_targets(None if args.targets is None else args.targets.split(","))
    source = programs.source(args.file, args.folders, args.api)
    wanted = _boots(args, targets, (source.name, args.program))
    kernels = _build_all(args, targets, {which for _, which, _ in wanted.values()})
    built = trial.build(kernels, source)
    if not built:
        return 1
    images = {target: programs.bootable(kernels[target], program) for target, program in built.items()}
    return 0 if trial.show(trial.run_all({
        label: emulator.Boot(target, which, images[target], arguments, trial.MEGABYTES, args.smp == 1, cpus=args.smp)
        for label, (target, which, arguments) in wanted.items()}, built, args.timeout)) else 1


def _test_images(args, targets, kinds):
    if args.image and len(args.target) != 1:
        raise UserError(f"{args.command}: --image goes with one target")
    if args.image:
        return {targets[0]: _image_file(args.image)}
    return _build_all(args, targets) if {"guest", "boot", "try"} & set(kinds) else {}


def do_test(args):
    targets, strategies = pick_targets(args.target, TARGETS), pick("strategy", args.fork, ALL_STRATEGIES)
    kinds = pick("kind of test", args.only, suites.KINDS)
    _writable(args.junit, args.tap)
    images, host = _test_images(args, targets, kinds), None
    if "host" in kinds:
        packages.ensure(packages.BUILD | packages.HOST)
        host = build.build_host(args.build_root)
        progress.line(f"built the host tests: {host}")
    wanted = suites.Wanted(strategies, args.k, kinds, args.smp, args.counted or args.smp == 1)
    counting = {}
    if "locks" in kinds and not args.image and suites.wants_locks(args.k):
        counting = _build_all(args, [target for target in targets if target.smp], emulators=("qemu",), lockstat=True)
    groups = suites.run(images, host, wanted, report.show_group, counting)
    for path, write in ((args.junit, report.write_junit), (args.tap, report.write_tap)):
        if path:
            write(path, groups)
    progress.clear()
    print(report.summary(groups))
    return 1 if any(group.count("failed") for group in groups) else 0


def _stress_targets(names):
    able = {name: target for name, target in TARGETS.items() if target.smp}
    targets = pick_targets(names, able)
    for target in targets:
        if not target.smp:
            raise UserError(f"stress: {target.name} runs one CPU only; valid: {choices(able)}")
    return targets


def _stress_cpus(text):
    cpus = [_cpus(word.strip()) for word in (text or "2,4").split(",")]
    if 1 in cpus:
        raise UserError("stress: --smp wants 2 CPUs or more")
    return cpus


def do_stress(args):
    targets, strategies = _stress_targets(args.target), pick("strategy", args.fork, ALL_STRATEGIES)
    try:
        cpus = _stress_cpus(args.smp)
    except argparse.ArgumentTypeError as error:
        raise UserError(f"stress: --smp: {error}") from None
    images = _test_images(args, targets, ("guest",))

    def show(case, again, rounds):
        progress.line(f"ok    {case.name}: {rounds} rounds" if rounds else f"FAIL  {case.name}")
        for line in [*case.detail.splitlines(), *again]:
            progress.line("      " + line)

    ways = (True,) if args.counted else (False, True)
    plans = stress.plans(targets, cpus, strategies, ways, args.seed)
    boots, rounds, seconds, found = stress.run(images, plans, args.minutes * 60, show)
    progress.clear()
    print(f"stress: {boots} boots, {rounds} rounds, {seconds / 60:.1f} minutes, seeds {args.seed} to "
          f"{args.seed + boots - 1}: {'a finding' if found else 'nothing found'}")
    return 1 if found else 0


def do_compare(args):
    targets = pick_targets(None if args.targets is None else args.targets.split(","))
    strategies = pick("strategy", args.fork, compare.MEASURED)
    workloads = _workloads(args.workloads)
    scaling = [name for name in workloads if name in scale.WORKLOADS]
    workloads = [name for name in workloads if name in compare.WORKLOADS]
    _writable(args.json)
    rows = scale_rows = []
    if workloads:
        images = _build_all(args, targets, emulators=("qemu",))
        rows = compare.measure_all(images, strategies, workloads)
    if scaling:
        able = [target for target in targets if target.smp]
        if not able:
            raise UserError(f"no target of these runs several CPUs; valid: {choices(t for t in TARGETS if TARGETS[t].smp)}")
        scale_rows = scale.measure_all(_build_all(args, able, emulators=("qemu",), lockstat=True), args.smp, scaling)
    progress.clear()
    if args.json:
        compare.write_json(args.json, rows + scale_rows)
    if rows:
        print(compare.table(rows, args.counters))
    if scale_rows:
        print(("\n" if rows else "") + scale.table(scale_rows))
    return 0


def _workloads(text):
    """The names that --workloads gives; scale stands for its own."""
    if text is None:
        return list(compare.WORKLOADS)
    picked = pick("workload", text, (*compare.WORKLOADS, "scale", *scale.WORKLOADS))
    return [name for word in picked for name in (scale.WORKLOADS if word == "scale" else [word])]


# ---- from the words typed to a status ----

def _refuse(args, word, options):
    where = f"{args.command}: " if args.command else ""
    if word.startswith("-"):
        raise UserError(f"{where}unknown option '{word}'; options: {choices(options)}")
    if args.command == "run":
        raise UserError(f"run: unexpected '{word}'; a program goes after --: yoke run {args.target} -- {word}")
    raise UserError(f"{where}unexpected '{word}'; options: {choices(options)}")


def _parse(words):
    """The arguments; what follows `--` is the guest's program."""
    cut = words.index("--") if "--" in words else len(words)
    parser = _parser()
    args, unknown = parser.parse_known_args(words[:cut])
    if args.command == "try":       # options may stand between the files
        args.file += [word for word in unknown if not word.startswith("-")]
        unknown = [word for word in unknown if word.startswith("-")]
    if unknown:
        _refuse(args, unknown[0], getattr(args, "parser", parser).options())
    if not args.command:
        parser.print_help()
        return None
    args.program = words[cut + 1:]
    if args.program and args.command not in ("run", "try"):
        raise UserError(f"{args.command}: '-- PROGRAM' goes with run and try only")
    return args


def main(words):
    try:
        args = _parse(words)
        return args.function(args) if args else 2
    except UserError as error:
        progress.line(f"yoke: {error}")
        return 2
    except (Failure, OSError) as error:
        progress.line(f"yoke: {error}")
        return 1
    except KeyboardInterrupt:
        progress.line("yoke: interrupted")
        return 130
    finally:
        progress.clear()
        runner.running.end_all()
