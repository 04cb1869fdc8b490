#!/usr/bin/env python3
"""Writes the pages of docs/ that are made from what the program and Schema/ say. See scripts/check-docs.

    Tools/docs/generate.py --program PATH [--check]     --check: fails where a page is not what would be written"""
import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path

from tables import DEFINITIONS, GROUPS, REPORT

ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = ROOT / "docs"
NOTE = "<!-- Made by Tools/docs/generate.py: change that, or what it reads. -->"


class Program:
    path = ""

    @classmethod
    def says(cls, *words):
        # A terminal's width would break lines.
        alone = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
        return subprocess.run([cls.path, *words], capture_output=True, text=True, check=True, env=alone).stdout


def cell(text):
    return text.replace("|", "\\|")


def table(head, rows):
    return "\n".join(["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
                     + ["| " + " | ".join(row) + " |" for row in rows])


# MARK: Commands

def commands():
    overview = Program.says("help")
    names = re.findall(r"^  ([a-z]+)  ", overview, re.M)
    status = "; ".join("%s %s" % each for each in re.findall(r"^  (\d)  (.*)$", overview, re.M))
    parts = [
        "# Commands and flags", NOTE,
        "What `brokertap help COMMAND` prints. A command line that begins with a file means `analyze`.",
        "Exit status: " + status,
        table(["command", "what it does"], [["[`%s`](#%s)" % (n, n), cell(command(n)[0])] for n in names]),
    ]
    for name in names:
        summary, usage, flags = command(name)
        parts += ["## %s" % name, summary, "```\n%s\n```" % usage]
        if flags:
            parts.append(table(["flag", "what it does"], [["`%s`" % cell(flag), cell(words)] for flag, words in flags]))
    return parts


def command(name):
    text = Program.says("help", name)
    summary = text.split("\n", 1)[0]
    usage = re.search(r"^Usage: (.*)$", text, re.M).group(1)
    flags = re.findall(r"^  (?: {4}|)(\S.*?)  +(\S.*)$", text.split("Flags:\n", 1)[1], re.M)
    return summary, usage, [(flag, words) for flag, words in flags if flag != "-h, --help"]


# MARK: The report's schema

def kind(node):
    """The type of a schema's node, in a table's cell."""
    if "$ref" in node:
        name = node["$ref"].rsplit("/", 1)[1]
        return "[%s](#%s)" % (name, name.lower())
    if "const" in node:
        return "`%s`" % node["const"]
    if node.get("enum", [""])[0] == "disconnect-before-response":
        return "[a kind](findings/index.md)"
    if "enum" in node:
        return ", ".join("`%s`" % word for word in node["enum"] if word is not None) + (" or null" if None in node["enum"] else "")
    for key in ("anyOf", "oneOf"):
        if key in node:
            return " or ".join(kind(part) for part in node[key])
    named = node.get("type", "any")
    if isinstance(named, list):
        return " or ".join(named)
    if named == "array":
        return "list of " + kind(node["items"])
    if named == "object" and "properties" in node:
        return "{ " + ", ".join("%s: %s" % (name, kind(part)) for name, part in node["properties"].items()) + " }"
    return "time" if node.get("format") == "date-time" else named


def fields(node):
    return table(["field", "type"], [["`%s`" % name, cell(kind(part))] for name, part in node["properties"].items()])


def row(node):
    """The object that is one row of a list, or the node itself; null beside it is passed over."""
    while True:
        parts = [part for part in node.get("anyOf", []) if part.get("type") != "null"]
        if len(parts) == 1:
            node = parts[0]
        elif node.get("type") == "array":
            node = node["items"]
        else:
            return node


def report():
    schema = json.loads(Program.says("schema"))
    tops, definitions = schema["properties"], schema["$defs"]
    unknown = set(tops) ^ set(REPORT) | set(definitions) ^ set(DEFINITIONS)
    if unknown:
        sys.exit("Tools/docs/tables.py describes other parts of the report than there are: %s" % ", ".join(sorted(unknown)))
    parts = [
        "# The JSON report", NOTE,
        "`--json FILE` writes the report as one JSON object, `%s`. `brokertap schema` prints its JSON Schema, which is closed: every"
        " field is always there, and what is not known is null." % schema["title"],
        "Times are UTC in ISO 8601 with nanoseconds; durations end in `Ms` (milliseconds), sizes in `Bytes`. A frame is a packet's"
        " number as Wireshark counts it, from 1; with several files it is an object that names the source too.",
        "Get at it with jq:",
        "```sh\nbrokertap captures/crash-kill9.pcap --json - --quiet | jq -r '.findings[] | select(.severity == \"error\").id'\n```",
        "```text\ndisconnect-before-response-3100\n```",
        "## What is in it",
        table(["field", "type", "what it is"], [
            ["`%s`" % name, cell(brief(name, node)), REPORT[name]] for name, node in tops.items()]),
    ]
    inline = [(name, row(node)) for name, node in tops.items() if "properties" in row(node)]
    parts += ["## Tables", "Rows of those lists that are not described under a name of their own below."]
    for name, node in inline:
        parts += ["### %s" % name, fields(node)]
    parts += ["## Parts"]
    for name, node in definitions.items():
        parts += ["### %s" % name, DEFINITIONS[name], fields(node) if "properties" in node else kind(node)]
    return [part for part in parts if part]


def brief(name, node):
    inner = row(node)
    if "properties" not in inner:
        return kind(node)
    return "list of [%s](#%s)" % (name, name.lower()) + (" or null" if "anyOf" in node else "")


# MARK: Kafka's protocol, as Schema/ has it

def kafka():
    messages = json.loads((ROOT / "Schema/messages.json").read_text())
    errors = json.loads((ROOT / "Schema/errors.json").read_text())
    requests = sorted((m for m in messages if m["type"] == "request" and m["apiKey"] is not None), key=lambda m: m["apiKey"])
    return [
        "# APIs and error codes", NOTE,
        "What `decode` names, and every API and version that is understood: those of Kafka 0.8 to 4.4. They come from the message"
        " definitions of Apache Kafka 2.8.2 to 4.4.0 ([Schema](../Schema/README.md)), which hold the versions of older ones too. A newer"
        " broker or client still talks in versions that both know; what is newer than this list is counted as [not read]"
        "(cannot-judge.md#partly-read).",
        "## APIs",
        table(["key", "API", "versions", "flexible from"], [
            [str(m["apiKey"]), m["name"].removesuffix("Request"), m["validVersions"].replace("-", " to "),
             m["flexibleVersions"].split("-")[0].rstrip("+").replace("none", "-")] for m in requests]),
        "## Error codes",
        "A client may send the request again where *again* says yes.",
        table(["code", "name", "again"], [
            [str(e["code"]), "`%s`" % e["name"], "yes" if e["retriable"] else "-"] for e in errors]),
    ]


# MARK: The kinds of findings

def findings():
    pages = {path.stem: path.read_text() for path in (DOCS / "findings").glob("*.md") if path.stem != "index"}
    grouped = [name for _, names in GROUPS for name in names]
    if sorted(grouped) != sorted(pages):
        sys.exit("Tools/docs/tables.py groups other findings than there are: %s" % (set(grouped) ^ set(pages)))
    parts = [
        "# Findings", NOTE,
        "Each kind of finding, with what it looks like on the wire, what it is taken for, what clients print, and what helps."
        " `brokertap explain KIND` prints the same. Is it a line of a client's log that you have? [Questions](../faq.md).",
    ]
    for group, names in GROUPS:
        rows = []
        for name in names:
            words = pages[name].split("\n\n")[1].replace("\n", " ")
            causes = re.findall(r"^## %s/(\S+)" % name, pages[name], re.M)
            rows.append(["[%s](%s.md)" % (name, name), words + (" *%s*" % ", ".join(causes) if causes else "")])
        parts += ["## " + group, table(["kind", "what it is, and *which causes* are told apart"], rows)]
    return parts


# MARK: The tables of a store

def stores():
    return [
        "# Tables of --ndjson-dir", NOTE,
        "What `brokertap schema --columns` prints. Each table is a file of lines, `TABLE.ndjson`, and is always there, empty where it"
        " has no rows. [Stores](stores.md) tells how they are loaded and asked.",
        "Every column is in every row. *or null* says that a value may be missing; a list is empty then. Times are UTC in ISO 8601 with"
        " nanoseconds, as in the JSON report; columns that end in `_ms` are milliseconds, those in `_bytes` bytes. A frame is a packet's"
        " number as Wireshark counts it, from 1, in the source that the column beside it names (from 0, see `sources`).",
        Program.says("schema", "--columns").rstrip(),
    ]


# MARK: Pages that are written by hand, and must leave nothing out

def gaps():
    """What pages should have a heading or a row for, and have not; or have, and is gone."""
    unjudged = json.loads(Program.says("schema"))["$defs"]["summary"]["properties"]["unjudged"]["items"]["enum"]
    keys = re.findall(r"^([A-Z]+)=", (ROOT / "packaging/live.conf").read_text(), re.M)
    unit = (ROOT / "packaging/systemd/brokertap-live.service").read_text()
    parts = (("docs/cannot-judge.md", r"^## ([a-z-]+)$", unjudged), ("docs/install.md", r"^\| `([A-Z]+)` \|", keys))
    told = [(page, re.findall(form, (ROOT / page).read_text(), re.M), wanted) for page, form, wanted in parts]
    # The newest Kafka whose definitions are in Schema/ is the newest that is read, wherever that is said.
    newest = re.search(r"and (\d+\.\d+)\.\d+ put together", (ROOT / "Schema/README.md").read_text()).group(1)
    told += [(str(path.relative_to(ROOT)), sorted(set(re.findall(r"0\.8 to (\d+\.\d+)", path.read_text())) - {newest}), [])
             for path in (ROOT / "README.md", *DOCS.glob("*.md"))]
    told.append(("docs/install.md, as in the service's ExecStart", keys, re.findall(r"\$([A-Z]+)", re.search("ExecStart.*", unit).group())))
    return ["%s: %s" % (page, ", ".join(sorted(set(has) ^ set(wanted))) or "another order")
            for page, has, wanted in told if has != wanted]


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--program", required=True)
    arguments.add_argument("--check", action="store_true")
    options = arguments.parse_args()
    Program.path = options.program
    stale = []
    for name, make in (("commands.md", commands), ("report.md", report), ("kafka.md", kafka), ("store-tables.md", stores),
                        ("findings/index.md", findings)):
        text = "\n\n".join(make()) + "\n"
        path = DOCS / name
        if options.check and (not path.exists() or path.read_text() != text):
            stale.append("docs/" + name)
        elif not options.check:
            path.write_text(text)
    if stale:
        sys.exit("%s: run Tools/docs/generate.py --program %s" % (", ".join(stale), options.program))
    if missing := gaps():
        sys.exit("pages leave out, or have too much: %s" % "; ".join(missing))


if __name__ == "__main__":
    main()
