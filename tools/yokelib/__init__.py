# SPDX-License-Identifier: MIT
"""yokelib: the parts of tools/yoke, one job a module.

targets      what can be built and booted
packages     what must be installed
build        meson's build folders
emulator     emulators' command lines
runner       boots one image, keeps its log, ends it in time
interactive  boots one image on the terminal
tap          reads a log's test results
image        spoils a copy of a kernel, for a boot test
suites       what `yoke test` runs
report       prints results, writes TAP and JUnit
compare      what `yoke compare` runs, and its table
ui           progress, errors
main         the command line
"""
