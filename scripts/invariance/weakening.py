"""Variants of a capture that show less of the events: no warning or error may come up that the whole does not have.

Each takes the capture and a random generator and gives a list of packets."""
from collections import Counter

from .packets import RST, SECOND, TIMESTAMPS, options_of, segment


def cut_to(length):
    def cut(capture, rng):
        return [packet._replace(data=packet.data[:length]) for packet in capture.packets]
    cut.__doc__ = f"{length} bytes of each packet."
    return cut


def one_way(capture, to_server):
    def stays(packet):
        tcp = segment(capture.link, packet)
        return tcp is None or (tcp.source_port > tcp.destination_port) == to_server
    return [packet for packet in capture.packets if stays(packet)]


def sent(capture, rng):
    """Without the TCP packets of the servers."""
    return one_way(capture, True)


def received(capture, rng):
    """Without the TCP packets of the clients."""
    return one_way(capture, False)


def late(tenth):
    def begins_late(capture, rng):
        """Without the first tenths."""
        return capture.packets[len(capture.packets) * tenth // 10:]
    return begins_late


def early(tenth):
    def ends_early(capture, rng):
        """Without the last tenths."""
        return capture.packets[:len(capture.packets) * tenth // 10]
    return ends_early


def thinned(capture, rng):
    """Without one packet in a hundred."""
    return [packet for packet in capture.packets if rng.random() > 0.01]


def holed(capture, rng):
    """Without some runs of 5 to 60 packets, as when a buffer overflows."""
    left, at = [], 0
    while at < len(capture.packets):
        if rng.random() < 0.01:
            at += rng.randrange(5, 60)
        else:
            left.append(capture.packets[at])
            at += 1
    return left


def stepped_clock(capture, rng):
    """The clock is set, by up to an hour either way, in mid-capture, where two connections with TCP timestamps are at
    work, which do not follow."""
    places = at_work(capture)
    at, by = rng.choice(places) if places else len(capture.packets), rng.choice((-1, 1)) * rng.randrange(2 * SECOND, 3600 * SECOND)
    return [packet._replace(time=packet.time + by) if index >= at else packet
            for index, packet in enumerate(capture.packets)]


def at_work(capture):
    """Where both sides of two connections were heard with a timestamp at least twice, and will be again."""
    seen, heard = [], Counter()
    for at, packet in enumerate(capture.packets):
        tcp = segment(capture.link, packet)
        if tcp and not tcp.flags & RST and any(kind == TIMESTAMPS for kind, _, _ in options_of(tcp.options)):
            heard[tcp.direction] += 1
            seen.append((at, tcp, heard[tcp.direction]))
    spans = {}
    for at, tcp, number in seen:
        if number in (2, heard[tcp.direction]) and heard[tcp.direction] > 2:
            spans.setdefault(tcp.direction, []).append(at)
    witnesses = Counter(at for way, (first, last) in spans.items() if way < (back_way := (*way[2:], *way[:2]))
                        if (back := spans.get(back_way))
                        for at in range(max(first, back[0]) + 1, min(last, back[1]) + 1))
    return [at for at, count in witnesses.items() if count > 1]


VARIANTS = {"cut": cut_to(96), "cut-64": cut_to(64), "cut-128": cut_to(128), "cut-200": cut_to(200),
            "sent": sent, "received": received, **{f"late-{tenth}": late(tenth) for tenth in range(1, 10)},
            **{f"early-{tenth}": early(tenth) for tenth in range(1, 10)}, "thinned": thinned, "holed": holed, "stepped-clock": stepped_clock}
SEEDS = {"thinned": 3, "holed": 3, "stepped-clock": 2}
# Where what is missing can't be told from what didn't happen, a finding that says "possible" is honest.
POSSIBLE_IS_FINE = ("thinned", "holed")
# Of a capture with a fault what is left may show it under another name; no healthy one may come to any.
POSSIBLE_IF_FAULTY = ("late", "early", "cut", "sent", "received")

# Where what is left of a capture shows a fault that is really there, but no longer whose it is.
KNOWN = {
    ("adv-dropped", "late"): "nothing but SYNs is left, not the answer that gave the address out",
    ("adv-unreachable", "late"): "nothing but SYNs is left, not the answer that gave the address out",
    ("adv-tls-port", "late"): "the answer that gave the address out is not there",
    ("adv-tls-port", "cut"): "the addresses are cut off the answer",
    ("adv-tls-port", "holed"): "an answer and the close behind it are not there, and nothing that is left shows a hole",
    ("rolling-restart", "holed"): "the ends of a broker's other connections, which show that it stopped, are not there",
    **{("nat-forgets", variant): "what outlived such a pause, and so excludes an idle limit, is not there"
       for variant in ("thinned", "early")},
    ("bootstrap-wrong", "files-by-direction"): "hardly anything is acknowledged, so the two clocks cannot be compared",
    ("bootstrap-wrong", "sent"): "the address is wrong, but the RST that says how is not there",
    ("tls-expired", "holed"): "the handshake with the certificate is not there, so the finding has no cause",
    ("host-vanishes", "holed"): "the host is gone, but not the close of the client that gave up",
    ("response-lost-retry", "holed"): "answers that came late, but not the requests that were given up for them",
    ("tls-expired", "late"): "the handshake with the certificate is not there, so the finding has no cause",
    ("tls-wrong-name", "late"): "the handshake with the certificate is not there, so the finding has no cause",
    **{("clock-set-back", variant): "its clock goes back by 4 s, and the variant puts packets in the order of their times"
       for variant in ("doubled", "router", "shuffled", "resent-partly", "keep-alives", "mixed", "split", "files-shuffled", "many-files",
                       "files-by-direction", "files-by-connection")},
    ("not-enough-replicas", "early"): "replicas were told missing a moment before the end, which a moment's lack may be",
    ("tls-expired", "early"): "the handshake with the certificate is not there, so the finding has no cause",
    ("tls-wrong-name", "early"): "the handshake with the certificate is not there, so the finding has no cause",
    ("tls-to-plaintext", "holed"): "the close that answered the hello is not there",
    ("path-one-way", "early"): "one connection proves no path; what waits on it waits all the same",
    ("response-lost-retry", "early"): "until the clients give up, what they lose hangs",
    ("response-lost-retry.broker2", "early"): "an error at the end had no time to heal",
    ("healthy-cooked-any", "reordered"): "of a stream that is joined midway, what comes behind its first segment is no earlier one",
    ("bootstrap-wrong", "mixed"): "beside other traffic, attempts that all fail say nothing of Kafka",
    ("bootstrap-wrong", "renumbered"): "away from Kafka's ports, attempts that all fail say nothing of Kafka",
    ("bootstrap-wrong", "ported"): "away from Kafka's ports, attempts that all fail say nothing of Kafka",
    ("crash-kill9", "twice"): "the second time the group's last commit is known from the start, so its lag is seen growing for 10.05 s",
    ("cluster-switch", "twice"): "the way back to the first cluster, hours later, is a change of its own",
    ("auth-raw-token-without-handshake-answer", "twice"): "what one capture lacks is told once",
}

# Faults of the program that are not mended yet: told in each run, and counted apart. Nothing may be added to hide a new one.
OPEN = {
}


def listed_as(variant):
    return variant.partition("-")[0] if variant.startswith(("late-", "early-", "cut-")) else variant


def frames_left(capture, variant):
    """The numbers of the frames that a variant leaves as they are in order; None where it takes single ones out."""
    count, tenth = len(capture.packets), int(variant[-1]) if variant[-1].isdigit() else 0
    if listed_as(variant) == "late":
        return range(count * tenth // 10 + 1, count + 1)
    if listed_as(variant) == "early":
        return range(1, count * tenth // 10 + 1)
    return range(1, count + 1) if listed_as(variant) in ("cut", "sent", "received") else None


def reason_of(table, name, variant):
    variant = listed_as(variant)
    return table.get((name, variant)) or table.get(("*", variant))


def open_reasons(variant):
    return "; ".join(sorted({reason for (_, name), reason in OPEN.items() if name == listed_as(variant)}))


def is_known(name, variant):
    return reason_of(KNOWN, name, variant) is not None
