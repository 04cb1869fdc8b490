"""Time that is added on the way, or in the broker, must be found there by the table `latencyParts`.

usage: check-latency-parts [--tool PATH] [--captures DIR]... [--ms T] [--keep FILE] [NAME ...]

Each healthy plaintext capture (by the label beside it) is made longer in two ways, and analysed before and after:

  network  whatever a server sends comes T later than what it follows from, acknowledgements and handshakes too: the path is
           T longer
  broker   each answer to a request that asks for no wait comes T later; the server's TCP goes on

What a client sends behind an answer follows from it, and comes as much later.

The time that this adds to all requests (of those rows whose path's round trip was seen) must be in the right part by 95 % at least: `wire`, or `inBroker`; time in which a
request waits behind an earlier one that is late (`queued`) follows from either, and is left out. Prints the share for each capture and way,
and exits 1 where it is less."""
import argparse
import json
import os
import subprocess
import sys
import tempfile

from .conserving import by_time
from .dead_node import paths_of
from .delay import PATIENT
from .frames import FrameStarts
from .packets import FIN, MILLISECOND, RST, SYN, read, segment, write
from .reports import Failed
from .streams import connections

LEAST_SHARE = 0.95
PARTS = ("queued", "wire", "inBroker", "throttled", "onPurpose")
RIGHT = {"network": "wire", "broker": "inBroker"}


class Course:
    """How much later each side of a connection is by now than it was."""

    def __init__(self, connection):
        self.connection = connection
        self.client = self.client_data = 0  # what the client sends, and what it has sent of requests
        self.server = self.server_data = 0
        self.asked = []  # how much later each request was that waits for its answer
        # The length stands 8 bytes before the body.
        self.worked = {answer.place - 8 for answer in connection.answers() if answer.api not in PATIENT}

    def delay(self, tcp, begun, on_the_way, in_broker):
        """By how much a packet comes later: never before what it follows from, and never before what came before it."""
        if tcp.source == self.connection.client:
            if begun or tcp.flags & (SYN | FIN | RST):
                # A program goes on when it has its answer.
                self.client = max(self.client, self.server_data)
            else:
                self.client = max(self.client, self.server if not tcp.length else 0)
            self.asked += [self.client] * len(begun)
            self.client_data = max(self.client_data, self.client)
            return self.client
        stream = self.connection.to_client
        at = stream.signed(tcp.sequence - stream.base)
        cause = self.client
        if tcp.length:
            cause = self.server_data - on_the_way if self.server_data else 0
            for place in begun:
                cause = max(cause, self.asked.pop(0) if self.asked else self.client)
                cause += in_broker if at + place in self.worked else 0
            self.server_data = max(self.server_data, cause + on_the_way)
        self.server = max(self.server, cause + on_the_way, self.server_data)
        return self.server


def later(capture, on_the_way=0, in_broker=0):
    """The capture in which the path, or each answer that a broker works for, takes longer; and all that follows from it."""
    owner, courses, starts, out = {}, {}, FrameStarts(), []
    for connection in connections(capture):
        owner.update(dict.fromkeys(connection.indices, connection))
    for index, packet in enumerate(capture.packets):
        connection = owner.get(index)
        tcp = segment(capture.link, packet) if connection else None
        if tcp is not None:
            course = courses.setdefault(id(connection), Course(connection))
            by = course.delay(tcp, starts.within(tcp) or (), on_the_way, in_broker)
            packet = packet._replace(time=packet.time + by)
        out.append(packet)
    return by_time(out)


def network(capture, by):
    return later(capture, on_the_way=by)


def broker(capture, by):
    return later(capture, in_broker=by)


def sums(tool, path):
    run = subprocess.run([tool, "analyze", path, "--tables", "--json", "-", "--quiet", "--no-progress"],
                         capture_output=True, timeout=300)
    if run.returncode:
        raise Failed(f"exit {run.returncode}: {run.stderr.decode(errors='replace').strip()}")
    rows = [row for row in json.loads(run.stdout)["latencyParts"] if row["broker"] and not row["roundTripUnknown"]]
    return {part: sum(row[part]["sumMs"] for row in rows) for part in PARTS}


def share(tool, path, way, by, made):
    """Of the time that was added and is nobody's wait for another request, how much is in the right part; None: too little."""
    capture = read(path)
    packets = {"network": network, "broker": broker}[way](capture, by)
    write(made, capture.link, packets)
    before, after = sums(tool, path), sums(tool, made)
    added = {part: after[part] - before[part] for part in PARTS}
    whole = sum(value for part, value in added.items() if part != "queued")
    return added[RIGHT[way]] / whole if whole > 10 * by / MILLISECOND else None


def main(home):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", default=os.path.join(home, ".build/release/brokertap"))
    parser.add_argument("--captures", action="append", metavar="DIR", help="a folder of captures (repeatable)")
    parser.add_argument("--ms", type=float, default=50, help="T (default 50)")
    parser.add_argument("--keep", metavar="FILE", help="write the capture made last")
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args()
    options.captures = options.captures or [os.path.join(home, "captures")]
    bad, tried = 0, 0
    with tempfile.TemporaryDirectory() as scratch:
        made = options.keep or os.path.join(scratch, "made.pcap")
        for path in paths_of(options):
            for way in RIGHT:
                found = share(options.tool, path, way, int(options.ms * MILLISECOND), made)
                if found is None:
                    continue
                tried += 1
                bad += found < LEAST_SHARE
                print(f"{found:8.1%}  {way:8} {os.path.basename(path)}{'  BAD' if found < LEAST_SHARE else ''}", flush=True)
    print(f"{tried} tried, {bad} below {LEAST_SHARE:.0%}")
    sys.exit(1 if bad or not tried else 0)
