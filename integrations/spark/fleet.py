#!/usr/bin/env python3
"""One report of the captures of many hosts and days, on Apache Spark. README.md tells how it is run.

Exit status: 0 all captures are in the report; 1 some are not, and are named; 2 there is no report.
"""
import argparse
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from pyspark import SparkContext
from pyspark.sql import SparkSession

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from brokertap_fleet import storage, work  # noqa: E402
from brokertap_fleet.captures import Capture, by_host, host_of, without_copies  # noqa: E402
from brokertap_fleet.tables import Tables  # noqa: E402

MOST_NAMED = 200


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("captures", help="folder with captures, in any depth: a path that all nodes see, or a URI")
    parser.add_argument("output", help="folder for report.html, tables and facts: a path that all nodes see, or a URI")
    parser.add_argument("--program", default="brokertap", help="the program on all nodes, or its name among --files")
    parser.add_argument("--keylog", metavar="FILE", help="TLS secrets, which Spark brings to the executors")
    parser.add_argument("--batch-gib", type=float, default=32, help="captures of a host that are condensed at once (default 32)")
    parser.add_argument("--fan-in", type=int, default=64, help="facts files that one merge takes (default 64)")
    options = parser.parse_args()
    if options.fan_in < 2 or options.batch_gib <= 0:
        parser.error("--fan-in is at least 2, and --batch-gib more than 0")
    return options


def identify(context: SparkContext, job: work.Work) -> list[Capture]:
    """All files of the input with their digests; which are copies or cannot be read is said in them."""
    listed = [Capture(path, host_of(path), size) for path, size in storage.listing(job.captures)]
    captures = [capture for capture in listed if capture.bytes is not None]
    tasks = max(1, min(len(captures), 8 * context.defaultParallelism))
    read = context.parallelize(captures, tasks).map(lambda capture: work.identified(job, capture)).collect()
    return without_copies(read + [capture.without("is no plain file, or a link that leads nowhere") for capture in listed if capture.bytes is None])


def condense(context: SparkContext, job: work.Work, captures: list[Capture]) -> tuple[list[str], list[Capture]]:
    """Facts files, one a host, in order of hosts; and the captures, with what could not be read of them."""
    hosts = by_host(captures)
    # The longest first, so that the last to end is a short one.
    order = sorted(range(len(hosts)), key=lambda at: -sum(capture.bytes for capture in hosts[at][1]))
    groups = context.parallelize([(at, hosts[at][1]) for at in order], max(1, len(hosts)))
    done = dict(groups.map(lambda item: (item[0], work.condensed(job, item[1]))).collect())
    refused = {path: reason for one in done.values() for path, reason in one.refused.items()}
    facts = [done[at].facts for at in sorted(done) if done[at].facts]
    return facts, [capture.without(refused[capture.path]) if capture.path in refused else capture for capture in captures]


def merge(context: SparkContext, job: work.Work, facts: list[str], fan_in: int) -> list[str]:
    """As many facts files as one merge takes: level by level of a tree, in the same order."""
    while len(facts) > fan_in:
        groups = [facts[at:at + fan_in] for at in range(0, len(facts), fan_in)]
        facts = context.parallelize(groups, len(groups)).map(lambda group: work.merged(job, group)).collect()
    return facts


def notice(captures: list[Capture]) -> list[str]:
    """Lines that name what is not in the report, or not twice; none where all is."""
    named = [f"{capture.path}: {capture.left_out}" for capture in captures if capture.left_out]
    if not named:
        return []
    more = [f"{len(named) - MOST_NAMED} more: see the table files"] if len(named) > MOST_NAMED else []
    return [f"{len(named)} of {len(captures)} files are left out of this report:", *named[:MOST_NAMED], *more]


def run(spark: SparkSession, options: argparse.Namespace) -> int:
    context, output = spark.sparkContext, storage.absolute(options.output)
    is_local = context.master.startswith("local") and not context.master.startswith("local-cluster")
    job = work.Work(
        storage.absolute(options.captures), f"{output}/facts", options.program, int(options.batch_gib * (1 << 30)),
        1 if is_local else int(context.getConf().get("spark.task.maxFailures", "4")),
        Path(options.keylog).name if options.keylog else None)
    took = Took()
    facts, captures = condense(context, job, identify(context, job))
    took.add("condensed")
    facts = merge(context, job, facts, options.fan_in)
    rows = f"{output}/_rows"
    storage.remove(rows)
    if facts:
        lines = notice(captures)
        context.parallelize([facts], 1).foreach(lambda facts: work.reported(job, facts, rows, lines))
    took.add("merged")
    storage.remove(output, "report.html")
    storage.remove(output, "tables")
    tables = Tables(spark, rows, captures)
    tables.write(f"{output}/tables")
    states = Counter(row.state for row in tables.files().select("state").collect())
    took.add("tables written")
    if facts:
        storage.move(rows, "report.html", output)
        storage.remove(rows)
    return tell(captures, states, options.output, took)


class Took:
    """How long each step took."""

    def __init__(self) -> None:
        self.began, self.steps = time.monotonic(), []

    def add(self, step: str) -> None:
        now = time.monotonic()
        self.steps.append(f"{step} in {now - self.began:.1f} s")
        self.began = now


def ship(context: SparkContext, options: argparse.Namespace, folder: str) -> None:
    """Brings this job's modules, and the key log, to the executors. The folder has to stay as long as the context."""
    context.addPyFile(shutil.make_archive(f"{folder}/brokertap_fleet", "zip", HERE, "brokertap_fleet"))
    if options.keylog:
        context.addFile(str(Path(options.keylog).absolute()))


def tell(captures: list[Capture], states: Counter, output: str, took: Took) -> int:
    """Says on standard output how it went. Returns the exit status."""
    for line in notice(captures):
        print(line)
    print(f"{len(captures)} files: " + ", ".join(f"{count} {state}" for state, count in sorted(states.items())))
    print(", ".join(took.steps))
    if not states["read"] + states["damaged"]:
        print("no report: there is no capture that can be read")
        return 2
    print(f"{output}/report.html")
    return 1 if states["left-out"] + states["lost"] else 0


def main() -> int:
    options = arguments()
    with tempfile.TemporaryDirectory() as folder:
        builder = SparkSession.builder.appName("brokertap fleet").config("spark.sql.session.timeZone", "UTC")
        with builder.getOrCreate() as spark:
            ship(spark.sparkContext, options, folder)
            return run(spark, options)


if __name__ == "__main__":
    sys.exit(main())
