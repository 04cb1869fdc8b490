"""What executors do: each function is a task's, runs the brokertap program, and may be run twice without harm."""
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from html import escape
from pathlib import Path

from pyspark import SparkFiles, TaskContext

from . import storage
from .captures import Capture, batches

# Its exit status for what it cannot read.
UNREADABLE = 2


class ProgramFault(Exception):
    """The program did not do what it was asked; the words are its own."""


@dataclass(frozen=True)
class Work:
    """What all tasks are told."""

    captures: str  # URI of the folder with the captures
    facts: str  # URI of the folder for facts files
    program: str  # name or path of brokertap, on every node
    batch_bytes: int  # captures that are condensed at once
    attempts: int  # how often Spark tries a task
    keylog: str | None = None  # name of a key log that Spark brought to every node

    def run(self, folder: Path, *words: str) -> str:
        """Runs the program in a folder, without progress. Returns what it prints."""
        done = subprocess.run([self.found, *words], cwd=folder, capture_output=True, text=True, errors="replace", check=False)
        if done.returncode == UNREADABLE:
            raise ProgramFault(done.stderr.strip().removeprefix("brokertap: "))
        if done.returncode:
            raise RuntimeError(f"{' '.join(words[:2])}… ended with {done.returncode}: {done.stderr.strip()}")
        return done.stdout

    @cached_property
    def found(self) -> str:
        """The program: as `--files` brought it, or as it is installed."""
        brought = Path(SparkFiles.get(os.path.basename(self.program)))
        if brought.is_file():
            brought.chmod(0o755)
            return str(brought)
        if path := shutil.which(self.program):
            return path
        raise RuntimeError(f"there is no {self.program} on this node: install it there, or give it to spark-submit with --files")

    @cached_property
    def keys(self) -> list[str]:
        return ["--keylog", SparkFiles.get(self.keylog)] if self.keylog else ["--no-keylog"]

    @property
    def is_last_attempt(self) -> bool:
        return TaskContext.get().attemptNumber() >= self.attempts - 1


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder on the disks that Spark has for such things; gone afterwards, or with the executor."""
    disks = os.environ.get("SPARK_LOCAL_DIRS", "").split(",")[0]
    with tempfile.TemporaryDirectory(prefix="brokertap-", dir=disks if os.path.isdir(disks) else None) as folder:
        yield Path(folder)


def identified(work: Work, capture: Capture) -> Capture:
    """The capture with its digest. Where it cannot be read in any attempt, with the reason."""
    try:
        return replace(capture, digest=storage.digest(work.captures, capture.path))
    except OSError as error:
        if not work.is_last_attempt:
            raise
        return capture.without(f"cannot be read: {error}")


@dataclass(frozen=True)
class Condensed:
    """What became of a host's captures: a facts file, by name, where any could be read; why others could not, by path."""

    facts: str | None
    refused: dict[str, str]
    # Of some a later run may read more: this is no state to go on from.
    is_passing: bool = False


def condensed(work: Work, captures: list[Capture]) -> Condensed:
    """One facts file of a host's captures, which are in order.

    They are read in batches, from checkpoint to checkpoint. Each is stored under a name made of all that it stands for, so that
    another attempt, or a later run with more captures, goes on from the last one that is there.
    """
    runs = batches(captures, work.batch_bytes)
    with scratch_folder() as folder:
        names = _names(work, folder, runs)
        done, state = -1, Condensed(None, {})
        for at, name in reversed(list(enumerate(names))):
            if note := storage.text(work.facts, f"{name}.json"):
                done, state = at, Condensed(**json.loads(note))
                break
        if state.facts and done < len(runs) - 1:
            storage.fetch(work.facts, state.facts, folder)
            # A copy: the program replaces its checkpoint.
            shutil.copy(folder / state.facts, folder / "checkpoint")
        links = [(names[done], state.facts)] if done >= 0 else []
        for at in range(done + 1, len(runs)):
            state = _with_batch(work, folder, state, runs[at], names[at])
            links.append((names[at], state.facts))
            if len(links) > 2:  # The last batch may have more captures the next time: that goes on from the one before.
                note, facts = links.pop(0)
                storage.remove(work.facts, f"{note}.json")
                if facts:
                    storage.remove(work.facts, facts)
    return state


def _names(work: Work, folder: Path, runs: list[list[Capture]]) -> list[str]:
    """A name for the checkpoint behind each batch: a sum of the program, the keys and all captures up to there."""
    total = hashlib.sha256(work.run(folder, "--version").encode())
    if work.keylog:
        total.update(Path(SparkFiles.get(work.keylog)).read_bytes())
    names = []
    for batch in runs:
        for capture in batch:
            total.update(f"{capture.path}\0{capture.digest}\0".encode())
        names.append(total.hexdigest())
    return names


def _with_batch(work: Work, folder: Path, before: Condensed, batch: list[Capture], name: str) -> Condensed:
    """Adds a batch to the checkpoint in a folder, and stores that."""
    stage = folder / "stage"
    stage.mkdir()
    missing, refused = {}, {}
    for capture in batch:
        try:
            storage.fetch(work.captures, capture.path, stage)
        except OSError as error:
            if not work.is_last_attempt:
                raise
            missing[capture.path] = f"cannot be read: {error}"
    paths = [capture.path for capture in batch if capture.path not in missing]
    for path, (reason, is_passing) in _added(work, stage, folder / "checkpoint", paths).items():
        (missing if is_passing else refused)[path] = reason
    shutil.rmtree(stage)
    refused = before.refused | refused | missing
    facts = None
    if (folder / "checkpoint").exists():
        facts = f"{_sum(name, *sorted(refused))}.facts"
        storage.put(folder / "checkpoint", work.facts, facts)
    state = Condensed(facts, refused, before.is_passing or bool(missing))
    if not state.is_passing:
        storage.put_text(json.dumps(asdict(state)), work.facts, f"{name}.json")
    return state


def _added(work: Work, stage: Path, checkpoint: Path, paths: list[str]) -> dict[str, tuple[str, bool]]:
    """Condenses captures into the checkpoint. Returns those that could not be, with the reason, and whether it may pass."""

    def condense(paths: list[str]) -> None:
        if paths:
            work.run(stage, "analyze", "-q", "--no-tables", "--checkpoint", str(checkpoint), *work.keys, "--", *paths)

    try:
        condense(paths)
        return {}
    except (ProgramFault, RuntimeError) as fault:
        # The program takes all or none, and need not name the one that it cannot read.
        refused = {path: reason for path in paths if (reason := _fault(work, stage, path))}
        if not refused:
            raise RuntimeError(str(fault)) from fault
    condense([path for path in paths if path not in refused])
    return refused


def _fault(work: Work, stage: Path, path: str) -> tuple[str, bool] | None:
    """Why a capture cannot be read, and whether that may pass; None where it can."""
    try:
        work.run(stage, "analyze", "-q", "--no-tables", *work.keys, "--", path)
        return None
    except ProgramFault as fault:
        return str(fault).removeprefix(f"{path}: "), False
    except RuntimeError as fault:
        # Killed, for want of memory perhaps: it is tried again before it is given up.
        if not work.is_last_attempt:
            raise
        return str(fault), True


def _sum(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def merged(work: Work, facts: list[str]) -> str:
    """One facts file of several. Returns its name."""
    name = f"{_sum('merged', *facts)}.facts"
    if not storage.exists(work.facts, name):
        with scratch_folder() as folder:
            _merge(work, folder, facts, "--no-tables", "--facts", "merged")
            storage.put(folder / "merged", work.facts, name)
    return name


def reported(work: Work, facts: list[str], rows: str, notice: list[str]) -> None:
    """Puts the report of all facts files into a folder: `report.html`, with a notice on top, the tables, and `schema.sql`."""
    with scratch_folder() as folder:
        _merge(work, folder, facts, "--html", "report.html", "--ndjson-dir", "tables")
        for table in sorted((folder / "tables").iterdir()):
            storage.put(table, rows, table.name)
        storage.put_text(work.run(folder, "schema", "--sql", "duckdb"), rows, "schema.sql")
        page = folder / "report.html"
        if notice:
            page.write_text(_with_notice(page.read_text(), notice))
        storage.put(page, rows, page.name)


def _merge(work: Work, folder: Path, facts: list[str], *outputs: str) -> None:
    for name in facts:
        storage.fetch(work.facts, name, folder)
    try:
        work.run(folder, "merge", "-q", *outputs, *work.keys, "--", *facts)
    except ProgramFault as fault:
        raise RuntimeError(str(fault)) from fault


def _with_notice(page: str, lines: list[str]) -> str:
    """A page with a list right above its content."""
    begin, body, rest = page.partition("<body>")
    if not body:
        raise RuntimeError("the report has no <body>")
    rows = "".join(f"<li>{escape(line)}</li>" for line in lines[1:])
    return f'{begin}{body}<aside role="note"><p><strong>{escape(lines[0])}</strong></p><ul>{rows}</ul></aside>{rest}'
