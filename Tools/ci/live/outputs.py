"""What is written and served while it goes on; a real client."""
import json
import os
import re
import signal
import subprocess
import sys

from .base import CAPTURES, Live, complete, require, run, wait
from .replays import gist

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


def evidence(space, folder):
    """A file for each finding, readable by others' tools, without the secrets that were sent."""
    place = os.path.join(folder, "evidence")
    live = Live(space, folder, "--evidence", place, "--ring", "16M")
    name = os.path.join(CAPTURES, "auth-java-plain-wrong.pcap")
    space.replay(name, "--topspeed")
    report = live.stop()
    files = os.listdir(place)
    wanted = {f["id"] for f in report["findings"] if f["severity"] != "info"}
    missing = [i for i in wanted if not any(name.startswith(i + "-") for name in files)]
    require(wanted and not missing, "no evidence of %s" % missing)
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
    found = {label for key in second if key[0] == "brokertap_findings_total" for label in key[1:]}
    require(("kind", "disconnect-before-response") in found, "no finding")
    require("text/html" in get("/", "-D", "-", "-o", "/dev/null") and "Broker 2" in get("/"), "no page")
    require("<html" in get("/report.html") and json.loads(get("/report.json"))["findings"], "no report")
    require("404" in get("/../../etc/passwd", "-D", "-") and "405" in get("/", "-D", "-", "-X", "DELETE"), "not refused")
    require("421" in get("/", "-D", "-", "-H", "Host: elsewhere.example"), "another's name is taken")
    require("431" in get("/", "-D", "-", "-H", "X-Long: " + "x" * 9000), "long headers are taken")
    live.stop()


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
    live = Live(space, folder, "--evidence", os.path.join(folder, "evidence"), inputs=("-i", "lo"))
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
