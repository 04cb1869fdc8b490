"""The same findings for the same packets, however they are filed, cut into segments or copied; no new alarm where
packets are cut or missing.

usage: check-invariance [--tool PATH] [--captures DIR] [--quick [--pick N]] [--variant NAME] [--seed N] [NAME ...]
       check-invariance --variant NAME --seed N --keep FILE NAME

Each pcap capture of the folder is analysed again in variants (--list tells them). The findings and the numbers of the
summary must be the same in those that conserve what was seen (`mixed`, with another capture of the folder in the same
span of time: the warnings and errors of both). No warning or error may come up in those that weaken it (`thinned` and
`holed`: none that is more than possible), save those in KNOWN, whose reason stands there; and none that lose no evidence
of a fault are healthy. In every report the sums of
the contract's section on accounting must hold.

Prints what differs, with the seed that shows it again; exits 1 where anything does."""
import argparse
import datetime
import os
import random
import sys
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from . import conserving, weakening
from .packets import SECOND, Capture, read, write
from .reports import Failed, alarms, counts, difference, incidents, report, shown, without_counts, wrong_sums

# Where a variant takes away what a finding rests on; it then may be lost, or come under another name.
SPARED = {
    (year, "tls-failure", cause): "in another year it has expired, or is not valid yet"
    for year in ("year-1971", "year-2039", "year-2100")
    for cause in ("certificate-expired", "certificate-not-yet-valid")
}
SAMPLE = 24  # variants a capture in a quick run
LINES = 10  # shown of one variant's differences


def spared(variant, row):
    return any((variant, row[0], field) in SPARED for field in (row[5], row[4], None))


def together(capture, other):
    """Both captures in one, which end together, so that what waits at either's end has waited no longer."""
    later = capture.packets[-1].time - other.packets[-1].time
    moved = [packet._replace(time=packet.time + later) for packet in other.packets]
    return conserving.by_time(capture.packets + moved)


def frames_of(finding):
    return [frame if isinstance(frame, int) else frame["number"] for frame in finding["evidence"]["frames"]]


def nanoseconds(text):
    """Of a time in a report: `2026-11-26T21:45:40.354052000Z`."""
    seconds, _, rest = text.rstrip("Z").partition(".")
    whole = datetime.datetime.fromisoformat(seconds).replace(tzinfo=datetime.timezone.utc)
    return int(whole.timestamp()) * SECOND + int(rest.ljust(9, "0") or 0)


class Judge:
    """Of one capture. `notes` collects (variant, seed, line)."""

    def __init__(self, tool, folder, name, scratch):
        self.tool, self.name, self.scratch = tool, name, scratch
        self.path = os.path.join(folder, name + ".pcap")
        self.capture = read(self.path)
        self.notes = []
        self.whole = self.report("whole", None, self.path)

    def report(self, variant, seed, *paths):
        """None, and a note, where there is none."""
        try:
            found = report(self.tool, *paths)
        except Failed as failed:
            self.notes.append((variant, seed, str(failed)))
            return None
        self.notes += [(variant, seed, line) for line in wrong_sums(found)]
        return found

    def report_on(self, variant, seed, files):
        paths = []
        for packets in files:
            paths.append(os.path.join(self.scratch, f"{os.getpid()}-{len(paths)}.pcap"))
            write(paths[-1], self.capture.link, packets)
        return self.report(variant, seed, *paths)

    def conserving(self, variant, seed):
        made = conserving.VARIANTS[variant](self.capture, random.Random(seed))
        found = made and self.report_on(variant, seed, made.files)
        if not found:
            return
        back = lambda row: tuple(made.back(field) if isinstance(field, str) else field for field in row)
        want = [row for finding in self.whole["findings"]
                if not spared(variant, row := shown(finding, made.times))]
        got = [row for finding in found["findings"] if not spared(variant, row := back(shown(finding)))]
        lines = difference(want, got)
        if made.times > 1:
            lines += difference(incidents(self.whole, made.times), incidents(found))
        before, after = counts(self.whole, made.times), counts(found)
        if len(want) != len(self.whole["findings"]) or len(got) != len(found["findings"]):
            before, after = ({**these, "findings": None} for these in (before, after))
        lines += [f"{field}: {after[field]} instead of {before[field]}" for field in before
                  if after[field] != before[field]]
        self.notes += [(variant, seed, line) for line in lines]

    def weakening(self, variant, seed):
        found = self.report_on(variant, seed, [weakening.VARIANTS[variant](self.capture, random.Random(seed))])
        if not found or weakening.is_known(self.name, variant):
            return
        findings = found["findings"]
        is_faulty = self.whole["summary"]["status"] in ("fault", "degraded")
        if variant in weakening.POSSIBLE_IS_FINE or (
                is_faulty and weakening.listed_as(variant) in weakening.POSSIBLE_IF_FAULTY):
            findings = [finding for finding in findings if finding["confidence"] != "possible"]
        new = without_counts(alarms(findings)) - without_counts(alarms(self.whole["findings"]))
        self.notes += [(variant, seed, f"alarm {row}") for row in sorted(map(str, new))]
        self.notes += [(variant, seed, f"healthy over {row}") for row in self.hidden(variant, found)]

    def hidden(self, variant, found):
        """Alarms of the whole whose evidence is all there, though the status says that all is well."""
        left, until = weakening.frames_left(self.capture, variant), None
        if weakening.listed_as(variant) == "early":
            until = self.capture.packets[left[-1] - 1].time if left else 0
        if left is None or found["summary"]["status"] != "healthy":
            return []
        return sorted(str(shown(finding)) for finding in self.whole["findings"]
                      if finding["severity"] != "info" and frames_of(finding)
                      and (until is None or nanoseconds(finding["last"]) <= until)
                      and all(frame in left for frame in frames_of(finding)))

    def mixed(self, folder, partner):
        other = read(os.path.join(folder, partner + ".pcap"))
        if other.link != self.capture.link:
            return
        renamed = Capture(other.link, conserving.rename(other.packets))
        other_whole = self.report("mixed", None, os.path.join(folder, partner + ".pcap"))
        found = self.report_on("mixed", None, [together(self.capture, renamed)])
        if not found or not other_whole:
            return
        want = alarms(self.whole["findings"]) + alarms(other_whole["findings"])
        got = [tuple(conserving.name_back(field) if isinstance(field, str) else field for field in row)
               for row in alarms(found["findings"])]
        self.notes += [("mixed", None, line) for line in difference(want, got)]

    def run(self, variant, seed, folder, partner):
        if variant == "mixed":
            self.mixed(folder, partner)
        elif variant in conserving.VARIANTS:
            self.conserving(variant, seed)
        else:
            self.weakening(variant, seed)


VARIANTS = [*conserving.VARIANTS, *weakening.VARIANTS, "mixed"]


def runs_of(name, options):
    """(variant, seed) of what this capture is asked."""
    seeds = {**conserving.SEEDS, **weakening.SEEDS}
    chosen = options.variant or VARIANTS
    if options.quick:
        rng = random.Random(f"{options.pick} {name}")
        return [(variant, rng.randrange(seeds.get(variant, 1)) if options.seed is None else options.seed)
                for variant in rng.sample(chosen, min(SAMPLE, len(chosen)))]
    return [(variant, seed) for variant in chosen
            for seed in (range(seeds.get(variant, 1)) if options.seed is None else [options.seed])]


def judge(job):
    """What one capture shows: its name, notes, and how many variants were tried."""
    name, partner, runs, tool, folder, scratch = job
    judge = Judge(tool, folder, name, scratch)
    if judge.whole:
        for variant, seed in runs:
            if variant != "mixed" or partner != name:
                judge.run(variant, seed, folder, partner)
    return name, judge.notes, Counter(variant for variant, _ in runs)


def partners(names):
    """Whom each is mixed with. Neighbours may show the same connections: renamed, these would rightly count as the
    other side of an address translation."""
    third = max(1, len(names) // 3)
    return dict(zip(names, names[third:] + names[:third]))


def keep(options, name, path):
    """Writes one variant; where it is several files, with a number before the ending."""
    capture = read(os.path.join(options.captures, name + ".pcap"))
    variant, rng = options.variant[0], random.Random(options.seed or 0)
    if variant in conserving.VARIANTS:
        files = conserving.VARIANTS[variant](capture, rng).files
    else:
        files = [weakening.VARIANTS[variant](capture, rng)]
    stem, ending = os.path.splitext(path)
    for at, packets in enumerate(files):
        write(path if len(files) == 1 else f"{stem}.{at}{ending}", capture.link, packets)


def arguments(home):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", default=os.path.join(home, ".build/release/brokertap"))
    parser.add_argument("--captures", default=os.path.join(home, "captures"))
    parser.add_argument("--variant", action="append", choices=VARIANTS, metavar="NAME",
                        help="only this one (repeatable)")
    parser.add_argument("--seed", type=int, help="only this seed")
    parser.add_argument("--quick", action="store_true", help=f"{SAMPLE} variants a capture, chosen by --pick")
    parser.add_argument("--pick", type=int, default=0, metavar="N", help="which choice a quick run makes")
    parser.add_argument("--keep", metavar="FILE", help="write this variant of this capture, and stop")
    parser.add_argument("--list", action="store_true", help="list the variants, and stop")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args()
    if options.keep and (len(options.names) != 1 or len(options.variant or []) != 1):
        parser.error("--keep wants one --variant and one capture")
    return options


def list_variants():
    for kind in (conserving, weakening):
        print(kind.__name__.rpartition(".")[2] + ":")
        for name, make in kind.VARIANTS.items():
            print(f"  {name:22}{' '.join((make.__doc__ or '').split())}")
    print("mixed: with another capture of the folder, renamed, in the same span of time")


def sorted_out(name, partner, notes):
    """What differs and should not, and what differs by a fault that is known and not mended yet."""
    def either(table, variant):
        return weakening.reason_of(table, name, variant) or (
            variant == "mixed" and weakening.reason_of(table, partner, variant))
    notes = [note for note in notes if not either(weakening.KNOWN, note[0])]
    still_open = [note for note in notes if either(weakening.OPEN, note[0])]
    return [note for note in notes if note not in still_open], still_open


def main(home):
    options = arguments(home)
    if options.list:
        return list_variants()
    if options.keep:
        return keep(options, options.names[0], options.keep)
    every = [name[:-5] for name in sorted(os.listdir(options.captures)) if name.endswith(".pcap")]
    every = [name for name in every if read(os.path.join(options.captures, name + ".pcap"))]
    with_whom = partners(every)
    names = [name for name in every if not options.names or name in options.names]
    bad, tried, differing, opened = 0, Counter(), Counter(), Counter()
    with tempfile.TemporaryDirectory() as scratch, ProcessPoolExecutor(options.jobs) as pool:
        jobs = [(name, with_whom[name], runs_of(name, options), options.tool, options.captures, scratch)
                for name in names]
        for name, notes, variants in pool.map(judge, jobs):
            notes, still_open = sorted_out(name, with_whom[name], notes)
            opened += Counter({variant for variant, _, _ in still_open})
            tried += Counter(variants.keys())
            differing += Counter({variant for variant, _, _ in notes})
            bad += bool(notes)
            if notes:
                print(name, *note_lines(notes), sep="\n    ", flush=True)
    for variant in differing:
        print(f"{variant}: {differing[variant]} of {tried[variant] or len(names)} captures differ")
    for variant in opened:
        print(f"still open, {variant}: {opened[variant]} captures ({weakening.open_reasons(variant)})")
    print(f"{len(names)} captures, {bad} differ; {len(weakening.KNOWN)} known exceptions")
    sys.exit(1 if bad or not names else 0)


def note_lines(notes):
    """Of a variant that differs with several seeds only the first seed's lines, and not all where there are many."""
    for variant in dict.fromkeys(variant for variant, _, _ in notes):
        seeds = list(dict.fromkeys(seed for other, seed, _ in notes if other == variant))
        lines = list(dict.fromkeys(line for other, seed, line in notes if other == variant and seed == seeds[0]))
        title = variant if seeds[0] is None else f"{variant} (seed {seeds[0]})"
        yield from (f"{title}: {line}" for line in lines[:LINES])
        if len(lines) > LINES:
            yield f"{title}: {len(lines) - LINES} lines more"
        if len(seeds) > 1:
            yield f"{variant}: other lines with seed {', '.join(map(str, seeds[1:]))}"
