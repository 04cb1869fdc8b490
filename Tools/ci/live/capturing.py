"""What is captured, by whom, and what is lost."""
import datetime
import json
import os
import re
import signal
import subprocess
import time

from .base import CAPTURES, Live, Settings, analyze, complete, require, wait
from .packets import BULK_SERVER, bulk, churn, records, send
from .replays import equal, gist, same_traffic

CRASH = os.path.join(CAPTURES, "crash-kill9.pcap")
NOBODY = "65534"
AS_NOBODY = ("setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups")


def interfaces(space, folder):
    listed = space.run(Settings.program, "interfaces").stdout
    for name in ("v0", "v1", "lo", "any"):
        require(re.search(r"^%s +" % name, listed, re.M), "%s is not listed:\n%s" % (name, listed))
    require(re.search(r"^lo .*loopback.*127\.0\.0\.1", listed, re.M), listed)


def privileges(space, folder):
    """Without the right: what to do, and nothing begun. With it: given up once the interface is open."""
    path = os.path.join(folder, "none.json")
    os.chmod(folder, 0o777)
    words = [Settings.program, "live", "-i", "v1", "--json", path]
    refused = subprocess.run(space.command(*AS_NOBODY, *words), capture_output=True, text=True)
    require(refused.returncode == 2, "status %d without privileges: %s" % (refused.returncode, refused.stderr))
    require("setcap cap_net_raw" in refused.stderr and "sudo" in refused.stderr, refused.stderr)
    require(not os.path.exists(path), "a report was begun")
    missing = subprocess.run(space.command(Settings.program, "live", "-i", "nonesuch0"), capture_output=True, text=True)
    require(missing.returncode == 2 and "no such interface" in missing.stderr, missing.stderr)

    as_sudo = dict(os.environ, SUDO_UID=NOBODY, SUDO_GID=NOBODY)
    only_the_right = (*AS_NOBODY, "--inh-caps", "+net_raw", "--ambient-caps", "+net_raw")
    for more in ({"environment": as_sudo}, {"under": only_the_right}):
        without_privileges(space, folder, more)
    root = Live(space, folder)
    for facts in root.facts():
        held = int(facts["CapEff"], 16) | int(facts["CapPrm"], 16)
        require(facts["NoNewPrivs"] == "1" and held & ~(1 << 1) == 0, "root keeps more than to write where it may: %x" % held)
    root.stop()


def without_privileges(space, folder, more):
    live = Live(space, folder, **more)
    for facts in live.facts():
        require(set(facts["Uid"].split()) == {NOBODY} and set(facts["Gid"].split()) == {NOBODY}, "user %s" % facts["Uid"])
        require(facts["Groups"].split() in ([], [NOBODY]), "groups %s" % facts["Groups"])
        require(facts["NoNewPrivs"] == "1", "new privileges can come")
        for kind in ("CapEff", "CapPrm", "CapInh", "CapAmb"):
            require(int(facts[kind], 16) == 0, "%s is %s" % (kind, facts[kind]))
    space.replay(CRASH, "--topspeed")
    require(live.stop()["summary"]["requests"] > 0, "nothing was captured after privileges were given up")
    require(os.stat(live.json).st_uid == int(NOBODY), "the report is not the user's own")


def session(space, folder):
    """The SSH session over which the program is used is not captured; also where sudo has hidden which that is."""
    offline = analyze(CRASH)
    ends = {(row["client"], row["server"]) for row in offline["connections"]}
    own = max(offline["connections"], key=lambda row: row["clientBytes"])
    told = dict(os.environ, SSH_CONNECTION="%s %s" % (own["client"].replace(":", " "), own["server"].replace(":", " ")))
    pid = os.path.join(folder, "pid")
    hidden = ("bash", "-c", 'env -u SSH_CONNECTION "$@" & echo $! >"$0"; wait $!', pid)
    for under in ((), hidden):
        live = Live(space, folder, environment=told, under=under)
        space.replay(CRASH, "--topspeed")
        os.kill(int(open(pid).read()) if under else live.process.pid, signal.SIGTERM)
        seen = {(row["client"], row["server"]) for row in live.finished()["connections"]}
        require(seen == ends - {(own["client"], own["server"])}, "not the session alone was left out: %s" % (ends - seen))


def drops(space, folder):
    """The program is held while more packets come than its buffer takes. That is counted and told; what was lost with them
    is doubted, and nothing healthy is called a fault."""
    load = os.path.join(folder, "bulk.pcap")
    bulk(load, 2_000)
    for name in ("healthy-librdkafka.pcap", "healthy-java.pcap", "healthy-franz.pcap"):
        lost_within(space, folder, load, os.path.join(CAPTURES, name))
    lost_before(space, folder, load, CRASH)
    lost_at_the_end(space, folder, load)


def overflow(space, live, load):
    """Fills the buffer while nobody empties it."""
    live.process.send_signal(signal.SIGSTOP)
    space.replay(load, "--topspeed")


def lost_within(space, folder, load, path):
    """A healthy capture loses a part of its middle."""
    live = Live(space, folder, "--buffer", "2M", "--report", os.path.join(folder, "page"))
    send(space, path, ("v0",), False, only=range(100))
    wait(lambda: requests_at_once(live)[0] > 0, "the first packets")
    overflow(space, live, load)
    send(space, path, ("v0",), False, only=range(100, 200))
    live.process.send_signal(signal.SIGCONT)
    wait(lambda: live.told("dropped"), "the drops to be told")
    send(space, path, ("v0",), False, only=range(200, 1 << 30))
    report = told_of(live, live.stop())
    servers = {row["server"] for row in report["connections"]} - {BULK_SERVER}
    left, all_of_them = (sum(row["kafka"]["requests"] for row in rows["connections"] if row["server"] in servers)
                         for rows in (report, analyze(path)))
    require(0 < left < all_of_them, "%d requests of %d were seen" % (left, all_of_them))
    alarms = [f["title"] for f in report["findings"] if f["severity"] != "info"]
    require(not alarms, "false alarms behind drops: %s" % alarms)


def lost_before(space, folder, load, path):
    """A fault behind drops is found, and not called certain."""
    live = Live(space, folder, "--buffer", "2M", "--report", os.path.join(folder, "page"))
    overflow(space, live, load)
    live.process.send_signal(signal.SIGCONT)
    wait(lambda: live.told("dropped"), "the drops to be told")
    space.replay(path, "--pps", "4000")
    faults, wanted = (sorted((f["kind"], f["server"]) for f in report["findings"] if f["severity"] == "error")
                      for report in (told_of(live, live.stop()), analyze(path)))
    require(faults == wanted and faults, "faults %s, offline %s" % (faults, wanted))


def lost_at_the_end(space, folder, load):
    """Ended before it could tell of the drops; it does so with its report."""
    live = Live(space, folder, "--buffer", "2M", "--report", os.path.join(folder, "page"))
    overflow(space, live, load)
    live.process.send_signal(signal.SIGTERM)
    live.process.send_signal(signal.SIGCONT)
    told_of(live, live.finished())


def behind(space, folder):
    """An analysis that is far behind when it is told to end reads all that was captured before."""
    path = os.path.join(folder, "churn.pcap")
    connections = 60_000
    churn(path, connections)
    live = Live(space, folder, "--buffer", "256M")
    live.process.send_signal(signal.SIGSTOP)
    space.replay(path, "--pps", "60000")
    live.process.send_signal(signal.SIGTERM)
    live.process.send_signal(signal.SIGCONT)
    report = live.finished()
    read = report["summary"]["connections"] + report["summary"]["connectionsRefused"]
    require(report["capture"]["dropped"] > 0 or read == connections, "only %d connections of %d were read" % (read, connections))


def told_of(live, report):
    """Drops are told in all that a run writes."""
    dropped = report["capture"]["dropped"]
    told = sum(line["count"] for line in live.told("dropped"))
    require(dropped == told > 0, "%d dropped packets in the report, %d told before" % (dropped, told))
    text = open(os.path.join(live.folder, "page")).read()
    require(re.search(r"packets? dropped while capturing", text), "the report does not tell:\n" + text[:2000])
    incomplete = [f for f in report["findings"] if f["kind"] == "capture-incomplete"]
    require(len(incomplete) == 1 and "packets-dropped" in incomplete[0]["doubt"], "no finding tells of the drops")
    sure = [f["id"] for f in report["findings"] if f["confidence"] == "certain" and f not in incomplete]
    require(not sure, "certain in spite of drops: %s" % sure)
    print("   %d packets dropped, %d findings" % (dropped, len(report["findings"])))
    return report


def late_keys(space, folder):
    """Keys that are written when handshakes have long gone by, a line in two pieces: what comes behind them is read, on
    connections that were open already too."""
    path, log = os.path.join(CAPTURES, "tls13-keylog.pcap"), os.path.join(folder, "keys")
    lines = open(os.path.join(CAPTURES, "tls13-keylog.keys")).read()
    half = sum(1 for _, _, _, packet in records(path) if packet) // 2
    open(log, "w").close()
    live = Live(space, folder, "--keylog", log)
    send(space, path, ("v0",), True, only=range(half))
    wait(lambda: requests_at_once(live)[1] > 0, "the first half")
    require(requests_at_once(live)[0] == 0, "requests are read without keys")
    with open(log, "a", buffering=1) as file:
        keyed = time.time()
        for piece in (lines[:len(lines) // 2 + 7], lines[len(lines) // 2 + 7:]):
            file.write(piece)
            file.flush()
            time.sleep(0.3)
    send(space, path, ("v0",), True, only=range(half, 1 << 30))
    report, offline = live.stop(), analyze(path, flags=("--keylog", log))
    alarms = [f["title"] for f in report["findings"] if f["severity"] != "info"]
    require(not alarms, "false alarms: %s" % alarms)
    read = report["summary"]["requests"]
    require(0 < read < offline["summary"]["requests"], "%d requests read of %d" % (read, offline["summary"]["requests"]))
    opened = [row for row in report["connections"] if row["kafka"]["requests"] > 0 and seconds(row["opened"]) < keyed]
    require(opened, "no connection from before the keys was read")
    print("   %d of %d requests read, %d connections from before the keys" % (read, offline["summary"]["requests"], len(opened)))


def seconds(text):
    """Unix time of the report's form of it."""
    return datetime.datetime.fromisoformat(text[:26] + "+00:00").timestamp()


def requests_at_once(live):
    """Requests and bytes of TCP as of now, by a report without stopping."""
    if os.path.exists(live.json):
        os.remove(live.json)
    live.process.send_signal(signal.SIGUSR1)
    wait(lambda: os.path.exists(live.json) and complete(live.json), "the report on SIGUSR1")
    report = json.load(open(live.json))
    return report["summary"]["requests"], report["capture"]["coverage"]["tcpPayloadBytes"]


def recording(space, folder):
    """A row of files: together they hold what one would, and old ones go."""
    path = os.path.join(folder, "all.pcapng")
    live = Live(space, folder, "--write", path, "--rotate-size", "100k")
    space.replay(CRASH, "--topspeed")
    report = live.stop()
    files = sorted(name for name in os.listdir(folder) if name.startswith("all-"))
    require(len(files) > 5, "only %s" % files)
    require(all(os.stat(os.path.join(folder, name)).st_mode & 0o077 == 0 for name in files), "others can read them")
    offline = analyze(*(os.path.join(folder, name) for name in files))
    same_traffic("files of 100k", report, offline)
    equal("files of 100k", report, offline, gist)

    live = Live(space, folder, "--write", os.path.join(folder, "timed.pcapng"), "--rotate-every", "1s", "--rotate-keep", "2")
    send(space, CRASH, ("v0",), True, only=range(3000))
    live.stop()
    files = sorted(name for name in os.listdir(folder) if name.startswith("timed-"))
    require(len(files) == 2 and files[0] > "timed-00002", "kept are %s" % files)
    for name in files:
        times = [moment for moment, _, _, packet in records(os.path.join(folder, name)) if packet]
        require(max(times) - min(times) < 1, "%s spans %.1f s" % (name, max(times) - min(times)))
