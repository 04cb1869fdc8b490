"""A server that stands still for a time, in captures where all is well: it must be told, and never less the longer it is.

usage: check-delay [--tool PATH] [--captures DIR]... [--seconds T]... [--keep FILE] [NAME ...]

In each healthy plaintext capture (by the label beside it; those without a label only if named) each server is taken that
answers at least ten requests. From a moment in the middle of its work on it sends nothing for T seconds (0.5 to 60):
what it sent later, and all that comes behind it on those connections, comes T later; the other connections go on as they
did; an answer that has begun comes to its end first, for the rest of it is the network's time. So clients wait, and are
answered in the end. The server's TCP goes on: what a client sends in that time is
acknowledged T before it would be.

Expected from T = 1 s on, where a request waited for it: a finding about that server at level warning or error among
`slow-response`, `response-overdue`, `disconnect-before-response`; and at no larger T less severe, or none. Prints for each
T how many were tried and missed; exits 1 where any was."""
import argparse
import os
import sys
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from .conserving import by_time
from .dead_node import endpoint, paths_of, text_of
from .frames import FrameStarts
from .packets import FIN, RST, SECOND, later, packed_segment, read, segment, write
from .reports import Failed, report
from .streams import connections

SECONDS = (0.5, 1, 1.5, 2, 5, 10, 20, 60)
TELLING = ("slow-response", "response-overdue", "disconnect-before-response")
LEVELS = ("none", "info", "warning", "error")
ENOUGH_ANSWERS = 10
# APIs that wait on purpose: what such a request allows is no delay (Fetch, JoinGroup, SyncGroup and the like).
PATIENT = (1, 11, 14, 78, 79)
LEAST = SECOND  # from then on a wait is told


def servers(capture):
    """(server, its connections, when an ordinary request of one of them was answered) of those at work."""
    mine = {}
    for connection in connections(capture):
        mine.setdefault(connection.server, []).append(connection)
    for server, those in sorted(mine.items()):
        answered = sorted(answer.time for connection in those for answer in connection.answers()
                          if answer.api not in PATIENT)
        if len(answered) >= ENOUGH_ANSWERS:
            yield server, those, answered


def stalled(capture, server, those, moment, by):
    """The capture with what the server sends from the moment on, and all that follows on its connection, later."""
    owner = {index: connection for connection in those for index in connection.indices}
    starts, begun, out = FrameStarts(), set(), []
    for index, packet in enumerate(capture.packets):
        connection = owner.get(index)
        tcp = segment(capture.link, packet) if connection else None
        begins = tcp and (0 in (starts.within(tcp) or ()) or tcp.flags & (FIN | RST))
        if begins and packet.time >= moment and tcp.source == server:
            begun.add(id(connection))
        if connection and id(connection) in begun:
            # Its TCP's clock goes on: were its timestamps left as they are, the capture's clock would have been set.
            packet = packed_segment(later(tcp, packet.time + by)) if tcp else packet._replace(time=packet.time + by)
        out.append(packet)
    return by_time(out)


def level(found, server):
    """How severely the server is told of."""
    told = [finding["severity"] for finding in found["findings"]
            if finding["kind"] in TELLING and finding["server"] == server]
    return max(told, key=LEVELS.index, default="none")


def try_capture(job):
    path, options, scratch = job
    capture, results = read(path), []
    name = os.path.basename(path)[:-5]
    for server, those, answered in servers(capture):
        moment = answered[len(answered) // 2]
        address = endpoint(text_of(server[0]), server[1])
        worst = "none"
        for seconds in sorted(options.seconds):
            packets = stalled(capture, server, those, moment, int(seconds * SECOND))
            made = options.keep or os.path.join(scratch, f"{os.getpid()}.pcap")
            write(made, capture.link, packets)
            try:
                now = level(report(options.tool, made), address)
            except Failed as failed:
                now = str(failed)
            # What is told at half a second may be less: it is no stall yet.
            bad = now not in LEVELS or seconds * SECOND >= LEAST and (
                LEVELS.index(now) < LEVELS.index("warning") or LEVELS.index(now) < LEVELS.index(worst))
            results.append((seconds, bad, f"{name}, {address}, {seconds} s: {now}, before: {worst}"))
            if now in LEVELS:
                worst = max(worst, now, key=LEVELS.index)
            if options.keep:
                return results
    return results


def arguments(home):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", default=os.path.join(home, ".build/release/brokertap"))
    parser.add_argument("--captures", action="append", metavar="DIR", help="a folder of captures (repeatable)")
    parser.add_argument("--seconds", action="append", type=float, help="only this T (repeatable)")
    parser.add_argument("--keep", metavar="FILE", help="write the first capture made so, and stop")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args()
    options.captures = options.captures or [os.path.join(home, "captures")]
    options.seconds = options.seconds or list(SECONDS)
    return options


def main(home):
    options = arguments(home)
    tried, missed = Counter(), Counter()
    with tempfile.TemporaryDirectory() as scratch, ProcessPoolExecutor(options.jobs) as pool:
        for results in pool.map(try_capture, [(path, options, scratch) for path in paths_of(options)]):
            for seconds, bad, line in results:
                tried[seconds] += 1
                missed[seconds] += bad
                if bad:
                    print(line, flush=True)
    print(f"{'seconds':>8}{'tried':>8}{'missed':>8}")
    for seconds in sorted(tried):
        print(f"{seconds:8}{tried[seconds]:8}{missed[seconds]:8}")
    sys.exit(1 if any(missed.values()) or not tried else 0)
