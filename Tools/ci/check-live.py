#!/usr/bin/env python3
"""Live capture against the real thing, in network namespaces made and removed here. See scripts/check-live.

Each check is a function; it fails by an exception. Nothing is asserted of how long anything takes: conditions are waited for,
and figures are printed."""
import argparse
import os
import sys
import tempfile
import time

from live import capturing, load, operating, outputs, replays, ring, terminal
from live.base import Settings, Space

CHECKS = [
    capturing.interfaces, capturing.privileges, capturing.session, capturing.drops, capturing.behind, capturing.late_keys,
    capturing.recording,
    outputs.signals, outputs.evidence, outputs.metrics, outputs.client, terminal.terminal, terminal.job_control,
    ring.ring_after_kill, ring.ring_bounds, ring.ring_on_full_disk,
    operating.hanging, operating.recovery, operating.unseen, operating.again,
    replays.full_speed, replays.own_pace, replays.pipes, replays.two_interfaces, load.rate, load.soak,
]


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--program", required=True)
    arguments.add_argument("--tier", choices=("quick", "full"), default="quick")
    arguments.add_argument("--only", nargs="*")
    options = arguments.parse_args()
    Settings.program, Settings.full = os.path.abspath(options.program), options.tier == "full"
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
