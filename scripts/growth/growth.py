"""Odd traffic costs what it is, not its square: instructions of 4N items above an empty run are less than 5 times those of N.

usage: check-growth [--tool PROGRAM] [--amount N] [--layout NAME] [--keep DIR] [SHAPE ...]
       check-growth --list

Each shape is traffic that gives work to one or more rules (growth/shapes.py), between two hosts, from a host each, or to a
server each. Instructions are counted by valgrind's callgrind, or, with --seconds, the processor's time is taken, which is
quicker and less sure. A file in Sources/Diagnosis/Rules that no shape names fails the check.

With --seconds, an amount is taken for granted where both runs take less than a second.
exit status: 0 all well, 1 not, 2 the tool could not be run"""
import argparse
import os
import re
import resource
import subprocess
import sys
import tempfile

from .shapes import SHAPES, made
from .traffic import Traffic

MOST = 5.0
# Rules that judge what is made of whole captures by hand (`captures/`), or hold words only.
NOT_FROM_ROWS = set()


def instructions(command):
    with tempfile.NamedTemporaryFile() as profile:
        counted = ["valgrind", "--tool=callgrind", "--callgrind-out-file=" + profile.name, *command]
        done = subprocess.run(counted, capture_output=True, text=True, env=os.environ | {"SWIFT_BACKTRACE": "enable=no"})
    if done.returncode not in (0, 1):
        raise RuntimeError(f"exit status {done.returncode}: {' '.join(command)}\n{done.stderr[-2000:]}")
    return int(re.search(r"Collected : (\d+)", done.stderr).group(1))


def seconds(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    except subprocess.TimeoutExpired:
        return 120.0
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"exit status {done.returncode}: {' '.join(command)}\n{done.stderr[-2000:]}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def cost(options, traffic, folder):
    path = os.path.join(folder, "odd.pcap")
    traffic.write(path)
    command = [options.tool, "analyze", path, "--json", os.devnull, "--html", os.devnull, "--quiet", "--no-progress"]
    return (seconds if options.seconds else instructions)(command)


def uncovered(home):
    rules = {name[:-6] for name in os.listdir(os.path.join(home, "Sources/Diagnosis/Rules")) if name.endswith(".swift")}
    return sorted(rules - NOT_FROM_ROWS - {rule for _, given, _, _ in SHAPES.values() for rule in given})


def measure(options, folder):
    empty = cost(options, Traffic(), folder)
    failed = False
    for name in options.shapes or SHAPES:
        for layout in [options.layout] if options.layout else SHAPES[name][2]:
            few, many = (cost(options, made(name, layout, count), folder) - empty for count in (options.amount, 4 * options.amount))
            small = options.seconds and many < 1
            ratio = many / max(few, 1e-3)
            bad = ratio >= MOST and not small
            failed |= bad
            print(f"{name:24} {layout:8} {few:>16,.4g} {many:>16,.4g} {ratio:6.2f}{'   TOO MUCH' if bad else ''}", flush=True)
    return failed


def main(home):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", default=os.path.join(home, ".build/debug/brokertap"))
    parser.add_argument("--amount", type=int, default=1000)
    parser.add_argument("--layout")
    parser.add_argument("--seconds", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("shapes", nargs="*", metavar="SHAPE")
    options = parser.parse_args()
    if options.list:
        for name, (_, rules, layouts, _) in SHAPES.items():
            print(f"{name:24} {','.join(layouts):24} {', '.join(rules)}")
        sys.exit(0)
    missing = uncovered(home)
    for rule in missing:
        print(f"no shape gives work to Sources/Diagnosis/Rules/{rule}.swift")
    with tempfile.TemporaryDirectory() as folder:
        try:
            failed = measure(options, folder)
        except (OSError, RuntimeError) as error:
            print(error, file=sys.stderr)
            sys.exit(2)
    sys.exit(1 if failed or missing else 0)
