"""Runs the analyzer, and what is compared of its reports."""
import json
import subprocess
from collections import Counter

SHOWN = ("kind", "severity", "client", "server", "cause", "detail", "error", "closedBy", "count")
EVENTS = ("broker-outage", "rolling-restart", "broker-stall", "host-unreachable")
COUNTED = ("requests", "responses", "unanswered", "findings")
OUTCOMES = ("answered", "lost", "givenUp", "stillWaiting", "wantNoAnswer")


class Failed(Exception):
    """The analyzer gave no report."""


def report(tool, *paths):
    try:
        run = subprocess.run([tool, "analyze", *paths, "--json", "-", "--quiet", "--no-progress"], capture_output=True,
                             timeout=300)
    except subprocess.TimeoutExpired:
        raise Failed("no end within 300 s") from None
    if run.returncode:
        raise Failed(f"exit {run.returncode}: {run.stderr.decode(errors='replace').strip()}")
    return json.loads(run.stdout)


def shown(finding, times=1):
    """- times: how often the same was seen."""
    return tuple(finding[field] * times if field == "count" else finding[field] for field in SHOWN)


def alarms(findings):
    return [shown(finding) for finding in findings if finding["severity"] in ("warning", "error")]


def without_counts(rows):
    """What a finding says, whatever its severity, who closed, and how often."""
    return {(row[0], *row[2:7]) for row in rows}


def counts(report, times=1):
    return {field: report["summary"][field] if field == "findings" else report["summary"][field] * times
            for field in COUNTED}


def incidents(report, times=1):
    """Events, with how often; a setting that stays wrong is one incident, however often it shows."""
    seen = Counter((incident["kind"], incident["rootServer"]) for incident in report["incidents"]
                   if incident["kind"] in EVENTS)
    return [("incident", *what, count * times) for what, count in seen.items()]


def difference(want, got):
    """A line for each row that one has and the other has not."""
    want, got = sorted(map(str, want)), sorted(map(str, got))
    return [f"lost {row}" for row in want if row not in got] + [f"new {row}" for row in got if row not in want]


def wrong_sums(report):
    """The contract's *Accounting*: a line for each sum that does not add up."""
    coverage, summary = report["capture"]["coverage"], report["summary"]
    known = coverage["understoodBytes"] + coverage["encryptedBytes"] + coverage["unknownBytes"]
    there = coverage["tcpPayloadBytes"] + coverage["gapBytes"]
    if known > there:
        yield f"accounting: {known} bytes understood, encrypted or unknown, of {there}: {coverage_line(coverage)}"
    if all(field in summary for field in OUTCOMES):
        total = sum(summary[field] for field in OUTCOMES)
        if total != summary["requests"]:
            parts = ", ".join(f"{field} {summary[field]}" for field in OUTCOMES)
            yield f"accounting: {summary['requests']} requests, but {total} in all of {parts}"


def coverage_line(coverage):
    return ", ".join(f"{field} {value}" for field, value in coverage.items() if field.endswith("Bytes"))
