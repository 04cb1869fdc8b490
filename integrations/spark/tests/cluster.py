"""A standalone cluster of processes on this computer, and a worker of it that is killed while the program is in mid-file."""
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MASTER = "org.apache.spark.deploy.master.Master"
WORKER = "org.apache.spark.deploy.worker.Worker"
PATIENCE_SECONDS = 120


def environment() -> dict[str, str]:
    """That of the tests' own Python, on loopback alone."""
    own = {key: value for key, value in os.environ.items() if key not in ("SPARK_HOME", "SSLKEYLOGFILE")}
    own.update(PATH=f"{Path(sys.executable).parent}:{own['PATH']}", SPARK_LOCAL_IP="127.0.0.1", PYSPARK_PYTHON=sys.executable)
    return own


def parents() -> dict[int, int]:
    """Each process's parent."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                found[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    return found


def with_descendants(process: int) -> list[int]:
    """A process and all that it started."""
    children, found = parents(), [process]
    for one in found:
        found += [child for child, parent in children.items() if parent == one]
    return found


def wait_for(what, patience: float = PATIENCE_SECONDS):
    """The first value of a function that is not None."""
    end = time.monotonic() + patience
    while (value := what()) is None:
        if time.monotonic() > end:
            raise TimeoutError("the cluster does not do what it should")
        time.sleep(0.05)
    return value


class Stopper:
    """A program in brokertap's place, which is it, but stops the first run over one capture in the middle of that."""

    SOURCE = '''#!{python}
import os, pathlib, signal, subprocess, sys, time
program, capture, folder = {program!r}, {capture!r}, pathlib.Path({folder!r})
if "--checkpoint" not in sys.argv or capture not in sys.argv:
    os.execv(program, [program, *sys.argv[1:]])
run = len(list(folder.glob("run-*")))
(folder / f"run-{{run}}").touch()
if run:
    os.execv(program, [program, *sys.argv[1:]])
child = subprocess.Popen([program, *sys.argv[1:]])
size = os.stat(capture).st_size

def place():
    for number in os.listdir(f"/proc/{{child.pid}}/fd"):
        try:
            if os.path.samefile(f"/proc/{{child.pid}}/fd/{{number}}", capture):
                return int(open(f"/proc/{{child.pid}}/fdinfo/{{number}}").readline().split()[1])
        except OSError:
            pass
    return 0

while child.poll() is None:
    if 0 < place() < size:
        child.send_signal(signal.SIGSTOP)
        time.sleep(0.1)
        if 0 < place() < size:
            break
        child.send_signal(signal.SIGCONT)
(folder / "part").write_text(f"{{os.getpid()}} {{place()}}")
(folder / "part").rename(folder / "hit")
signal.pause()
'''

    def __init__(self, program: str, capture: str, folder: Path):
        folder.mkdir()
        self.folder, self.program = folder, folder / "brokertap-that-stops"
        self.program.write_text(self.SOURCE.format(python=sys.executable, program=program, capture=capture, folder=str(folder)))
        self.program.chmod(0o755)
        # Which process was stopped, and at which byte; None where that did not come.
        self.place: int | None = None

    def hit(self) -> tuple[int, int] | None:
        try:
            process, place = (self.folder / "hit").read_text().split()
            return int(process), int(place)
        except OSError:
            return None

    def runs(self) -> int:
        """How often the capture was begun."""
        return len(list(self.folder.glob("run-*")))


class Cluster:
    """A master and workers with a core each; `with` ends them, and all that they started."""

    def __init__(self, workers: int, folder: Path):
        folder.mkdir()
        self.folder, self.processes = folder, []
        self.start(MASTER, "--host", "127.0.0.1", "--port", "0", "--webui-port", "0")
        try:
            self.master = wait_for(lambda: self.said(r"Starting Spark master at (spark://\S+)"))
            self.workers = [
                self.start(WORKER, "--host", "127.0.0.1", "--webui-port", "0", "--cores", "1", "--memory", "1g", self.master)
                for _ in range(workers)]
            wait_for(lambda: len(re.findall("Registering worker", self.log())) >= workers or None)
        except BaseException:
            self.end()
            raise

    def start(self, *words: str) -> subprocess.Popen:
        name = "master" if words[0] == MASTER else f"worker-{len(self.processes)}"
        work = {**environment(), "SPARK_WORKER_DIR": str(self.folder / name), "SPARK_LOCAL_DIRS": str(self.folder)}
        with (self.folder / f"{name}.log").open("w") as log:
            self.processes.append(subprocess.Popen(["spark-class", *words], env=work, stdout=log, stderr=log))
        return self.processes[-1]

    def log(self) -> str:
        return (self.folder / "master.log").read_text()

    def said(self, pattern: str) -> str | None:
        found = re.search(pattern, self.log())
        return found and found.group(1)

    @contextmanager
    def killing(self, stopper: Stopper) -> Iterator[Stopper]:
        """Kills the worker in which the stopper stops, with all that it started."""

        def kill() -> None:
            process, place = wait_for(stopper.hit)
            for worker in self.workers:
                tree = with_descendants(worker.pid)
                if process in tree:
                    for one in tree:
                        os.kill(one, signal.SIGKILL)
                    stopper.place = place

        thread = threading.Thread(target=kill)
        thread.start()
        yield stopper
        thread.join()

    def end(self) -> None:
        for process in self.processes:
            for one in with_descendants(process.pid) if process.poll() is None else []:
                try:
                    os.kill(one, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            process.wait()

    def __enter__(self) -> "Cluster":
        return self

    def __exit__(self, *_) -> None:
        self.end()


def run_as_shown(commands: str, folder: Path, environment: dict[str, str]) -> str:
    """What a block of shell commands prints. What they left running in the background is ended."""
    printed, complaints = folder / "printed", folder / "complaints"
    with printed.open("w") as out, complaints.open("w") as log:
        # To files: what runs in the background would keep pipes open.
        shell = subprocess.Popen(["bash", "-ec", commands], cwd=folder, env=environment, stdout=out, stderr=log, start_new_session=True)
        try:
            shell.wait(timeout=1200)
        finally:
            try:
                os.killpg(shell.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
    if shell.returncode:
        raise RuntimeError(f"the README's commands end with {shell.returncode}: {printed.read_text()}{complaints.read_text()[-2000:]}")
    return printed.read_text()
