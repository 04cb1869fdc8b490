#!/usr/bin/env python3
"""Tries the job on fleets of small files, and compares its tables with those of one run of the program. See scripts/check-spark.

    check_fleet.py --program PATH [--full]
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow.dataset

import cluster
import fleet_files

SPARK = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(SPARK))
from brokertap_fleet.captures import batches, Capture, host_of, in_order  # noqa: E402
from brokertap_fleet.tables import DAYS  # noqa: E402

QUIET = ["--conf", "spark.ui.enabled=false", "--conf", "spark.log.level=ERROR"]
KAFKA = ("requests", "answered", "lost", "given_up", "still_waiting", "connections", "errors", "warnings", "packets")


def untimed(printed: str) -> str:
    """What was printed, with `…` for how long it took."""
    return re.sub(r"in [\d.]+ s\b", "in … s", printed)


class Checks:
    def __init__(self, program: str, folder: Path):
        self.program, self.folder = program, folder
        self.failed, self.steps = 0, ""

    def check(self, what: str, is_so: bool, shown="") -> None:
        if not is_so:
            self.failed += 1
            print(f"FAILED: {what}: {shown}", file=sys.stderr)

    def job(self, master: str, captures: Path, output: Path, *words: str, program: str | None = None) -> tuple[int, str, float]:
        """Runs the job. Returns its exit status, what it printed, and the seconds that it took."""
        begin = time.monotonic()
        done = subprocess.run(
            ["spark-submit", "--master", master, *QUIET, str(SPARK / "fleet.py"), str(captures), str(output),
             "--program", program or self.program, *words],
            capture_output=True, text=True, cwd=self.folder, env=cluster.environment(), check=False)
        if done.returncode not in (0, 1, 2):
            self.check("the job ends", False, done.stderr[-3000:])
        self.steps = next((line for line in done.stdout.splitlines() if line.startswith("condensed in ")), "")
        self.check("the job has no fault of its own", "Traceback" not in done.stderr, done.stderr[-3000:])
        return done.returncode, done.stdout, time.monotonic() - begin

    def tables(self, output: Path) -> dict[str, list[dict]]:
        found = {}
        for place in sorted((output / "tables").iterdir()):
            rows = pyarrow.dataset.dataset(place, format="parquet", partitioning="hive").to_table().to_pylist()
            found[place.name] = [fleet_files.comparable(row) for row in rows]
        return found

    def same_as_single_run(self, captures: Path, output: Path) -> dict[str, list[dict]]:
        """Every row of every table is that of one run over all captures that are in the report. Returns that run's tables."""
        tables = self.tables(output)
        files = tables.pop("files")
        read = [row for row in files if row["state"] in ("read", "damaged")]
        read.sort(key=lambda row: (row["host"], in_order(row["path"])))
        single = self.folder / f"single-{output.name}"
        wanted = fleet_files.single_run(self.program, captures, [row["path"] for row in read], single)
        self.partitions(tables, {row["path"]: row["host"] for row in read})
        for table in sorted(wanted.keys() | tables.keys()):
            given, want = ({json.dumps(row, sort_keys=True) for row in rows.get(table, [])} for rows in (tables, wanted))
            self.check(f"{table}: rows are those of one run", given == want, f"{len(given - want)} more, {len(want - given)} missing")
            self.check(f"{table}: as many rows", len(tables.get(table, [])) == len(wanted.get(table, [])))
        summed = sum(row["weight"] for row in tables["requests"])
        self.check("no request is lost or counted twice", summed == wanted["runs"][0]["requests"], summed)
        return wanted

    def partitions(self, tables: dict[str, list[dict]], hosts: dict[str, str]) -> None:
        """Rows of parted tables are under their day, and their host; takes both from the rows."""
        by_source = {row["source"]: hosts[row["name"]] for row in tables["sources"]}
        shown = {row["id"]: by_source[row["frame_sources"][0]] for row in tables["findings"] if row["frame_sources"]}
        for table, column in DAYS.items():
            for row in tables[table]:
                day, host = str(row.pop("day")), row.pop("host")
                source = row.get("first_source", row.get("source"))
                want = by_source.get(source, "unknown") if table in ("connections", "requests") else shown.get(row["id"], host)
                self.check(f"{table}: day and host", (day, host) == (row[column][:10], want), (day, host, row[column], want))

    def states(self, output: Path, wanted: dict[str, str]) -> None:
        given = {row["path"]: row["state"] for row in self.tables(output)["files"]}
        for path, state in wanted.items():
            self.check(f"{path} is {state}", given.get(path) == state, given.get(path))
        others = {path: state for path, state in given.items() if path not in wanted and state != "read"}
        self.check("all others are read", not others, others)
        page = (output / "report.html").read_text()
        for path, state in wanted.items():
            if state != "read":
                self.check(f"the report names {path}", path in page)

    def odd_files(self, master: str) -> None:
        """Files that come twice, are damaged, unreadable or of another kind: named, and the rest is counted once. Twice the same."""
        captures, output = self.folder / "odd", self.folder / "odd-out"
        fleet_files.fleet(captures, files=4, hosts=2)
        wanted = fleet_files.add_odd_files(captures)
        status, printed, _ = self.job(master, captures, output, "--batch-gib", "0.00002", "--fan-in", "2")
        self.check("the exit status tells of files that were left out", status == 1, printed)
        self.states(output, wanted)
        self.same_as_single_run(captures, output)
        facts = {path.name: path.stat().st_mtime_ns for path in (output / "facts").iterdir()}
        before = self.tables(output)
        status, again, _ = self.job(master, captures, output, "--batch-gib", "0.00002", "--fan-in", "2")
        self.check("twice the same: what it says", (status, untimed(again)) == (1, untimed(printed)), again)
        sort = {name: sorted(map(str, rows)) for name, rows in before.items()}
        self.check("twice the same: tables", sort == {name: sorted(map(str, rows)) for name, rows in self.tables(output).items()})
        unchanged = {path.name: path.stat().st_mtime_ns for path in (output / "facts").iterdir()}
        self.check("twice the same: nothing is condensed again", unchanged == facts, unchanged.keys() ^ facts.keys())
        shutil.rmtree(captures / "client-11")
        shutil.rmtree(captures / "2026-11-21")
        shutil.rmtree(captures / "broker-2")
        (captures / "notes.txt").write_text("nothing here\n")
        status, printed, _ = self.job(master, captures, output)
        self.check("a folder without a capture: no report", status == 2 and not (output / "report.html").exists(), printed)
        self.check("a folder without a capture: what is there is named", "notes.txt: is not a packet capture" in printed, printed)

    def rules(self) -> None:
        """Whose a file is, and in which order files are read."""
        hosts = {
            "kafka-1/2026-11-21/a.pcap": "kafka-1", "2026-11-21/kafka-1/a.pcap": "kafka-1", "day=2026-11-21/host=kafka-1/a.pcap": "kafka-1",
            "kafka-1_20261121.pcap": "kafka-1", "kafka-1.lab.pcap12": "kafka-1.lab", "10.0.0.1.pcapng.gz": "10.0.0.1",
            "2026/11/21/10.0.0.1/a": "10.0.0.1",
        }
        for path, host in hosts.items():
            self.check(f"the host of {path}", host_of(path) == host, host_of(path))
        names = ["a.pcap", "a.pcap1", "a.pcap2", "a.pcap10", "a_20261121.pcap", "a_20261122.pcap"]
        self.check("order of rotated files", sorted(reversed(names), key=in_order) == names, sorted(names, key=in_order))
        sizes = [[one.bytes for one in batch] for batch in batches([Capture(str(n), "h", n) for n in (5, 1, 2, 3, 9, 1)], 6)]
        self.check("batches", sizes == [[5, 1], [2, 3], [9], [1]], sizes)

    def empty(self, master: str) -> None:
        captures = self.folder / "empty"
        captures.mkdir()
        status, printed, _ = self.job(master, captures, self.folder / "empty-out")
        self.check("an empty folder has no report", status == 2 and "0 files" in printed, printed)


def full(checks: Checks) -> None:
    """What needs a cluster: a worker that is killed in mid-file, the README's commands, and how fast it is."""
    captures = checks.folder / "fleet"
    fleet_files.fleet(captures, files=25)
    files = sum(1 for path in captures.rglob("*") if path.is_file())
    for workers in (1, 2):
        with cluster.Cluster(workers, checks.folder / f"cluster-{workers}") as spark:
            status, printed, seconds = checks.job(spark.master, captures, checks.folder / f"out-{workers}")
            checks.check("all files are in the report", (status, f"{files} files: {files} read" in printed) == (0, True), printed)
            print(f"{workers} workers: {files} files in {seconds:.1f} s, {files / seconds:.1f} files a second: {checks.steps}")
    wanted = checks.same_as_single_run(captures, checks.folder / "out-2")
    print("as one run has them:", ", ".join(f"{name} {wanted['runs'][0][name]}" for name in KAFKA))
    killed(checks, captures)
    commands(checks)


def killed(checks: Checks, captures: Path) -> None:
    """One of two workers is killed, with all that it started, while the program is in the middle of a file."""
    long = captures / "client-13" / "long.pcap"
    fleet_files.long_capture(long, days=60)
    with cluster.Cluster(2, checks.folder / "cluster-killed") as spark:
        stopper = cluster.Stopper(checks.program, "client-13/long.pcap", checks.folder / "stopper")
        with spark.killing(stopper) as hit:
            status, printed, _ = checks.job(spark.master, captures, checks.folder / "out-killed", program=str(stopper.program))
    place, size = hit.place, long.stat().st_size
    checks.check("the worker was killed in mid-file", place is not None and 0 < place < size, (place, size))
    checks.check("the other worker read that file again", stopper.runs() >= 2, stopper.runs())
    checks.check("after a kill: all files are in the report", status == 0, printed)
    checks.same_as_single_run(captures, checks.folder / "out-killed")
    print(f"a worker killed at byte {place} of {size}: tables as of one run")


def commands(checks: Checks) -> None:
    """What the README shows under "Try it", as it stands."""
    folder = checks.folder / "readme"
    folder.mkdir()
    for name in ("captures", "integrations"):
        (folder / name).symlink_to(fleet_files.ROOT / name)
    blocks = re.findall(r"```(bash|text)\n(.*?)```", (SPARK / "README.md").read_text().split("## Try it")[1].split("\n## ")[0], re.S)
    environment = cluster.environment()
    (folder / "bin").mkdir()
    (folder / "bin" / "brokertap").symlink_to(os.path.abspath(checks.program))
    environment["PATH"] = f"{folder / 'bin'}:{environment['PATH']}"
    printed = ""
    for kind, text in blocks:
        if kind == "bash":
            printed = cluster.run_as_shown(text, folder, environment)
        else:
            checks.check("the README shows what is printed", text.strip() in untimed(printed), f"{printed}\nshown:\n{text}")
    checks.check("the README's commands leave a report", (folder / "fleet" / "report.html").exists(), printed)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True, type=os.path.abspath)
    parser.add_argument("--full", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        checks = Checks(options.program, Path(folder))
        checks.rules()
        checks.odd_files("local[2]")
        if options.full:
            checks.empty("local[2]")
            full(checks)
    if checks.failed:
        sys.exit(f"check-spark: {checks.failed} checks failed")
    print("check-spark: the tables are those of one run")


if __name__ == "__main__":
    main()
