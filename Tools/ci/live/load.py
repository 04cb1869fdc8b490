"""Load: connections without end, and the highest rate without drops."""
import os
import re
import signal

from .base import PATIENCE, Live, Settings, require, wait
from .packets import bulk, churn


def soak(space, folder):
    """Connections come and go by the hundred thousand; memory stays what it was."""
    # Three thirds: in the first it fills what it is allowed to keep, the other two are compared. Means, for a tick that comes
    # late holds more for a moment.
    each, rounds = (50_000, 21) if Settings.full else (20_000, 12)
    path = os.path.join(folder, "churn.pcap")
    churn(path, each)
    live = Live(space, folder, "--buffer", "128M")
    sizes = []
    for number in range(rounds):
        space.replay(path, "--pps", "60000")
        sizes.append(live.resident())
        require(not live.ended(), "live ended")
    seconds = live.processor()
    report = live.stop()
    total = report["summary"]["connections"] + report["summary"]["connectionsRefused"]
    third = rounds // 3
    early, late = sum(sizes[third:2 * third]) // third, sum(sizes[2 * third:]) // third
    print("   %d connections, %d packets dropped, memory by round in MB: %s, processor %.1f s" % (
        total, report["capture"]["dropped"], " ".join("%d" % (size >> 20) for size in sizes), seconds))
    if report["capture"]["dropped"] == 0:
        require(total >= each * rounds * 0.99, "only %d connections of %d were followed" % (total, each * rounds))
    require(late <= early * 1.1 + (8 << 20), "memory grew from %d to %d MB" % (early >> 20, late >> 20))


def rate(space, folder):
    """The highest rate of bulk traffic without drops, beside a bare `tcpdump -w /dev/null` on the same packets."""
    path = os.path.join(folder, "bulk.pcap")
    bulk(path, 3_000)
    best = {"live": 0, "tcpdump": 0}
    for rate in (250, 1000, 2000, 4000, 8000, 16000, 32000):
        live = Live(space, folder, "--buffer", "64M")
        errors = open(os.path.join(folder, "tcpdump"), "w+")
        rival = space.start("tcpdump", "-i", "v1", "-B", "65536", "-w", "/dev/null", stderr=errors)
        wait(lambda: "listening on" in open(errors.name).read(), "tcpdump")
        told = space.replay(path, "--mbps", str(rate), "--loop", "5" if rate < 1000 else "20", "--preload-pcap")
        reached = float(re.search(r"([\d.]+) Mbps", told).group(1))
        dropped = live.stop()["capture"]["dropped"]
        rival.send_signal(signal.SIGINT)
        rival.wait(PATIENCE)
        lost = int(re.search(r"(\d+) packets dropped by kernel", open(errors.name).read()).group(1))
        print("   asked for %d Mbit/s, sent %.0f: live dropped %d, tcpdump %d" % (rate, reached, dropped, lost))
        if dropped == 0:
            best["live"] = max(best["live"], reached)
        if lost == 0:
            best["tcpdump"] = max(best["tcpdump"], reached)
        if reached < rate * 0.8:
            break
    print("   without drops: live %.0f Mbit/s, tcpdump %.0f Mbit/s" % (best["live"], best["tcpdump"]))
    require(best["live"] > 0, "no rate was without drops")
