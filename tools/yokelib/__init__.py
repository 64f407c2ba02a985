# SPDX-License-Identifier: MIT
"""yokelib: the parts of tools/yoke, one job a module.

targets      what can be built and booted
packages     what must be installed
build        meson's build folders
emulator     emulators' command lines
runner       boots one image, keeps its log, ends it in time
interactive  boots one image on the terminal
tap          reads a log's test results
image        copies of a kernel: one spoilt for a boot test, one with another ramdisk
programs     compiles the user's programs, puts them into an image
trial        what `yoke try` runs, and how each run ended
suites       what `yoke test` runs
report       prints results, writes TAP and JUnit
compare      what `yoke compare` runs, and its table
ui           progress, errors
main         the command line
"""
