"""What a capture is to the job: whose it is, what it holds, and what became of it."""
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby

# Folders that are no host's: 2026-11-21, 20261121, day=2026-11-21.
DATE_FOLDER = re.compile(r"(\w+=)?\d[\d-]*$")
CAPTURE_SUFFIX = re.compile(r"\.(pcap|pcapng|cap|dmp)\d*(\.(gz|zst))?$")


@dataclass(frozen=True)
class Capture:
    """A file of the input: its path below it, and its host."""

    path: str
    host: str
    bytes: int | None
    # SHA-256 of what it holds, unpacked; None until it was read.
    digest: str | None = None
    # Why it is not in the report; None where it is.
    left_out: str | None = None

    def without(self, reason: str) -> "Capture":
        return replace(self, left_out=reason)


def host_of(path: str) -> str:
    """The first folder that is no date (without `host=`); of a file in none, its name up to the first `_`, without its suffix."""
    *folders, name = path.split("/")
    for folder in folders:
        if not DATE_FOLDER.match(folder):
            return folder.removeprefix("host=")
    return CAPTURE_SUFFIX.sub("", name.split("_")[0]) or name


def in_order(path: str) -> list[tuple[int, str]]:
    """A key that sorts rotated files as they were written: numbers in a path count as numbers."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", path)]


def without_copies(captures: Iterable[Capture]) -> list[Capture]:
    """Of captures with the same content only the first stays, by path; the others say which one that is."""
    first: dict[str, str] = {}
    result = []
    for capture in sorted(captures, key=lambda capture: (capture.host, in_order(capture.path))):
        if capture.left_out is None and capture.digest in first:
            capture = capture.without(f"copy of {first[capture.digest]}")
        elif capture.left_out is None:
            first[capture.digest] = capture.path
        result.append(capture)
    return result


def by_host(captures: Iterable[Capture]) -> list[tuple[str, list[Capture]]]:
    """(host, its captures that are to be read, in order), hosts by name."""
    wanted = [capture for capture in captures if capture.left_out is None]
    return [(host, list(group)) for host, group in groupby(wanted, key=lambda capture: capture.host)]


def batches(captures: list[Capture], most_bytes: int, most_files: int = 5000) -> list[list[Capture]]:
    """Captures in order, cut into runs of at most so many bytes and files, of which each has one file at least."""
    result: list[list[Capture]] = []
    size = 0
    for capture in captures:
        size += capture.bytes
        if not result or size > most_bytes or len(result[-1]) == most_files:
            result.append([])
            size = capture.bytes
        result[-1].append(capture)
    return result
