"""What the checks of live capture stand on: namespaces, the program in them, and waiting."""
import json
import os
import re
import signal
import subprocess
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
# Labelled captures: the repository's, or a larger set of the same form.
CAPTURES = os.environ.get("BROKERTAP_CAPTURES") or os.path.join(ROOT, "captures")
PATIENCE = 60


class Settings:
    """Set once, by the command line."""

    program = ""
    full = False


class Space:
    """A network namespace with a pair of interfaces; what is sent into v0 comes out of v1."""

    def __init__(self, name):
        self.name = "brokertap-%d-%s" % (os.getpid(), name)
        run("ip", "netns", "add", self.name)
        self.run("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1")
        run("ip", "-n", self.name, "link", "set", "lo", "up")
        self.add_pair("v0", "v1")

    def add_pair(self, *ends):
        a, b = ends
        run("ip", "-n", self.name, "link", "add", a, "mtu", "65535", "type", "veth", "peer", "name", b, "mtu", "65535")
        for device in ends:
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
        """Ends what a failed check has left running in it."""
        for pid in subprocess.run(["ip", "netns", "pids", self.name], capture_output=True, text=True).stdout.split():
            try:
                os.kill(int(pid), signal.SIGKILL)
            except ProcessLookupError:
                pass
        subprocess.run(["ip", "netns", "del", self.name], check=False)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Live:
    """brokertap live in a namespace. `ip netns exec` becomes the program, so the process is the program's own."""

    def __init__(self, space, folder, *flags, inputs=("-i", "v1"), environment=None, stdin=None, under=(), lines=None):
        self.folder = folder
        self.json = os.path.join(folder, "report.json")
        self.lines = lines or os.path.join(folder, "lines.ndjson")
        for path in (self.json, self.lines):
            if os.path.isfile(path):
                os.remove(path)
        words = [*under, Settings.program, "live", *inputs, "--json", self.json, "--ndjson", self.lines, "--quiet", *flags]
        self.errors = open(os.path.join(folder, "errors"), "w+")
        self.process = space.start(*words, stdin=stdin, stdout=subprocess.DEVNULL, stderr=self.errors, env=environment)
        if "-i" in inputs:
            wait(lambda: self.ended() or self.captures(space, inputs.count("-i")), "capturing to begin")
            if self.ended():
                raise RuntimeError("live ended at once: " + self.said())

    def said(self):
        self.errors.seek(0)
        return self.errors.read()

    def captures(self, space, interfaces):
        """A packet socket for each interface, and the outputs behind them."""
        return os.path.exists(self.lines) and len(space.run("cat", "/proc/net/packet").stdout.splitlines()) > interfaces

    def ended(self):
        return self.process.poll() is not None

    def stop(self, with_signal=signal.SIGTERM):
        if not self.ended():
            self.process.send_signal(with_signal)
        return self.finished()

    def finished(self):
        status = self.process.wait(PATIENCE)
        require(status == 0, "live ended with %d: %s" % (status, self.said()))
        return json.load(open(self.json))

    def told(self, kind):
        """The lines of a type that have been written so far."""
        lines = [json.loads(line) for line in open(self.lines) if line.endswith("\n")]
        return [line for line in lines if line["type"] == kind]

    def facts(self):
        """What the kernel tells of the process, for each of its threads."""
        threads = "/proc/%d/task" % self.process.pid
        texts = [open(os.path.join(threads, thread, "status")).read() for thread in os.listdir(threads)]
        return [dict(re.findall(r"^(\w+):[ \t]*(.*)$", text, re.M)) for text in texts]

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


def analyze(*paths, flags=()):
    """As a live run does it: without the tables for which every message is read, and without the rules that read them."""
    return json.loads(
        run(Settings.program, "analyze", *paths, "--json", "-", "--no-progress", "--no-tables", *flags).stdout)


def complete(path):
    try:
        return bool(json.load(open(path)))
    except ValueError:
        return False
