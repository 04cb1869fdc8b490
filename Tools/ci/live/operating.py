"""What an operator meets first: what hangs, what is back, why nothing is seen, and what is kept from run to run."""
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time

from .base import CAPTURES, Live, require, wait

CRASH = os.path.join(CAPTURES, "crash-kill9.pcap")

# A broker of librdkafka's in a process of its own, so that it can be stopped without its clients.
BROKER = """
import confluent_kafka as ck, sys, time
p = ck.Producer({"test.mock.num.brokers": 1, "client.id": "broker"})
b = p.list_topics(timeout=10).brokers[1]
print("%s:%d" % (b.host, b.port), flush=True)
time.sleep(600)
"""
CLIENT = """
import confluent_kafka as ck, sys
p = ck.Producer({"bootstrap.servers": sys.argv[1], "client.id": sys.argv[2], "linger.ms": 0, "request.timeout.ms": 300000,
                 "socket.timeout.ms": 300000, "batch.num.messages": 1})
while True:
    p.produce("orders", b"x")
    p.poll(0.05)
"""


def has_client():
    there = subprocess.run([sys.executable, "-c", "import confluent_kafka"], capture_output=True).returncode == 0
    if not there:
        print("   SKIPPED: confluent-kafka is not there")
    return there


def metrics(space, accept="*/*"):
    text = space.run("curl", "-s", "--max-time", "20", "-H", "Accept: " + accept, "http://127.0.0.1:9464/metrics").stdout
    lines = [line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in lines}


def total(samples, name, **labels):
    """The sum of a family's samples with these labels."""
    wanted = ['%s="%s"' % pair for pair in labels.items()]
    return sum(v for k, v in samples.items() if k.split("{")[0] == name and all(w in k for w in wanted))


def hanging(space, folder):
    """A broker that holds still: every request that waits is counted, it hangs, and it answers again; told alike by all."""
    if not has_client():
        return
    broker = space.start(sys.executable, "-c", BROKER, stdout=subprocess.PIPE, text=True)
    place = broker.stdout.readline().strip()
    live = Live(space, folder, "--serve", "127.0.0.1:9464", "--level", "warning", inputs=("-i", "lo"))
    clients = [space.start(sys.executable, "-c", CLIENT, place, "shop-%d" % n) for n in range(3)]
    known = 'brokertap_requests_waiting{broker="%s"}' % place
    wait(lambda: known in metrics(space), "the broker's series")
    require(metrics(space)[known] == 0, "requests wait at a broker that works")
    broker.send_signal(signal.SIGSTOP)
    wait(lambda: metrics(space)[known] > 3, "requests that wait, more than one a connection")
    wait(lambda: total(metrics(space), "brokertap_broker_state", broker=place, state="hanging") == 1, "the broker to hang")
    wait(lambda: total(metrics(space), "brokertap_oldest_wait_seconds", broker=place) > 11, "the oldest wait")
    page = space.run("curl", "-s", "http://127.0.0.1:9464/").stdout
    require("shop-" in page and "orders" in page and "then went on" not in page, "the page lacks who waits for what")
    overdue = [f for f in live.told("finding") if f["kind"] == "response-overdue"]
    require(1 <= len(overdue) <= 12, "response-overdue was told %d times" % len(overdue))
    broker.send_signal(signal.SIGCONT)
    wait(lambda: any(c["state"] == "up" for c in live.told("broker")), "that it answers again")
    wait(lambda: total(metrics(space), "brokertap_broker_state", broker=place, state="up") == 1, "the metric to clear")
    wait(lambda: metrics(space)[known] == 0, "nothing to wait")
    back = [c for c in live.told("broker") if c["state"] == "up"][0]
    print("   waited for %.1f s; %d lines of response-overdue" % (back["afterMs"] / 1000, len(overdue)))
    require(back["was"] == "hanging" and back["afterMs"] > 8000, "%s" % back)
    require(not live.told("event"), "events, though warnings were asked for")
    for process in clients + [broker]:
        process.kill()
    live.stop()


def recovery(space, folder):
    """Down and up as view, lines and metrics have it; every series was there before, and the plain text is read by promtool."""
    live = Live(space, folder, "--serve", "127.0.0.1:9464")
    wait(lambda: total(metrics(space), "brokertap_findings_open") == 0 and len(metrics(space)) > 300, "series at zero")
    space.replay(CRASH)
    wait(lambda: len(live.told("broker")) >= 2, "down and up")
    changes = live.told("broker")
    require([c["state"] for c in changes[:2]] == ["down", "up"], "%s" % changes)
    wait(lambda: total(metrics(space), "brokertap_broker_state_changes_total", state="up") >= 1, "the metric")
    place = changes[0]["server"]
    samples = metrics(space, "text/plain")
    for state in ("down", "up"):
        require(total(samples, "brokertap_broker_state_changes_total", broker=place, state=state) == 1, state)
    require(total(samples, "brokertap_findings_total", kind="disconnect-before-response", severity="error") >= 1, "no finding")
    require(total(samples, "brokertap_unanswered_requests_total", broker=place) > 0, "no lost request of that broker")
    text = space.run("curl", "-s", "-H", "Accept: text/plain", "http://127.0.0.1:9464/metrics").stdout
    if subprocess.run(["which", "promtool"], capture_output=True).returncode == 0:
        checked = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True)
        said = [line for line in checked.stderr.splitlines() if "error" in line.lower()]
        require(checked.returncode != 1 and not said, "promtool: %s" % checked.stderr)
    require(space.run("curl", "-s", "http://127.0.0.1:9464/healthz").stdout.strip() == "ok", "not well")
    live.stop()


def unseen(space, folder):
    """Nothing seen, and an interface that goes down and comes back: told as that, and captured again. Own pages are not."""
    live = Live(space, folder, "--serve", "127.0.0.1:9464")
    kinds = lambda: [n["kind"] for n in live.told("notice")]
    wait(lambda: "no-packets" in kinds(), "what to try")
    require("--promiscuous" in live.told("notice")[0]["text"], "no advice: %s" % live.told("notice"))
    space.run("ip", "link", "set", "v1", "down")
    wait(lambda: "input-down" in kinds(), "that the interface is down")
    require("503" in space.run("curl", "-s", "-D", "-", "http://127.0.0.1:9464/healthz").stdout, "well with no interface")
    require(total(metrics(space), "brokertap_capture_input_up", source="v1") == 0, "the metric")
    require(not live.ended(), "the run ended with the interface: " + live.said())
    space.run("ip", "link", "set", "v1", "up")
    wait(lambda: total(metrics(space), "brokertap_capture_input_up", source="v1") == 1, "it to be up")
    space.replay(CRASH, "--topspeed")
    report = live.stop()
    require(report["summary"]["requests"] > 1000, "not captured again: %s" % report["summary"])

    live = Live(space, folder, "--serve", "127.0.0.1:9464", inputs=("-i", "lo"))
    for _ in range(20):
        metrics(space)
    time.sleep(0.5)
    report = live.stop()
    require(sum(s["packets"] for s in report["capture"]["sources"]) == 0, "its own pages were captured")


def again(space, folder):
    """A second run leaves what the first one wrote; a full disk is told and ends nothing; the user's command gets findings."""
    record, place = os.path.join(folder, "all.pcapng"), os.path.join(folder, "kept")
    got = os.path.join(folder, "got")

    def contents():
        paths = [os.path.join(top, name) for top, _, names in os.walk(folder) for name in names if name.endswith(".pcapng")]
        return {path: hashlib.sha256(open(path, "rb").read()).hexdigest() for path in paths}

    before = {}
    for _ in range(2):
        live = Live(space, folder, "--write", record, "--evidence", place, "--until-finding", "error",
                    "--on-finding", "cat >> " + got)
        space.replay(CRASH, "--topspeed")
        wait(live.ended, "--until-finding error")
        report = live.stop()
        after = contents()
        require(all(after.get(path) == digest for path, digest in before.items()), "a file was overwritten")
        require(len(after) >= len(before) + 2, "nothing was added: %s" % sorted(after))
        before = after
    require(any(re.search(r"all-\d{8}T\d{6}Z\.pcapng$", path) for path in before), "no time in names: %s" % sorted(before))
    kinds = {json.loads(line)["kind"] for line in open(got)}
    require(kinds & {f["kind"] for f in report["findings"] if f["severity"] == "error"}, "the command got %s" % kinds)

    live = Live(space, folder, lines="/dev/full")
    space.replay(CRASH, "--topspeed")
    wait(lambda: "lines are left out" in live.said(), "that the disk is full")
    require(not live.ended(), "a full disk ended the run")
    require(live.stop()["summary"]["requests"] > 1000, "capturing did not go on")
