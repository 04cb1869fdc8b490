"""Captures that pass by, and the verdicts on them, which must be those of a run over the file."""
import concurrent.futures
import os
import subprocess
import tempfile

from .base import CAPTURES, Live, Settings, Space, analyze, require
from .packets import feed, held_up, link_type, records, send

# Replays at a time: at their own pace each of them mostly waits.
TOGETHER = 8
# Where a second of the capture was replayed with more than this too much or too little, it came at another pace.
ON_TIME = 0.05
ATTEMPTS = 2
# Kinds that only the time of an answer makes.
SLOWNESS = ("slow-response", "response-overdue")
BROKER_PORTS = [port.to_bytes(2, "big") for port in (9092, 9093, 9094)]
# One of each sort: lost answers, addresses, hangs, sign-in, TLS, names, tunnels, health.
DOZEN = [
    "crash-kill9.pcap", "hang-now.pcap", "response-lost-retry.pcap", "adv-localhost.pcap", "adv-unresolvable.pcap",
    "auth-java-plain-wrong.pcap", "tls-unknown-ca.pcap", "tls13-keylog.pcap", "error-codes.pcap", "wrapped-vxlan.pcap",
    "connection-churn.pcap", "healthy-librdkafka.pcap",
]


def kinds(report):
    """Kinds, clients and servers: what a verdict is about."""
    return sorted("%s %s %s" % (f["kind"], f["client"], f["server"]) for f in report["findings"])


def gist(report):
    fields = ("kind", "severity", "confidence", "client", "server", "detail", "cause", "closedBy", "error", "count")
    return sorted(" ".join(str(f[field]) for field in fields) for f in report["findings"])


def equal(name, live, offline, compare):
    ours, theirs = compare(live), compare(offline)
    require(ours == theirs, "%s\n    only live: %s\n    only offline: %s" % (
        name, sorted(set(ours) - set(theirs)), sorted(set(theirs) - set(ours))))


def as_old(live, offline):
    """The live report as old as its recording, which ends with the last packet: a hang that lasts until the run is stopped may
    be an error by then, and was a warning when that packet came."""
    about = lambda finding: [finding[field] for field in ("kind", "client", "server")]
    was = [about(finding) for finding in offline["findings"]
           if finding["kind"] == "response-overdue" and finding["severity"] == "warning"]
    return {**live, "findings": [
        {**finding, "severity": "warning"} if finding["severity"] == "error" and about(finding) in was else finding
        for finding in live["findings"]]}


def same_traffic(name, live, offline):
    for count in ("requests", "connections"):
        ours, theirs = live["summary"][count], offline["summary"][count]
        require(ours == theirs, "%s: %d %s, offline %d" % (name, ours, count, theirs))


def lives_ended(name, live):
    last = {finding["id"]: finding["state"] for finding in live.told("finding")}
    require(set(last.values()) <= {"final", "withdrawn"}, "%s: findings end as %s" % (name, set(last.values())))


def captures(replayable):
    """The labelled captures by name: those of Ethernet can be sent into an interface as they are, the others cannot."""
    names = sorted(name for name in os.listdir(CAPTURES) if name.endswith((".pcap", ".pcapng")))
    return [name for name in names if (link_type(os.path.join(CAPTURES, name)) == 1) == replayable]


def keys(name):
    path = os.path.join(CAPTURES, name.rsplit(".", 1)[0] + ".keys")
    return ("--keylog", path) if os.path.exists(path) else ()


def all_of(names, what):
    with concurrent.futures.ThreadPoolExecutor(TOGETHER) as pool:
        jobs = {pool.submit(what, name): name for name in names}
        faults = [str(job.exception()) for job in concurrent.futures.as_completed(jobs) if job.exception()]
    require(not faults, "\n  ".join([""] + sorted(faults)))


def replay(name, how):
    """Replays one capture; the report, that on what was recorded meanwhile, and by how much the packets came late."""
    path = os.path.join(CAPTURES, name)
    with tempfile.TemporaryDirectory() as folder, Space("replay-%s" % name) as space:
        recorded = os.path.join(folder, "all.pcapng")
        live = Live(space, folder, "--write", recorded, *keys(name))
        space.replay(path, *how)
        report = live.stop()
        require(report["capture"]["dropped"] == 0, "%s: %d packets dropped" % (name, report["capture"]["dropped"]))
        lives_ended(name, live)
        offline = analyze(recorded, flags=keys(name))
        equal(name + " and its recording", as_old(report, offline), offline, gist)
        return report, held_up(path, recorded)


def at_full_speed(name):
    """Times are others than in the capture: findings are compared with those on the recording, traffic with the capture."""
    report, _ = replay(name, ["--topspeed"])
    same_traffic(name, report, analyze(os.path.join(CAPTURES, name), flags=keys(name)))


def at_own_pace(name):
    """A machine with other work may hold the sender up; what was then slow is slow indeed. So that is tried again."""
    for attempt in range(ATTEMPTS):
        report, late = replay(name, ["--timer=nano"])
        if late is not None and late < ON_TIME:
            break
    offline = analyze(os.path.join(CAPTURES, name), flags=keys(name))
    same_traffic(name, report, offline)
    require(late is not None, "%s: what was captured is not what was sent" % name)
    if late < ON_TIME:
        return equal(name, report, offline, kinds)
    print("   %s: held up by %.2f s each time; what is slow was compared with its recording only" % (name, late))
    equal(name, report, offline, lambda report: [kind for kind in kinds(report) if not kind.startswith(SLOWNESS)])


def full_speed(space, folder):
    names = captures(replayable=True)
    all_of(names, at_full_speed)
    print("   %d captures at full speed" % len(names))


def own_pace(space, folder):
    names = captures(replayable=True) if Settings.full else DOZEN
    all_of(names, at_own_pace)
    print("   %d captures at their own pace" % len(names))


def fed(name, own_pace, through_fifo):
    """What no interface of Ethernet can carry, through a pipe, on its own clock: nothing may differ."""
    path = os.path.join(CAPTURES, name)
    with tempfile.TemporaryDirectory() as folder, Space("fed-%s" % name) as space:
        if through_fifo:
            fifo = os.path.join(folder, "fifo")
            os.mkfifo(fifo)
            live = Live(space, folder, inputs=(fifo,))
            target = open(fifo, "wb")
        else:
            live = Live(space, folder, inputs=("-",), stdin=subprocess.PIPE)
            target = live.process.stdin
        feed(path, target, own_pace)
        report = live.finished()
        offline = analyze(path)
        equal(name + " through a pipe", report, offline, gist)
        same_traffic(name, report, offline)
        lives_ended(name, live)


def pipes(space, folder):
    names = captures(replayable=False)
    for own in (False, True):
        all_of(names, lambda name: fed(name, own, through_fifo=True))
        all_of(names, lambda name: fed(name, own, through_fifo=False))
    print("   %d captures through FIFO and standard input, at full speed and at their own pace" % len(names))


def two_interfaces(space, folder):
    """Packets of two interfaces, taken in order of time: the same packets on both, and requests on one with their answers on
    the other, as where routes are not symmetric."""
    space.add_pair("w0", "w1")
    for name, route in (("wrapped-two-interfaces.pcapng", None), ("crash-kill9.pcap", by_direction)):
        for own in (False, True):
            over_two_interfaces(space, folder, name, route, own)


def by_direction(packet):
    """Where a packet of Ethernet goes: those to a broker's port into the first device, others into the second."""
    is_ip = packet[12:14] == b"\x08\0" and packet[23] == 6
    return 0 if is_ip and packet[36:38] in BROKER_PORTS else 1


def over_two_interfaces(space, folder, name, route, own):
    # Each its own: what an earlier run wrote is never overwritten.
    path, recorded = os.path.join(CAPTURES, name), os.path.join(folder, "all-%s-%s.pcapng" % (name, own))
    live = Live(space, folder, "--write", recorded, inputs=("-i", "v1", "-i", "w1"))
    send(space, path, ("v0", "w0"), own, route)
    report, offline = live.stop(), analyze(path)
    times = [moment for moment, _, _, packet in records(recorded) if packet]
    require(times == sorted(times), "%s: packets were not taken in order of time" % name)
    same_traffic(name, report, offline)
    equal(name + " over two interfaces, and its recording", report, analyze(recorded), gist)
    late = held_up(path, recorded)
    if own and late is not None and late < ON_TIME:
        equal(name + " over two interfaces", report, offline, kinds)
