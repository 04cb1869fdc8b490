#!/usr/bin/env python3
"""Validates JSON reports against the schema that the tool prints.

Usage: check-schema.py SCHEMA REPORT...
"""
import json
import sys

import jsonschema


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
    return 1 if failures else 0


sys.exit(main(sys.argv[1:]))
