"""The full-screen view, in a real terminal."""
import os
import re
import signal

from .base import CAPTURES, Settings, require, run, wait

CRASH = os.path.join(CAPTURES, "crash-kill9.pcap")


class Pane:
    """A terminal of tmux with an interactive shell in the namespace."""

    def __init__(self, space, folder):
        self.space, self.report = space, os.path.join(folder, "text")
        self.evidence = os.path.join(folder, "evidence")
        self.socket, self.asked = "brokertap-%d" % os.getpid(), 0
        shell = " ".join(space.command("env", "PS1=", "LC_ALL=C.UTF-8", "TERM=screen", "bash", "--norc", "--noprofile"))
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", "-s", "view", shell)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.tmux("kill-server")

    def tmux(self, *words):
        return run("tmux", "-L", self.socket, *words).stdout

    def keys(self, *names):
        self.tmux("send-keys", "-t", "view", *names)

    def type(self, text):
        self.tmux("send-keys", "-l", "-t", "view", text)

    def line(self, text):
        self.type(text)
        self.keys("Enter")

    def resize(self, width, height):
        self.tmux("resize-window", "-t", "view", "-x", str(width), "-y", str(height))

    def screen(self):
        return self.tmux("capture-pane", "-p", "-t", "view")

    def see(self, text, what):
        try:
            wait(lambda: re.search(text, self.screen(), re.M), what)
        except AssertionError:
            raise AssertionError("%s is not on the screen:\n%s" % (what, self.screen()))

    def see_not(self, text, what):
        try:
            wait(lambda: not re.search(text, self.screen(), re.M), what + " to go")
        except AssertionError:
            raise AssertionError("%s is still on the screen:\n%s" % (what, self.screen()))

    def modes(self):
        """The terminal's, as the shell gives them to its commands."""
        self.asked += 1
        self.line("clear; echo modes%d $(stty -g)" % self.asked)
        found = []
        pattern = r"^modes%d ([0-9a-f:]{20,})" % self.asked
        wait(lambda: found.extend(re.findall(pattern, self.screen(), re.M)) or found, "the modes")
        return found[-1]

    def command(self, *flags):
        return " ".join([Settings.program, "live", "-i", "v1", "--report", self.report, *flags])

    def process(self):
        return int(run("pgrep", "-f", "live -i v1 --report " + self.report).stdout.split()[-1])

    def is_stopped(self):
        return open("/proc/%d/stat" % self.process()).read().rsplit(")", 1)[1].split()[0] in "Tt"

    def is_gone(self):
        try:
            return not self.process()
        except RuntimeError:
            return True


def terminal(space, folder):
    """The view: looked at, resized, left by q and by signals, with the terminal as it was."""
    with Pane(space, folder) as pane:
        before = pane.modes()
        for number, leave in enumerate(["q", "C-c", signal.SIGTERM, signal.SIGHUP]):
            pane.resize(80, 24)
            pane.line("clear; " + pane.command("--evidence", pane.evidence))
            pane.see(r"LIVE v1", "the view")
            space.replay(CRASH, "--topspeed")
            pane.see(r"NOW  Broker 2", "the verdict")
            pane.see(r"error 4x Broker 2", "the finding")
            if number == 0:
                look(pane)
            if isinstance(leave, str):
                pane.keys(leave)
            else:
                os.kill(pane.process(), leave)
            wait(pane.is_gone, "the program to end by %s" % leave)
            pane.see_not(r"LIVE v1", "the view after %s" % leave)
            require(pane.modes() == before, "the terminal's modes are others after %s" % leave)
            require("VERDICT" in open(pane.report).read(), "no report after %s" % leave)


def look(pane):
    pane.keys("j")
    pane.see(r"^ >", "the cursor")
    pane.keys("Enter")
    pane.see(r"error\[disconnect-before-response\]", "the finding in full")
    pane.keys("e")
    pane.see(r"packets.*: disconnect-before-response-\d+-error-\d{8}T\d{6}Z", "the place of the packets")
    pane.keys("Escape")
    pane.see(r"findings \(\d+\)", "the overview")
    for key, title in (("b", "slowest APIs, last minute"), ("c", "slowest APIs of its brokers")):
        pane.keys(key)
        pane.see(r"^> ", "the cursor on a broker or a client")
        pane.keys("Enter")
        pane.see(r"waiting now \(\d+\)(.|\n)*%s(.|\n)*findings \(\d+\)" % title, "all of one")
        pane.keys("Escape")
        pane.see(r"\? help  Enter details", "the overview")
    pane.keys("f")
    pane.keys("?")
    pane.see(r"hide or show findings", "the help")
    pane.keys("?")
    pane.keys("p")
    pane.see(r"\[paused", "the pause")
    pane.keys("p")
    narrow(pane)
    sizes = ((30, 6, r"needs 40 x 8"), (50, 12, r"findings \("), (200, 50, r"brokers, last minute"), (80, 24, r"q quit"))
    for width, height, text in sizes:
        pane.resize(width, height)
        pane.see(text, "the view at %d x %d" % (width, height))
        if width >= 40:
            # All of it was drawn anew for this size: the head is the first row, the foot the last.
            pane.see(r"\A LIVE v1(.|\n)*\n .*Enter details[^\n]*q quit *\n?\Z", "head and foot at %d x %d" % (width, height))
    print("\n".join("   | " + row for row in pane.screen().split("\n")[:14]))


def narrow(pane):
    """The filter: keys are its text until it stands."""
    pane.type("/quick")
    pane.see(r"/quick_", "the filter being typed")
    for _ in "quick":
        pane.keys("BSpace")
    pane.type("Disconnect")
    pane.keys("Enter")
    pane.see(r"findings \(\d+ of \d+\) with Disconnect", "the narrowed findings")
    pane.see(r"error 4x Broker 2", "the finding that fits")
    pane.see_not(r"warn  ", "what does not fit")
    pane.keys("Escape")
    pane.see(r"findings \(\d+\)", "all findings")


def job_control(space, folder):
    """Stopped, and gone on with, in the foreground and in the background: the terminal is the shell's meanwhile."""
    with Pane(space, folder) as pane:
        before = pane.modes()
        pane.line("clear; " + pane.command())
        pane.see(r"LIVE v1", "the view")
        for stop in ("C-z", "STOP"):
            if stop == "C-z":
                pane.keys("C-z")
            else:
                os.kill(pane.process(), signal.SIGSTOP)
            wait(pane.is_stopped, "the program to stop by " + stop)
            if stop == "C-z":
                # Nobody can give the screen back once SIGSTOP has come.
                pane.see(r"Stopped", "the shell")
                pane.see_not(r"LIVE v1", "the view while stopped")
            require(pane.modes() == before, "the terminal's modes are others while stopped by " + stop)
            pane.line("fg")
            comes_back(pane)
        background(pane, before)
        pane.keys("q")
        wait(pane.is_gone, "the program to end")
        require(pane.modes() == before, "the terminal's modes are others after all")
        ends_while_stopped(pane, before)
        begins_in_background(pane, before)


def comes_back(pane):
    pane.see(r"\A LIVE v1(.|\n)*q quit *\n?\Z", "the view, whole")
    pane.keys("?")
    pane.see(r"hide or show findings", "the help: keys are read again")
    pane.keys("?")
    pane.see_not(r"hide or show findings", "the help")


def background(pane, before):
    """It captures on, without the screen; the keys are the shell's."""
    pane.keys("C-z")
    wait(pane.is_stopped, "the program to stop")
    pane.line("bg")
    wait(lambda: not pane.is_stopped(), "the program to go on")
    require(pane.modes() == before, "the terminal's modes are others in the background")
    pane.space.replay(CRASH, "--topspeed")
    pane.see(r"error.*Broker 2", "the finding as a line")
    require(not pane.is_stopped(), "it stopped in the background")
    pane.see_not(r"LIVE v1", "the view in the background")
    pane.line("fg")
    pane.see(r"NOW  Broker 2", "the view with what came meanwhile")
    comes_back(pane)


def ends_while_stopped(pane, before):
    pane.line("clear; " + pane.command())
    pane.see(r"LIVE v1", "the view")
    pane.keys("C-z")
    wait(pane.is_stopped, "the program to stop")
    pane.line("kill %1")
    wait(pane.is_gone, "the program to end in the background")
    require(pane.modes() == before, "the terminal's modes are others after an end in the background")


def begins_in_background(pane, before):
    pane.line("clear; " + pane.command() + " &")
    wait(lambda: not pane.is_gone(), "the program")
    pane.space.replay(CRASH, "--topspeed")
    pane.see(r"error.*Broker 2", "the finding as a line")
    require(pane.modes() == before, "the terminal's modes are others in the background")
    pane.line("fg")
    comes_back(pane)
    pane.keys("q")
    wait(pane.is_gone, "the program to end")
    require(pane.modes() == before, "the terminal's modes are others")
