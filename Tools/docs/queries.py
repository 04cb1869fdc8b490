#!/usr/bin/env python3
"""Runs docs/stores.md: its `bash` blocks as they stand, then each `sql` block in DuckDB and in ClickHouse's engine. Both must give
what the `text` block behind it shows. Needs the command `duckdb` beside the Python that runs this, and the module chdb in it.

    Tools/docs/queries.py --program PATH [--write]     --write: puts what DuckDB gives behind each query"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs/stores.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.M | re.S)

# What the page calls clickhouse-client: the same engine in this process, its tables in the folder `clickhouse`.
CLIENT = """#!%s
import sys
from chdb import session
engine = session.Session("clickhouse")
form = sys.argv[1] if len(sys.argv) > 1 else "TSV"
for statement in sys.stdin.read().split(";\\n"):
    if statement.strip():
        sys.stdout.write(str(engine.query(statement, form)))
"""


def lay_out(folder, program):
    tools = Path(folder, "bin")
    tools.mkdir()
    (tools / "brokertap").symlink_to(Path(program).resolve())
    (tools / "duckdb").symlink_to(Path(sys.executable).parent / "duckdb")
    client = tools / "clickhouse-client"
    client.write_text(CLIENT % sys.executable)
    client.chmod(0o755)
    Path(folder, "captures").symlink_to(ROOT / "captures")
    return {**os.environ, "PATH": "%s:%s" % (tools, os.environ["PATH"]), "LC_ALL": "C.UTF-8"}


class Engines:
    def __init__(self, folder, environment):
        self.folder, self.environment = folder, environment

    def run(self, command, text):
        done = subprocess.run(command, input=text, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False)
        if done.returncode or done.stderr.strip():
            raise ValueError("%s ended with %d: %s" % (command[0], done.returncode, done.stderr.strip()))
        return done.stdout

    def shell(self, text):
        self.run(["bash", "-euo", "pipefail"], text)

    def duckdb(self, query):
        return rows(json.loads(self.run(["duckdb", "-json", "fleet.db"], query) or "[]"))

    def clickhouse(self, query):
        settings = " SETTINGS output_format_json_quote_64bit_integers = 0"
        lines = self.run(["clickhouse-client", "JSONEachRow"], query.rstrip().rstrip(";") + settings)
        return rows([json.loads(line) for line in lines.splitlines()])


def rows(objects):
    """A query's result as lines: its columns, and a line a row."""
    if not objects:
        return []
    return [" | ".join(objects[0])] + [" | ".join(cell(value) for value in row.values()) for row in objects]


def cell(value):
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return "%.12g" % value
    return str(value)


def look(engines, page, failures):
    """Runs all blocks.
    Returns: the page with what DuckDB gave, and how many queries there were."""
    written, at, count = "", 0, 0
    for block in BLOCK.finditer(page):
        kind, body, shown = block.groups()
        line = page[:block.start()].count("\n") + 1
        written += page[at:block.start()]
        at = block.end()
        text = block.group(0)
        try:
            if kind == "bash":
                engines.shell(body)
            elif kind == "sql":
                count += 1
                one, other = engines.duckdb(body), engines.clickhouse(body)
                text = "```sql\n%s```\n\n```text\n%s```\n" % (body, "".join(row + "\n" for row in one))
                if one != other:
                    failures.append("line %d: the engines differ:\n%s\n\n%s" % (line, "\n".join(one), "\n".join(other)))
                elif len(one) < 2:
                    failures.append("line %d: gives no row" % line)
                elif one != (shown or "").splitlines():
                    failures.append("line %d: gives something else than is shown:\n%s" % (line, "\n".join(one)))
        except ValueError as error:
            failures.append("line %d: %s" % (line, error))
        written += text
    return written + page[at:], count


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--program", required=True)
    arguments.add_argument("--write", action="store_true")
    options = arguments.parse_args()
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        engines = Engines(folder, lay_out(folder, options.program))
        written, count = look(engines, PAGE.read_text(), failures)
    if options.write:
        PAGE.write_text(written)
    for failure in failures:
        print("docs/stores.md, %s" % failure, file=sys.stderr)
    print("%d queries in two engines" % count)
    sys.exit(1 if failures or count < 10 else 0)


if __name__ == "__main__":
    main()
