#!/usr/bin/env python3
"""Validates JSON reports against the schema that the tool prints, and that their sums add up.

Usage: check-schema.py SCHEMA REPORT...
"""
import json
import sys

import jsonschema


FATES = ("answered", "lost", "givenUp", "stillWaiting", "wantNoAnswer")
READ = ("understoodBytes", "encryptedBytes", "unknownBytes")


def sums(report):
    """What does not add up."""
    summary, coverage = report["summary"], report["capture"]["coverage"]
    if summary["requests"] != sum(summary[fate] for fate in FATES):
        yield "requests are not the sum of " + ", ".join(FATES)
    if sum(coverage[part] for part in READ) > coverage["tcpPayloadBytes"] + coverage["gapBytes"]:
        yield "more bytes are understood, encrypted or unknown than there are"


def main(arguments):
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    with open(arguments[0], encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    failures = 0
    for path in arguments[1:]:
        with open(path, encoding="utf-8") as file:
            report = json.load(file)
        for error in validator.iter_errors(report):
            failures += 1
            print(f"{path}: {error.json_path}: {error.message[:200]}", file=sys.stderr)
        for fault in sums(report):
            failures += 1
            print(f"{path}: {fault}", file=sys.stderr)
    return 1 if failures else 0


sys.exit(main(sys.argv[1:]))
