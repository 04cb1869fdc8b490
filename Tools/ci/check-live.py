#!/usr/bin/env python3
"""Live capture against the real thing, in network namespaces made and removed here. See scripts/check-live.

Each check is a function; it fails by an exception. Nothing is asserted of how long anything takes: conditions are waited for,
and figures are printed."""
import argparse
import concurrent.futures
import json
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CAPTURES = os.path.join(ROOT, "captures")
PATIENCE = 60


class Space:
    """A network namespace with a pair of interfaces; what is sent into v0 comes out of v1."""

    def __init__(self, name):
        self.name = "brokertap-%d-%s" % (os.getpid(), name)
        run("ip", "netns", "add", self.name)
        run("ip", "-n", self.name, "link", "add", "v0", "mtu", "65535", "type", "veth", "peer", "name", "v1", "mtu", "65535")
        self.run("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1")
        for device in ("v0", "v1", "lo"):
            run("ip", "-n", self.name, "link", "set", device, "up")

    def command(self, *words):
        return ["ip", "netns", "exec", self.name, *words]

    def run(self, *words, **more):
        return run(*self.command(*words), **more)

    def start(self, *words, **more):
        return subprocess.Popen(self.command(*words), **more)

    def replay(self, path, *how):
        return self.run("tcpreplay", "-q", "-i", "v0", *how, path).stdout

    def close(self):
        subprocess.run(["ip", "netns", "del", self.name], check=False)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Live:
    """brokertap live in a namespace. `ip netns exec` becomes the program, so the process is the program's own."""

    def __init__(self, space, folder, *flags, interface="v1", environment=None, quiet=True):
        self.folder = folder
        self.json = os.path.join(folder, "report.json")
        self.lines = os.path.join(folder, "lines.ndjson")
        words = [PROGRAM, "live", "-i", interface, "--json", self.json, "--ndjson", self.lines, *flags]
        if quiet:
            words.append("--quiet")
        self.errors = open(os.path.join(folder, "errors"), "w+")
        self.process = space.start(*words, stdout=subprocess.DEVNULL, stderr=self.errors, env=environment)
        # A packet socket that is bound to an interface: capturing has begun.
        wait(lambda: self.ended() or self.captures(space), "capturing to begin")
        if self.ended():
            self.errors.seek(0)
            raise RuntimeError("live ended at once: " + self.errors.read())

    def captures(self, space):
        return os.path.exists(self.lines) and len(space.run("cat", "/proc/net/packet").stdout.splitlines()) > 1

    def ended(self):
        return self.process.poll() is not None

    def stop(self, with_signal=signal.SIGTERM):
        if not self.ended():
            self.process.send_signal(with_signal)
        status = self.process.wait(PATIENCE)
        require(status == 0, "live ended with %d" % status)
        return json.load(open(self.json))

    def resident(self):
        return int(open("/proc/%d/statm" % self.process.pid).read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def processor(self):
        words = open("/proc/%d/stat" % self.process.pid).read().rsplit(")", 1)[1].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def run(*words, **more):
    done = subprocess.run(words, capture_output=True, text=True, **more)
    if done.returncode != 0:
        raise RuntimeError("%s: %s" % (" ".join(words), (done.stderr or done.stdout).strip()[-400:]))
    return done


def require(condition, words):
    if not condition:
        raise AssertionError(words)


def wait(condition, what, patience=PATIENCE):
    end = time.monotonic() + patience
    while not condition():
        require(time.monotonic() < end, "waited in vain for " + what)
        time.sleep(0.02)


def analyze(path):
    return json.loads(run(PROGRAM, "analyze", path, "--json", "-", "--no-progress").stdout)


def kinds(report):
    """Kinds, clients and servers: what a verdict is about."""
    return sorted("%s %s %s" % (f["kind"], f["client"], f["server"]) for f in report["findings"])


def gist(report):
    fields = ("kind", "severity", "confidence", "client", "server", "detail", "cause", "closedBy", "error", "count")
    return sorted(" ".join(str(f[field]) for field in fields) for f in report["findings"])


def difference(ours, theirs):
    return "\n    only live: %s\n    only offline: %s" % (sorted(set(ours) - set(theirs)), sorted(set(theirs) - set(ours)))


def replayable():
    """Ethernet captures, by name: only those can be sent into an interface as they are."""
    names = []
    for name in sorted(os.listdir(CAPTURES)):
        path = os.path.join(CAPTURES, name)
        if name.endswith(".pcap"):
            head = open(path, "rb").read(24)
            order = "<" if head[:1] in (b"\xd4", b"\x4d") else ">"
            if struct.unpack(order + "I", head[20:24])[0] == 1:
                names.append(name)
    return names


# The checks


def interfaces(space, folder):
    listed = space.run(PROGRAM, "interfaces").stdout
    for name in ("v0", "v1", "lo", "any"):
        require(re.search(r"^%s +" % name, listed, re.M), "%s is not listed:\n%s" % (name, listed))
    require(re.search(r"^lo .*loopback.*127\.0\.0\.1", listed, re.M), listed)


def privileges(space, folder):
    """Without the right: what to do, and nothing begun. With it: given up once the interface is open."""
    path = os.path.join(folder, "none.json")
    os.chmod(folder, 0o777)
    words = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", PROGRAM, "live", "-i", "v1", "--json", path]
    refused = subprocess.run(space.command(*words), capture_output=True, text=True)
    require(refused.returncode == 2, "status %d without privileges: %s" % (refused.returncode, refused.stderr))
    require("setcap cap_net_raw" in refused.stderr and "sudo" in refused.stderr, refused.stderr)
    require(not os.path.exists(path), "a report was begun")
    missing = subprocess.run(space.command(PROGRAM, "live", "-i", "nonesuch0"), capture_output=True, text=True)
    require(missing.returncode == 2 and "no such interface" in missing.stderr, missing.stderr)

    environment = dict(os.environ, SUDO_UID="65534", SUDO_GID="65534")
    live = Live(space, folder, environment=environment)
    status = dict(re.findall(r"^(\w+):\s+(.*)$", open("/proc/%d/status" % live.process.pid).read(), re.M))
    require(set(status["Uid"].split()) == {"65534"} and set(status["Gid"].split()) == {"65534"}, "still root: %s" % status["Uid"])
    require(status["NoNewPrivs"] == "1" and int(status["CapEff"], 16) == 0 and int(status["CapPrm"], 16) == 0, str(status))
    space.replay(os.path.join(CAPTURES, "crash-kill9.pcap"), "--topspeed")
    require(live.stop()["summary"]["requests"] > 0, "nothing was captured after privileges were given up")


def pace(name, how, full_equality):
    """Replays one capture and compares with a run over the file: at its own pace with the capture itself, at full speed, where
    times are others, with what was recorded meanwhile."""
    with tempfile.TemporaryDirectory() as folder, Space("r%d" % (hash(name) % 100000)) as space:
        recorded = os.path.join(folder, "all.pcapng")
        live = Live(space, folder, "--write", recorded)
        space.replay(os.path.join(CAPTURES, name), *how)
        report = live.stop()
        require(report["capture"]["dropped"] == 0, "%s: %d packets dropped" % (name, report["capture"]["dropped"]))
        offline = analyze(recorded if full_equality else os.path.join(CAPTURES, name))
        compare = gist if full_equality else kinds
        require(compare(report) == compare(offline), name + difference(compare(report), compare(offline)))
        states = [json.loads(line) for line in open(live.lines) if '"type":"finding"' in line]
        last = {state["id"]: state["state"] for state in states}
        require(set(last.values()) <= {"final", "withdrawn"}, "%s: findings end as %s" % (name, set(last.values())))


def replays(names, how, full_equality):
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        jobs = {pool.submit(pace, name, how, full_equality): name for name in names}
        faults = ["%s: %s" % (jobs[job], job.exception()) for job in concurrent.futures.as_completed(jobs) if job.exception()]
    require(not faults, "\n  ".join([""] + sorted(faults)))


def full_speed(space, folder):
    replays(replayable(), ["--topspeed"], True)
    print("   %d captures at full speed" % len(replayable()))


def own_pace(space, folder):
    names = replayable() if TIER == "full" else [
        "crash-kill9.pcap", "adv-localhost.pcap", "hang-now.pcap", "auth-java-plain-wrong.pcap", "healthy-librdkafka.pcap", "connection-churn.pcap"]
    replays([name for name in names if name in replayable()], [], False)
    print("   %d captures at their own pace" % len(names))


def signals(space, folder):
    """SIGUSR1 writes a report without an end; --until-finding ends; --for ends."""
    live = Live(space, folder)
    space.replay(os.path.join(CAPTURES, "crash-kill9.pcap"), "--topspeed")
    wait(lambda: '"broker-crashed"' in open(live.lines).read(), "the finding")
    live.process.send_signal(signal.SIGUSR1)
    wait(lambda: os.path.exists(live.json) and os.path.getsize(live.json) > 0 and complete(live.json), "the report on SIGUSR1")
    require(not live.ended(), "SIGUSR1 ended the run")
    os.remove(live.json)
    live.stop(signal.SIGINT)

    live = Live(space, folder, "--until-finding", "disconnect-before-response")
    space.replay(os.path.join(CAPTURES, "crash-kill9.pcap"), "--topspeed")
    wait(live.ended, "--until-finding to end the run")
    require("disconnect-before-response" in str(gist(live.stop())), "ended without the finding")

    live = Live(space, folder, "--for", "1s")
    wait(live.ended, "--for to end the run")
    live.stop()


def complete(path):
    try:
        return bool(json.load(open(path)))
    except ValueError:
        return False


def evidence(space, folder):
    """A file for each finding, readable by others' tools, without the secrets that were sent."""
    place = os.path.join(folder, "evidence")
    live = Live(space, folder, "--evidence", place, "--ring", "16M")
    name = os.path.join(CAPTURES, "auth-java-plain-wrong.pcap")
    space.replay(name, "--topspeed")
    report = live.stop()
    files = os.listdir(place)
    wanted = {f["id"] + ".pcapng" for f in report["findings"] if f["kind"] != "capture-incomplete"}
    require(wanted <= set(files), "no evidence of %s" % (wanted - set(files)))
    require(b"wrong-pass" in open(name, "rb").read(), "the capture has no secret")
    for file in files:
        path = os.path.join(place, file)
        require(b"wrong-pass" not in open(path, "rb").read(), "%s holds the password" % file)
        require(len(run("tcpdump", "-nr", path).stdout.splitlines()) > 0, "%s is empty" % file)


def metrics(space, folder):
    """Metrics that Prometheus's own parser takes, a page, the report; and what must be refused."""
    from prometheus_client.openmetrics.parser import text_string_to_metric_families

    live = Live(space, folder, "--serve", "127.0.0.1:9464")
    space.replay(os.path.join(CAPTURES, "crash-kill9.pcap"), "--topspeed")

    def get(path, *flags):
        return space.run("curl", "-s", "--max-time", "20", "--path-as-is", *flags, "http://127.0.0.1:9464" + path).stdout

    def samples():
        families = text_string_to_metric_families(get("/metrics"))
        return {(s.name, *sorted(s.labels.items())): s.value for family in families for s in family.samples}

    wait(lambda: samples().get(("brokertap_requests_total",), 0) > 1000, "the requests in the metrics")
    first, second = samples(), samples()
    for key, value in first.items():
        if key[0].endswith(("_total", "_count", "_bucket")):
            require(second[key] >= value, "%s went back" % (key,))
    require(any(key[0] == "brokertap_findings_total" and ("kind", "disconnect-before-response") in key for key in second), "no finding")
    require("text/html" in get("/", "-D", "-", "-o", "/dev/null") and "Broker 2" in get("/"), "no page")
    require("<html" in get("/report.html") and json.loads(get("/report.json"))["findings"], "no report")
    require("404" in get("/../../etc/passwd", "-D", "-") and "405" in get("/", "-D", "-", "-X", "DELETE"), "not refused")
    require("421" in get("/", "-D", "-", "-H", "Host: elsewhere.example"), "another's name is taken")
    require("431" in get("/", "-D", "-", "-H", "X-Long: " + "x" * 9000), "long headers are taken")
    live.stop()


def terminal(space, folder):
    """The view in a real terminal: looked at, resized, left by q and by a signal, with the terminal as it was."""
    socket = "brokertap-%d" % os.getpid()

    def tmux(*words):
        return run("tmux", "-L", socket, *words).stdout

    def screen():
        return tmux("capture-pane", "-p", "-t", "view")

    def see(text, what):
        try:
            wait(lambda: re.search(text, screen(), re.M), what)
        except AssertionError:
            raise AssertionError("%s is not on the screen:\n%s" % (what, screen()))

    def modes(number):
        found = []
        wait(lambda: found.extend(re.findall(r"modes%s ([0-9a-f:]{20,})" % number, screen())) or found, "the terminal's modes")
        return found[-1]

    shell = " ".join(space.command("env", "PS1=", "LC_ALL=C.UTF-8", "TERM=screen", "bash", "--norc", "--noprofile"))
    tmux("-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", "-s", "view", shell)
    try:
        for number, leave in enumerate(["q", "C-c", "TERM"]):
            tmux("resize-window", "-t", "view", "-x", "80", "-y", "24")
            tmux("send-keys", "-t", "view", "clear; echo modes%d0 $(stty -g)" % number, "Enter")
            before = modes("%d0" % number)
            tmux("send-keys", "-t", "view", "%s live -i v1 --report %s/text; echo modes%d1 $(stty -g)" % (PROGRAM, folder, number), "Enter")
            see(r"LIVE v1", "the view")
            space.replay(os.path.join(CAPTURES, "crash-kill9.pcap"), "--topspeed")
            see(r"NOW  Broker 2", "the verdict")
            see(r"error 4x Broker 2", "the finding")
            if number == 0:
                look(tmux, see, screen)
            if leave == "TERM":
                os.kill(int(run("pgrep", "-f", "live -i v1 --report %s/text" % folder).stdout.split()[-1]), signal.SIGTERM)
            else:
                tmux("send-keys", "-t", "view", leave)
            require(modes("%d1" % number) == before, "the terminal's modes are others after " + leave)
            require("LIVE v1" not in screen(), "the view is still there after " + leave)
            require("VERDICT" in open(os.path.join(folder, "text")).read(), "no report after " + leave)
    finally:
        tmux("kill-server")


def look(tmux, see, screen):
    tmux("send-keys", "-t", "view", "j")
    see(r"^ >", "the cursor")
    tmux("send-keys", "-t", "view", "Enter")
    see(r"error\[disconnect-before-response\]", "the finding in full")
    tmux("send-keys", "-t", "view", "Escape")
    see(r"findings \(\d+\)", "the overview")
    tmux("send-keys", "-t", "view", "?")
    see(r"hide or show findings", "the help")
    tmux("send-keys", "-t", "view", "?")
    tmux("send-keys", "-t", "view", "p")
    see(r"\[paused", "the pause")
    tmux("send-keys", "-t", "view", "p")
    for width, height, text in ((30, 6, r"needs 40 x 8"), (50, 12, r"findings \("), (200, 50, r"brokers, last minute"), (80, 24, r"q quit")):
        tmux("resize-window", "-t", "view", "-x", str(width), "-y", str(height))
        see(text, "the view at %d x %d" % (width, height))
        if width >= 40:
            # All of it was drawn anew for this size: the head is the first row, the foot the last.
            see(r"\A LIVE v1(.|\n)*\n .*Enter details[^\n]*\n?\Z", "head and foot at %d x %d" % (width, height))
    print("\n".join("   | " + row for row in screen().split("\n")[:14]))


def client(space, folder):
    """A real client with librdkafka's own mock brokers, on the namespace's loopback device."""
    script = """
import confluent_kafka as ck
p = ck.Producer({"test.mock.num.brokers": 3, "client.id": "check-live", "linger.ms": 1})
for i in range(2000):
    p.produce("t1", b"record-%d" % i)
    p.poll(0)
    if i % 100 == 0: p.flush(5)
print(p.flush(30))
"""
    if subprocess.run([sys.executable, "-c", "import confluent_kafka"], capture_output=True).returncode != 0:
        return print("   SKIPPED: confluent-kafka is not there")
    live = Live(space, folder, "--evidence", os.path.join(folder, "evidence"), interface="lo")
    left = space.run(sys.executable, "-c", script).stdout.strip()
    report = live.stop()
    require(left == "0", "the client left %s records behind" % left)
    require(report["summary"]["requests"] > 20, "the client's requests were not seen: %s" % report["summary"])
    require("check-live" in str(report["clients"]), "the client's id was not seen")
    faults = [f["title"] for f in report["findings"] if f["severity"] == "error"]
    require(not faults, "false alarms: %s" % faults)
    for name in os.listdir(os.path.join(folder, "evidence")):
        data = open(os.path.join(folder, "evidence", name), "rb").read()
        require(b"record-1" not in data, "evidence holds records")


# Load


def churn(path, connections):
    """Short connections of Kafka: handshake, ApiVersions and its answer, both FINs. One in a thousand loses its answer."""
    ethernet = b"\x02\0\0\0\0\2\x02\0\0\0\0\1\x08\0"
    request = struct.pack(">hhih", 18, 0, 7, 5) + b"churn"
    request = struct.pack(">i", len(request)) + request
    answer = struct.pack(">ihi", 7, 0, 1) + struct.pack(">hhh", 18, 0, 3)
    answer = struct.pack(">i", len(answer)) + answer
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for number in range(connections):
            source, port = 0x0A000100 + number // 50000, 10000 + number % 50000
            start = number * 7919 & 0x7FFFFFFF
            server = 0x0A0000FE
            (a, b), out = (start, start + 77), bytearray()

            def packet(up, flags, payload=b"", sequence=0, acknowledged=0):
                ends = (port, 9092) if up else (9092, port)
                hosts = (source, server) if up else (server, source)
                tcp = struct.pack(">HHIIBBHHH", *ends, sequence & 0xFFFFFFFF, acknowledged & 0xFFFFFFFF, 0x50, flags, 65535, 0, 0) + payload
                ip = struct.pack(">BBHHHBBHII", 0x45, 0, 20 + len(tcp), 1, 0x4000, 64, 6, 0, *hosts)
                data = ethernet + ip + tcp
                micros = number * 20
                out.extend(struct.pack("<IIII", micros // 1000000, micros % 1000000, len(data), len(data)) + data)

            packet(True, 2, sequence=a)
            packet(False, 18, sequence=b, acknowledged=a + 1)
            packet(True, 24, request, a + 1, b + 1)
            (a, b) = (a + 1 + len(request), b + 1)
            if number % 1000 == 999:
                packet(False, 4, sequence=b, acknowledged=a)
            else:
                packet(False, 24, answer, b, a)
                b += len(answer)
                packet(True, 17, b"", a, b)
                packet(False, 17, b"", b, a + 1)
                packet(True, 16, b"", a + 1, b + 1)
            file.write(out)


def soak(space, folder):
    """Connections come and go by the hundred thousand; memory stays what it was."""
    each, rounds = 50_000, 20 if TIER == "full" else 3
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
    early, late = max(sizes[:(rounds + 1) // 2]), max(sizes[(rounds + 1) // 2:])
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
    for rate in (1000, 2000, 4000, 8000, 16000, 32000):
        live = Live(space, folder, "--buffer", "64M")
        errors = open(os.path.join(folder, "tcpdump"), "w+")
        rival = space.start("tcpdump", "-i", "v1", "-B", "65536", "-w", "/dev/null", stderr=errors)
        wait(lambda: "listening on" in open(errors.name).read(), "tcpdump")
        told = space.replay(path, "--mbps", str(rate), "--loop", "20", "--preload-pcap")
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


def bulk(path, packets):
    """One producer that sends large requests, in segments as a host with offloading captures them."""
    frame = struct.pack(">hhih", 0, 7, 0, 4) + b"bulk"
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        ethernet = b"\x02\0\0\0\0\2\x02\0\0\0\0\1\x08\0"
        sequence = 1
        for number in range(packets):
            body = frame + b"\0" * (32_000 - len(frame) - 4)
            payload = struct.pack(">i", len(body)) + body[:4] + struct.pack(">i", number) + body[8:]
            tcp = struct.pack(">HHIIBBHHH", 40000, 9092, sequence & 0xFFFFFFFF, 1, 0x50, 24, 65535, 0, 0) + payload
            ip = struct.pack(">BBHHHBBHII", 0x45, 0, 20 + len(tcp), 1, 0x4000, 64, 6, 0, 0x0A000001, 0x0A000002)
            data = ethernet + ip + tcp
            file.write(struct.pack("<IIII", number // 100000, number % 100000 * 10, len(data), len(data)) + data)
            sequence += len(payload)


CHECKS = [interfaces, privileges, signals, evidence, metrics, terminal, client, full_speed, own_pace, rate, soak]


def main():
    global PROGRAM, TIER
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--program", required=True)
    arguments.add_argument("--tier", choices=("quick", "full"), default="quick")
    arguments.add_argument("--only", nargs="*")
    options = arguments.parse_args()
    PROGRAM, TIER = os.path.abspath(options.program), options.tier
    failed = 0
    for check in CHECKS:
        if options.only and check.__name__ not in options.only:
            continue
        print("-- live: %s" % check.__name__, flush=True)
        begun = time.monotonic()
        try:
            with tempfile.TemporaryDirectory() as folder, Space(check.__name__) as space:
                check(space, folder)
        except Exception as error:
            failed += 1
            print("   FAILED: %s" % error)
        print("   %.1f s" % (time.monotonic() - begun), flush=True)
    if failed:
        sys.exit("%d checks of live capture failed" % failed)


if __name__ == "__main__":
    main()
