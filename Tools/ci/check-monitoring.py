#!/usr/bin/env python3
"""Alerts and dashboard against the real thing: a Prometheus scrapes `brokertap live` while captures are replayed, and evaluates
every expression of packaging/grafana and packaging/prometheus. See scripts/check-monitoring."""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.parse

from live.base import CAPTURES, ROOT, Live, Settings, Space, require, run, wait

DASHBOARD = os.path.join(ROOT, "packaging/grafana/brokertap-dashboard.json")
RULES = os.path.join(ROOT, "packaging/prometheus/brokertap-rules.yml")
RULE_TESTS = os.path.join(ROOT, "packaging/prometheus/brokertap-rules.test.yml")
CONFIGURATION = """
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [%s]
scrape_configs:
  - job_name: brokertap
    static_configs: [{targets: ["127.0.0.1:9464"]}]
""" % json.dumps(RULES)
# Sign-ins good and bad, a consumer group, and a broker that goes and comes back.
TRAFFIC = ["sasl-good.pcap", "auth-java-plain-wrong.pcap", "healthy-java.pcap", "crash-kill9.pcap"]
# What Grafana puts in by itself.
VALUES = {"$__rate_interval": "1m", "$instance": ".*", "$broker": ".*"}


def expressions(dashboard):
    """Each expression with the name of what it is for."""
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            yield panel["title"], target["expr"]
    for variable in dashboard["templating"]["list"]:
        if variable["type"] == "query":
            yield "$" + variable["name"], re.fullmatch(r"label_values\((.*), \w+\)", variable["query"]).group(1)
    for note in dashboard["annotations"]["list"]:
        yield note["name"], note["expr"]


def laid_out(dashboard):
    """Panels have ids of their own, lie on the grid of 24 columns, and on no other panel."""
    taken, ids = {}, set()
    for panel in dashboard["panels"]:
        require(panel["id"] not in ids, "two panels have id %d" % panel["id"])
        ids.add(panel["id"])
        place = panel["gridPos"]
        require(place["x"] + place["w"] <= 24, "%s is off the grid" % panel["title"])
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                require((x, y) not in taken, "%s lies on %s" % (panel["title"], taken.get((x, y))))
                taken[x, y] = panel["title"]
        for target in panel.get("targets", []):
            require(target["datasource"]["uid"] == "${datasource}", "%s has a data source of its own" % panel["title"])


def settle(condition, what, patience=60):
    """Waits for what changes once a second at most."""
    def asked():
        time.sleep(0.5)
        return condition()

    wait(lambda: condition() or asked(), what, patience)


class Prometheus:
    def __init__(self, space, folder):
        self.space = space
        configuration = os.path.join(folder, "prometheus.yml")
        with open(configuration, "w") as file:
            file.write(CONFIGURATION)
        run("promtool", "check", "config", configuration)
        self.process = space.start(
            "prometheus", "--config.file=" + configuration, "--storage.tsdb.path=" + os.path.join(folder, "series"),
            "--web.listen-address=127.0.0.1:9090", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def ask(self, path, **values):
        text = self.space.run("curl", "-s", "--max-time", "20", "http://127.0.0.1:9090/api/v1/%s?%s" % (
            path, urllib.parse.urlencode(values))).stdout
        answer = json.loads(text)
        require(answer["status"] == "success", "%s: %s" % (values, answer.get("error")))
        return answer["data"]

    def rows(self, expression):
        for name, value in VALUES.items():
            expression = expression.replace(name, value)
        require("$" not in expression, "an unknown variable: " + expression)
        return len(self.ask("query", query=expression)["result"])

    def ready(self):
        words = self.space.command("curl", "-sf", "http://127.0.0.1:9090/-/ready")
        return subprocess.run(words, capture_output=True, check=False).returncode == 0


def alerting(prometheus):
    """All rules can be evaluated, and the broker that went away has made an alert."""
    settle(lambda: any(a["labels"]["alertname"] == "KafkaTrafficFault" and a["state"] == "firing"
                       for a in prometheus.ask("alerts")["alerts"]), "the alert")
    rules = [rule for group in prometheus.ask("rules")["groups"] for rule in group["rules"]]
    faulty = [rule["name"] for rule in rules if rule["health"] != "ok"]
    require(rules and not faulty, "rules that cannot be evaluated: %s" % faulty)
    return len(rules)


def check(space, folder):
    with open(DASHBOARD) as file:
        dashboard = json.load(file)
    laid_out(dashboard)
    run("promtool", "check", "rules", RULES)
    run("promtool", "test", "rules", RULE_TESTS)
    prometheus = Prometheus(space, folder)
    settle(prometheus.ready, "Prometheus")
    live = Live(space, folder, "--serve", "127.0.0.1:9464", "--metric-labels")
    settle(lambda: prometheus.rows("brokertap_build_info") == 1, "a first scrape")
    for name in TRAFFIC:
        space.replay(os.path.join(CAPTURES, name))
    count, without = 0, []
    rules = alerting(prometheus)
    for what, expression in expressions(dashboard):
        count += 1
        try:
            settle(lambda: prometheus.rows(expression) > 0, "a row", patience=10)
        except AssertionError as error:
            without.append("%s: %s: %s" % (what, expression, error))
    require(not without, "expressions without a row:\n" + "\n".join(without))
    live.stop()
    prometheus.process.terminate()
    prometheus.process.wait(30)
    print("%d expressions of %d panels have rows; %d rules can be evaluated, one fires" % (
        count, len(dashboard["panels"]), rules))


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--program", required=True)
    Settings.program = os.path.abspath(arguments.parse_args().program)
    with tempfile.TemporaryDirectory() as folder, Space("monitoring") as space:
        check(space, folder)


if __name__ == "__main__":
    main()
