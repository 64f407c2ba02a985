# SPDX-License-Identifier: MIT
"""yokelib: the parts of tools/yoke, one job a module.

targets   what can be built and booted        runner    boots one image, keeps its log
packages  what must be installed              tap       reads a log's test results
build     meson's build folders               report    prints results, writes TAP and JUnit
emulator  emulators' command lines            suites    what `yoke test` runs
ui        progress, errors                    compare   what `yoke compare` runs
main      the command line
"""
