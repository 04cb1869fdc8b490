#!/usr/bin/env python3
"""Runs the commands that README.md and docs/ show, and compares what they print with what is shown. See scripts/check-docs.

A block of `sh` is a list of commands; a block of `text` right behind it is what the whole block prints. In that, a line `...`
stands for any lines, and `…` inside a line for any characters. Only lines that begin with `brokertap` are run, and of these none
that needs a right, a network or a terminal; but whatever is shown of brokertap anywhere, its flags must exist. A block of `bash`
is a script that is run as it stands, in the folder that the blocks before it on its page left. Blocks of `console` are run by
PageTests, those of docs/stores.md by queries.py.

    Tools/docs/examples.py --program PATH"""
import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

# What stands for files of the reader's own.
STAND_INS = {
    "incident.pcap": "crash-kill9.pcap", "week.pcap": "healthy-java-old.pcap", "before.pcap": "healthy-java.pcap",
    "after.pcap": "crash-kill9.pcap", "client.pcap": "response-lost-retry.pcap", "broker.pcap": "response-lost-retry.broker2.pcap",
    "tuesday.pcap": "crash-kill9.pcap", "test.pcap": "healthy-java.pcap",
}
LOGS = {
    "app.log": "2026-11-21 03:18:16.331 INFO [Consumer clientId=java-consume, groupId=g] Node 2 disconnected.\n",
    "worker.log": "2026-11-21 03:18:16.332 INFO [Consumer clientId=java-consume, groupId=g] Node 2 disconnected.\n",
    "deployments.txt": "2026-11-21T03:18:12Z deployed shop 41\n",
}
# Its scripts need DuckDB and ClickHouse's engine: Tools/docs/queries.py runs them.
ELSEWHERE = {"stores.md"}
# Flags whose `-` is standard output.
OUTPUTS = ("--json", "--html", "--report", "--ndjson")
COMMAND = re.compile(r"(?<![\w./-])brokertap(?=\s)([^|;&`]*)")


class Block:
    def __init__(self, page, line, kind, indent):
        self.page, self.line, self.kind, self.indent, self.lines = page, line, kind, indent, []


def blocks(page):
    """Fenced blocks of a page, each with whether it stands right behind the one before."""
    found, open_block, adjacent = [], None, False
    for number, line in enumerate(page.read_text().split("\n"), 1):
        fence = re.match(r"( *)```(\w*)", line)
        if fence and open_block is None:
            open_block = Block(page, number, fence.group(2), len(fence.group(1)))
            open_block.follows = adjacent
        elif fence:
            found.append(open_block)
            open_block, adjacent = None, True
        elif open_block is not None:
            open_block.lines.append(line[open_block.indent:])
        elif line.strip():
            adjacent = False
    return found


def commands(block):
    """Lines without their comments, those that end in a backslash joined."""
    text = "\n".join(block.lines).replace("\\\n", " ")
    return [re.sub(r"\s{2,}#.*$", "", line).strip() for line in text.split("\n") if line.strip() and not line.startswith("#")]


def runs_here(command):
    """Whether it needs nothing but files, and no variable of the reader's shell."""
    words = command.split()
    if words[0] != "brokertap" or words[1] == "interfaces" or "$" in command or re.search(r"\b(FILE|NAME|KIND|COMMAND)\b", command):
        return False
    if words[1] == "live" and any(word in ("-i", "--interface") for word in words):
        return False
    reads_input = any(word == "-" and words[at] not in OUTPUTS for at, word in enumerate(words[1:]))
    return not reads_input or "<" in command


def fits(lines, wanted):
    """Whether lines are what is wanted; `...` stands for any of them."""
    reached = {0}
    for want in wanted:
        if want.strip() == "...":
            reached = set(range(min(reached), len(lines) + 1)) if reached else set()
            continue
        pattern = re.compile(".*".join(re.escape(part) for part in want.rstrip().split("…")))
        reached = {at + 1 for at in reached if at < len(lines) and pattern.fullmatch(lines[at].rstrip())}
    return len(lines) in reached


class Examples:
    def __init__(self, program):
        self.program, self.failures = os.path.abspath(program), []
        self.ran = self.compared = self.shown = 0
        self.flags = {}

    def run(self, command, folder):
        path = os.path.join(folder, "bin") + os.pathsep + os.environ["PATH"]
        done = subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, text=True, timeout=60,
                              env={**os.environ, "PATH": path, "LC_ALL": "C.UTF-8", "COLUMNS": "80"}, check=False)
        self.ran += 1
        allowed = (0, 1) if "--fail-on" in command else (0,)
        if done.returncode not in allowed:
            raise ValueError("ended with %d: %s" % (done.returncode, done.stderr.strip()))
        return done.stdout

    def script(self, block, output, folder):
        for command in commands(block):
            self.look_at_flags(command)
        self.compare(self.run("set -o pipefail\n" + "\n".join(block.lines), folder), output)

    def compare(self, printed, output):
        if output is None:
            return
        self.compared += 1
        if not fits(printed.rstrip("\n").split("\n"), output):
            raise ValueError("prints something else than is shown:\n%s" % printed[:2000])

    def block(self, block, output, folder):
        printed, all_ran = "", True
        for command in commands(block):
            self.look_at_flags(command)
            if runs_here(command):
                printed += self.run(command, folder)
            else:
                all_ran = False
                self.shown += "brokertap" in command
        if output is not None and not all_ran:
            raise ValueError("an output is shown of commands that are not run here")
        self.compare(printed, output)

    def look_at_flags(self, text):
        for found in COMMAND.finditer(text):
            words = found.group(1).split()
            name = words[0] if words and words[0] in self.known("help") else "analyze"
            for word in words:
                flag = re.match(r"(--[a-z][a-z-]*|-[a-zA-Z])(?![\w-])", word)
                if flag and flag.group(1) not in self.known(name) and flag.group(1) not in ("--help", "-h", "--version", "-V"):
                    raise ValueError("%s has no flag %s" % (name, flag.group(1)))

    def known(self, name):
        """The flags of a command; of `help`, the commands."""
        if name not in self.flags:
            words = ["help"] if name == "help" else ["help", name]
            text = subprocess.run([self.program, *words], capture_output=True, text=True, check=True).stdout
            what = r"^  ([a-z]+)  " if name == "help" else r"^  (?: {4}|(-\w), )(--[\w-]+)"
            found = re.findall(what, text, re.M)
            self.flags[name] = {word for words in found for word in ([words] if isinstance(words, str) else words) if word}
        return self.flags[name]

    def page(self, page, folder):
        found = blocks(page)
        for at, block in enumerate(found):
            if block.kind not in ("sh", "bash") or block.kind == "bash" and page.name in ELSEWHERE:
                continue
            behind = found[at + 1] if at + 1 < len(found) else None
            output = behind.lines if behind and behind.kind == "text" and behind.follows else None
            run = self.script if block.kind == "bash" else self.block
            self.attempt(page, block.line, lambda: run(block, output, folder))
        for number, line in enumerate(page.read_text().split("\n"), 1):
            for span in re.findall(r"`(?:sudo )?(brokertap [^`]*)`", line):
                self.attempt(page, number, lambda: self.look_at_flags(span))

    def attempt(self, page, line, what):
        try:
            what()
        except (ValueError, subprocess.SubprocessError) as error:
            self.failures.append("%s:%d: %s" % (page.relative_to(ROOT), line, error))


def lay_out(folder, program):
    os.symlink(ROOT / "captures", os.path.join(folder, "captures"))
    os.mkdir(os.path.join(folder, "bin"))
    os.symlink(os.path.abspath(program), os.path.join(folder, "bin", "brokertap"))
    for name, capture in STAND_INS.items():
        os.symlink(ROOT / "captures" / capture, os.path.join(folder, name))
    for name, text in LOGS.items():
        Path(folder, name).write_text(text)
    with open(os.path.join(folder, "monday.json"), "w") as report:
        subprocess.run([program, str(ROOT / "captures/healthy-java.pcap"), "--json", "-", "--quiet"], stdout=report, check=True)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--program", required=True)
    options = arguments.parse_args()
    examples = Examples(options.program)
    for page in PAGES:
        with tempfile.TemporaryDirectory() as folder:
            lay_out(folder, examples.program)
            examples.page(page, folder)
    for failure in examples.failures:
        print(failure, file=sys.stderr)
    print("%d commands run, %d outputs compared; %d more need a right, a network or a terminal" % (
        examples.ran, examples.compared, examples.shown))
    sys.exit(1 if examples.failures else 0)


if __name__ == "__main__":
    main()
