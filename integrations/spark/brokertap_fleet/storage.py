"""Where files are: a folder on every node, or an object store. All that the job knows of either is in here.

A URI is what `pyarrow.fs` takes (a path, `file://`, `s3://`, `gs://`, `abfs://`, `hdfs://`); `s3a://`, as Spark says it, is `s3://` there.
"""
import hashlib
import os
import shutil
import uuid
from pathlib import Path

import pyarrow
from pyarrow import fs

BLOCK_BYTES = 1 << 20
# First bytes of packed files, and pyarrow's names of what packed them.
PACKINGS = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}


def absolute(uri: str) -> str:
    """The same place, whatever folder a process works in."""
    return uri if "://" in uri else os.path.abspath(uri)


def place(uri: str, *names: str) -> tuple[fs.FileSystem, str]:
    """The file system that a URI names, and the path in it, with names added."""
    system, path = fs.FileSystem.from_uri(uri.replace("s3a://", "s3://", 1))
    return system, "/".join([path.rstrip("/"), *names])


def for_spark(uri: str, *names: str) -> str:
    """The same place as Spark names it: what has no scheme is a local path, whatever the cluster's default is."""
    base = uri if "://" in uri else Path(uri).as_uri()
    return "/".join([base.rstrip("/"), *names])


def listing(uri: str) -> list[tuple[str, int | None]]:
    """All below a folder but folders, and names that begin with `.` or `_`: (path below it, bytes; None of what is no plain file)."""
    system, base = place(uri)
    found = []
    for info in system.get_file_info(fs.FileSelector(base, recursive=True)):
        path = info.path[len(base.rstrip("/")) + 1:]
        if info.type != fs.FileType.Directory and not any(name[0] in "._" for name in path.split("/")):
            found.append((path, info.size if info.type == fs.FileType.File else None))
    if isinstance(system, fs.LocalFileSystem):  # which passes over links that lead nowhere
        links = (path for path in Path(base).rglob("*") if path.is_symlink() and not path.exists())
        found += [(str(link.relative_to(base)), None) for link in links]
    return sorted(found)


def digest(uri: str, path: str) -> str:
    """SHA-256 of a file's content, unpacked: a capture and its gzip are the same. Of damaged packed data: of the file as it is."""
    system, full = place(uri, path)
    with system.open_input_stream(full, compression=None) as stream:
        begin = stream.read(4)
    packing = next((name for magic, name in PACKINGS.items() if begin.startswith(magic)), None)
    if packing:
        try:
            return _digest(system.open_input_stream(full, compression=packing))
        except (OSError, pyarrow.ArrowException):
            pass
    return _digest(system.open_input_stream(full, compression=None))


def _digest(stream: pyarrow.NativeFile) -> str:
    total = hashlib.sha256()
    with stream:
        while block := stream.read(BLOCK_BYTES):
            total.update(block)
    return total.hexdigest()


def fetch(uri: str, path: str, folder: Path) -> None:
    """Puts a file into a local folder under its path: a link where it is local, a copy else."""
    system, full = place(uri, path)
    here = folder / path
    here.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(system, fs.LocalFileSystem):
        here.symlink_to(full)
        return
    with system.open_input_stream(full, compression=None) as source, here.open("wb") as copy:
        shutil.copyfileobj(source, copy, BLOCK_BYTES)


def put(local: Path, uri: str, name: str) -> None:
    """Copies a file to a place, where it appears when it is whole, and replaces one that was there."""
    with local.open("rb") as source:
        _put(source, uri, name)


def put_text(text: str, uri: str, name: str) -> None:
    _put(pyarrow.BufferReader(text.encode()), uri, name)


def _put(source, uri: str, name: str) -> None:
    system, full = place(uri, name)
    system.create_dir(os.path.dirname(full), recursive=True)
    # Two attempts of a task may write the same at once.
    part = f"{full}.{uuid.uuid4().hex}.part"
    with system.open_output_stream(part, compression=None) as copy:
        shutil.copyfileobj(source, copy, BLOCK_BYTES)
    system.move(part, full)


def exists(uri: str, name: str) -> bool:
    system, full = place(uri, name)
    return system.get_file_info(full).type == fs.FileType.File


def text(uri: str, name: str) -> str | None:
    """A small file's text; None where it is not there."""
    if not exists(uri, name):
        return None
    system, full = place(uri, name)
    with system.open_input_stream(full, compression=None) as stream:
        return stream.read().decode()


def move(uri: str, name: str, to: str) -> None:
    """Moves a file to another folder of the same storage."""
    system, full = place(uri, name)
    system.move(full, place(to, name)[1])


def remove(uri: str, *names: str) -> None:
    """Removes a file or a folder, where it is there."""
    system, full = place(uri, *names)
    kind = system.get_file_info(full).type
    if kind == fs.FileType.File:
        system.delete_file(full)
    elif kind == fs.FileType.Directory:
        system.delete_dir(full)
