"""Makes folders as a fleet leaves them, of the repository's captures; and the tables that one run of the program gives of them."""
import gzip
import json
import os
import random
import shutil
import struct
import subprocess
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
CAPTURES = ROOT / "captures"
# Each is the capture of a host; the last two are of a client and of the broker that it asks.
HOSTS = {
    "client-1": "crash-kill9", "client-2": "coordinator-firewalled", "client-3": "one-broker-unresolvable",
    "client-4": "idle-close", "client-5": "hang-now", "client-6": "healthy-java", "client-7": "healthy-librdkafka",
    "client-8": "connection-churn", "client-9": "sasl-good", "client-10": "tls-wrong-name",
    "client-11": "response-lost-retry", "broker-2": "response-lost-retry.broker2",
}
DAY_SECONDS = 86400


def packets(path: Path) -> tuple[bytes, list[bytes]]:
    """The header of a pcap file (little-endian), and its records."""
    data = path.read_bytes()
    records, at = [], 24
    while at + 16 <= len(data):
        end = at + 16 + struct.unpack_from("<I", data, at + 8)[0]
        records.append(data[at:end])
        at = end
    return data[:24], records


def rotated(name: str, folder: Path, files: int, seed: int = 1) -> None:
    """A capture of the repository, cut into files at any packets, as `tcpdump -C` names them."""
    header, records = packets(CAPTURES / f"{name}.pcap")
    chance = random.Random(f"{name} {seed}")
    cuts = [0, *sorted(chance.sample(range(1, len(records)), files - 1)), len(records)]
    folder.mkdir(parents=True)
    for number, (begin, end) in enumerate(zip(cuts, cuts[1:])):
        (folder / f"eth0.pcap{number or ''}").write_bytes(header + b"".join(records[begin:end]))


def long_capture(path: Path, days: int) -> None:
    """A day's capture again and again, each a day later."""
    header, records = packets(CAPTURES / "crash-kill9.pcap")
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        file.write(header)
        for day in range(days):
            for record in records:
                seconds = struct.unpack_from("<I", record)[0] + day * DAY_SECONDS
                file.write(struct.pack("<I", seconds) + record[4:])


def fleet(folder: Path, files: int, hosts: int = len(HOSTS)) -> None:
    """So many hosts, each with so many files."""
    for host, name in list(HOSTS.items())[-hosts:]:
        rotated(name, folder / host, files)


def add_odd_files(folder: Path) -> dict[str, str]:
    """Puts what is not as it should be beside the captures of client-11. Returns what becomes of each file, by path."""
    host, other = folder / "client-11", folder / "2026-11-21" / "client-12"
    other.mkdir(parents=True)
    whole = CAPTURES / "healthy-acks0.pcap"
    shutil.copy(whole, other / "whole.pcap")
    shutil.copy(whole, other / "whole-again.pcap")
    (other / "zipped.pcap.gz").write_bytes(gzip.compress(whole.read_bytes()))
    (other / "cut.pcap").write_bytes((CAPTURES / "healthy-kafkajs.pcap").read_bytes()[:20000])
    header, records = packets(CAPTURES / "healthy-sarama.pcap")
    # A length that no packet has.
    records[50] = records[50][:8] + b"\xff\xff\xff\x7f" + records[50][12:]
    (other / "damaged.pcap").write_bytes(header + b"".join(records))
    (host / "empty.pcap").write_bytes(b"")
    (host / "notes.txt").write_text("Captured while the broker was down.\n")
    (host / "other.snoop").write_bytes(b"snoop\0\0\0\0\0\0\2\0\0\0\4")
    (host / "gone.pcap").symlink_to("nowhere.pcap")
    # Its memory, which nobody can read from its begin: an input/output error.
    (host / "unreadable.pcap").symlink_to("/proc/self/mem")
    os.mkfifo(host / "pipe.pcap")
    (host / ".hidden.pcap").write_bytes(whole.read_bytes())
    day = "2026-11-21/client-12"
    return {
        f"{day}/whole-again.pcap": "read", f"{day}/whole.pcap": "copy", f"{day}/zipped.pcap.gz": "copy",
        f"{day}/cut.pcap": "damaged", f"{day}/damaged.pcap": "damaged",
        **{f"client-11/{name}": "left-out" for name in
           ("empty.pcap", "notes.txt", "other.snoop", "gone.pcap", "unreadable.pcap", "pipe.pcap")},
    }


def single_run(program: str, folder: Path, paths: list[str], into: Path) -> dict[str, list[dict]]:
    """Rows of all tables, of one run of the program over all captures at once."""
    subprocess.run([program, "analyze", "-q", "--no-keylog", "--ndjson-dir", str(into), *paths], cwd=folder, check=True)
    return {file.stem: [comparable(json.loads(line)) for line in file.open()] for file in sorted(into.iterdir())}


def comparable(row: dict) -> dict:
    """A row with times in microseconds, as Parquet has them. Under which of a host's files a connection is listed depends on how many
    packets are read at once, so that is left out."""
    return {name: moment(value) for name, value in row.items() if name != "views"}


def moment(value):
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, str) and len(value) == 30 and value[10] == "T" and value[29] == "Z":
        return value[:26] + "Z"
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
