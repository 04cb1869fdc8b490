"""The ring on disk: bounded, and read back after a run that was killed."""
import concurrent.futures
import glob
import os
import random
import signal
import subprocess
import time

from .base import CAPTURES, Settings, analyze, require, wait
from .packets import records

CRASH = os.path.join(CAPTURES, "crash-kill9.pcap")
KILLS = 10
# What came within this much of the kill may be lost.
KEPT_BUT = 2.0


def ring_after_kill(space, folder):
    """Ten runs are killed, each at a moment of its own, and their rings are analysed: nothing older is missing."""
    packets = [(moment, raw) for moment, _, raw, _ in records(CRASH)]
    span = packets[-1][0] - packets[1][0]
    moments = [random.uniform(0.05, 1) * span for _ in range(KILLS)]
    print("   killed after %s s of the capture" % ", ".join("%.2f" % moment for moment in sorted(moments)))
    with concurrent.futures.ThreadPoolExecutor(KILLS) as pool:
        jobs = [pool.submit(killed, os.path.join(folder, str(i)), packets, moment) for i, moment in enumerate(moments)]
        ends = [job.result() for job in jobs]
    print("   what was read back ends up to %.2f s before the kill" % max(ends))


def killed(place, packets, moment):
    """Feeds a run at the capture's own pace and kills it at a moment; gives how long before that the ring ends."""
    process = subprocess.Popen([Settings.program, "live", "-", "--ring-dir", place, "--ring-dir-size", "1M", "--quiet", "--plain"],
                               stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    # The capture begins to pass by when the program has begun.
    process.stdin.write(packets[0][1])
    process.stdin.flush()
    wait(lambda: os.path.isdir(place), "the ring's folder")
    first, begun, fed, count = packets[1][0], time.monotonic(), None, 0
    for time_of, raw in packets[1:]:
        if time_of is not None:
            if time_of - first > moment:
                break
            time.sleep(max(0, begun + time_of - first - time.monotonic()))
            fed, count = time_of, count + 1
        process.stdin.write(raw)
        process.stdin.flush()
    # A moment is one of the clock too: the capture may be silent then.
    time.sleep(max(0, begun + moment - time.monotonic()))
    process.send_signal(signal.SIGKILL)
    process.wait()
    require(fed is not None, "nothing was fed")
    expected = sum(1 for time_of, _ in packets if time_of is not None and time_of - first <= moment - KEPT_BUT)
    files = sorted(glob.glob(os.path.join(place, "*.pcapng")))
    if not files:
        require(expected == 0, "nothing is left of %d packets" % expected)
        return fed - first
    require(sum(map(os.path.getsize, files)) <= 1 << 20, "the ring is larger than it may be")
    report = analyze(*files)
    kept = sum(source["packets"] for source in report["capture"]["sources"])
    full = os.path.getsize(files[0]) > 100_000 and len(files) > 5
    require(full or expected <= kept <= count, "%d packets were read back, %d were sent until 2 s before the kill" % (kept, expected))
    lines = [subprocess.run(["tcpdump", "-ttnr", file], capture_output=True, text=True).stdout.splitlines() for file in files]
    last = max(float(read[-1].split()[0]) for read in lines if read)
    late, silence = fed - last, moment - (fed - first)
    require(late + silence <= KEPT_BUT or late <= 0.001, "the ring ends %.3f s before the kill" % (late + silence))
    return max(0, late)


def ring_bounds(space, folder):
    """A second run in the folder is refused; files of an earlier one go first, and others' files stay."""
    place = os.path.join(folder, "ring")
    words = [Settings.program, "live", "-", "--ring-dir", place, "--ring-dir-size", "1M", "--quiet", "--plain"]
    alien = os.path.join(place, "ring-20200101T000000.000Z.pcapng")
    for turn in range(3):
        done = subprocess.run(words, stdin=open(CRASH, "rb"), capture_output=True, text=True)
        require(done.returncode == 0, done.stderr)
        if turn == 0:
            with open(alien, "w") as file:
                file.write("not of this ring")
    files = sorted(glob.glob(os.path.join(place, "*.pcapng")))
    require(alien in files, "another's file was removed")
    require(sum(map(os.path.getsize, files)) <= (1 << 20) + 16, "the ring is larger than it may be")
    holder = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        holder.stdin.write(open(CRASH, "rb").read(5_000))
        holder.stdin.flush()
        wait_for_lock(holder)
        second = subprocess.run(words, stdin=open(CRASH, "rb"), capture_output=True, text=True)
        require(second.returncode == 2 and "another run" in second.stderr, "two runs share a ring: " + second.stderr)
    finally:
        holder.stdin.close()
        holder.wait()


def wait_for_lock(process):
    held = "/proc/%d/fd" % process.pid
    wait(lambda: any(os.path.isdir(os.path.join(held, one)) for one in os.listdir(held)), "the ring to be begun")


def ring_on_full_disk(space, folder):
    """A disk without room is told at once, and ends nothing; the ring goes on in what it has."""
    place = os.path.join(folder, "small")
    os.mkdir(place)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600k", "none", place], check=True)
    try:
        done = subprocess.run([Settings.program, "live", "-", "--ring-dir", place, "--ring-dir-size", "2M", "--plain", "--json", "-"],
                              stdin=open(CRASH, "rb"), capture_output=True, text=True)
        require(done.returncode == 0, "the run ended with %d" % done.returncode)
        require("No space left" in done.stderr and "left out of the ring" in done.stderr, done.stderr)
        files = glob.glob(os.path.join(place, "*.pcapng"))
        report = analyze(*files)
        require(not any(source.get("truncated") for source in report["capture"]["sources"]), "a file ends in the middle")
    finally:
        subprocess.run(["umount", place], check=True)
