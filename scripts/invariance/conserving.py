"""Variants of a capture that show the same events: every finding and every count must be the same.

Each takes the capture and a random generator and gives a `Made`: the files (lists of packets) in the order of the
command line, and how to read names and addresses of its findings back into the capture's own."""
import bisect
import random
import re
import struct
from collections import Counter, defaultdict
from typing import Callable, NamedTuple

from .frames import FrameStarts
from .packets import (ACK, FIN, MICROSECOND, MILLISECOND, MODULUS, PSH, RST, SACK, SECOND, SYN, TIMESTAMPS,
                      WINDOW_SCALE, before, datagram, options_of, packed, packed_segment, segment, with_quoted)


class Made(NamedTuple):
    files: list
    back: Callable = staticmethod(lambda text: text)
    times: int = 1  # how often all of it is seen


def one_file(packets):
    return Made([packets])


def by_time(packets):
    return sorted(packets, key=lambda packet: packet.time)


def with_segments(capture, change):
    """Each TCP segment as `change` makes it (None: left as it is), other packets as they are."""
    out = []
    for packet in capture.packets:
        tcp = segment(capture.link, packet)
        new = change(tcp) if tcp else None
        out.append(packed_segment(new) if new else packet)
    return out


# How the packets are filed.

def in_parts(packets, parts):
    step = max(1, (len(packets) + parts - 1) // parts)
    return [packets[start:start + step] for start in range(0, len(packets), step)]


def split(capture, rng):
    """In five files, in order."""
    return Made(in_parts(capture.packets, 5))


def files_shuffled(capture, rng):
    """In five files, given in another order."""
    files = in_parts(capture.packets, 5)
    rng.shuffle(files)
    return Made(files)


def many_files(capture, rng):
    """In forty files, more than are open at once, given in another order."""
    files = in_parts(capture.packets, 40)
    rng.shuffle(files)
    return Made(files)


def files_by_connection(capture, rng):
    """As two queues of a network card fill two files: each connection in one of them, all else in the first."""
    files, side = ([], []), defaultdict(lambda: rng.randrange(2))
    for packet in capture.packets:
        tcp = segment(capture.link, packet)
        files[side[tcp.connection] if tcp else 0].append(packet)
    return Made([file for file in files if file])


def files_by_direction(capture, rng):
    """As two taps of one link: what goes one way in one file, and what goes the other way in another, whose clock is off."""
    files, by = ([], []), rng.choice((-1, 1)) * rng.randrange(SECOND, 600 * SECOND)
    for packet in capture.packets:
        tcp = segment(capture.link, packet)
        if tcp and tcp.source > tcp.destination:
            files[1].append(packet._replace(time=packet.time + by))
        else:
            files[0].append(packet)
    return Made([file for file in files if file])


def shuffled(capture, rng):
    """Out of order in the file by up to 5 ms: in the order of a time that is off by up to that."""
    return one_file(sorted(capture.packets, key=lambda packet: packet.time + rng.randrange(5 * MILLISECOND)))


# Copies, as some capture points see them.

def doubled(capture, rng):
    """Each packet twice, as the device `any` shows them."""
    return one_file(by_time(capture.packets + [packet._replace(time=packet.time + 8000) for packet in capture.packets]))


def router(capture, rng):
    """Each packet before and behind a router: a hop less to live, other link addresses, some microseconds later.
    Fragments only once: where all of a host's have one id, copies among them could not be told apart."""
    copies = []
    for packet in capture.packets:
        ip = datagram(capture.link, packet)
        if ip is None or ip.is_fragment:
            continue
        hops = 8 if ip.version == 4 else 7
        header = ip.header[:hops] + bytes([max(1, ip.header[hops] - 1)]) + ip.header[hops + 1:]
        below = b"\x02\x70\0\0\0\x02\x02\x70\0\0\0\x01" + ip.below[12:] if len(ip.below) >= 14 else ip.below
        later = ip.time + rng.randrange(5, 60) * MICROSECOND
        copies.append(packed(ip._replace(time=later, below=below, header=header)))
    return one_file(by_time(capture.packets + copies))


# Names and numbers.

# Other names for the same hosts: in headers, in DNS, and in the texts of brokers and clients.
NEW_NAMES = [(b"\x0a\x0a\x00", b"\x0a\x4d\x00"), (b"10.10.0.", b"10.77.0."),
             (b".lab", b".lac"), (b"\x03lab", b"\x03lac")]


def rename(packets):
    def other(data):
        for old, new in NEW_NAMES:
            data = data.replace(old, new)
        return data
    return [packet._replace(data=other(packet.data)) for packet in packets]


def name_back(text):
    return text.replace("10.77.0.", "10.10.0.").replace(".lac", ".lab")


def renamed(capture, rng):
    """Other addresses and host names."""
    return Made([rename(capture.packets)], name_back)


# Brokers' ports here, and how far they are moved: to where nobody would look for Kafka.
PORTS, FAR = range(9090, 9141), 20_345


def with_ports(capture, moves):
    """Ports of TCP headers, of those that ICMP quotes, and, four bytes each, of answers that give them out."""
    told = {port.to_bytes(4, "big"): to.to_bytes(4, "big") for port, to in moves.items()}
    pattern = re.compile(b"|".join(re.escape(port) for port in told))

    def head(_, first):
        ends = struct.unpack(">HH", first[:4])
        return struct.pack(">HH", *(moves.get(port, port) for port in ends)) + first[4:]

    out = []
    for packet in capture.packets:
        tcp = segment(capture.link, packet)
        if tcp is None:
            out.append(with_quoted(capture.link, packet, head))
            continue
        out.append(packed_segment(tcp._replace(
            source_port=moves.get(tcp.source_port, tcp.source_port),
            destination_port=moves.get(tcp.destination_port, tcp.destination_port),
            payload=pattern.sub(lambda port: told[port[0]], tcp.payload))))
    old = {str(to): str(port) for port, to in moves.items()}

    def back(text):
        host, colon, port = text.rpartition(":")
        return f"{host}:{old[port]}" if colon and port in old else text
    return Made([out], back)


def ported(capture, rng):
    """Other ports of the brokers."""
    return with_ports(capture, {port: port + FAR for port in PORTS})


def renumbered(capture, rng):
    """The two ports most used among the brokers' become those of HTTPS and of PostgreSQL."""
    used = Counter()
    for packet in capture.packets:
        tcp = segment(capture.link, packet)
        if tcp:
            used.update({tcp.source_port, tcp.destination_port})
    brokers = [port for port, _ in used.most_common() if port in PORTS]
    free = [port for port in (443, 5432) if port not in used]
    moves = dict(zip(brokers, free))
    return with_ports(capture, moves) if moves else None


# Time.

def at_times(capture, change):
    return one_file([packet._replace(time=change(packet.time)) for packet in capture.packets])


def coarse_clock_1(capture, rng):
    """Times cut to whole milliseconds; the order in the file stays."""
    return at_times(capture, lambda time: time - time % MILLISECOND)


def coarse_clock_10(capture, rng):
    """Times cut to hundredths of a second."""
    return at_times(capture, lambda time: time - time % (10 * MILLISECOND))


def moved(capture, rng):
    """The clock of the capturing host is wrong by up to a week."""
    by = rng.randrange(-7 * 86_400 * SECOND, 7 * 86_400 * SECOND)
    return at_times(capture, lambda time: time + by)


def in_year(first_of_january):
    def other_year(capture, rng):
        by = first_of_january * SECOND - min(packet.time for packet in capture.packets)
        return at_times(capture, lambda time: time + by)
    return other_year


def twice(capture, rng):
    """All of it a second time, three hours later: everything is told twice, and nothing becomes worse by coming back."""
    later = [packet._replace(time=packet.time + 3 * 3600 * SECOND) for packet in capture.packets]
    return Made([capture.packets + later], times=2)


# TCP: the same bytes in other segments.

def pieces(tcp, cuts, earliest):
    """The segment cut at these offsets of its payload. The last has the segment's time; none is before `earliest`."""
    bounds = [0, *cuts, len(tcp.payload)]
    last = len(bounds) - 2
    for at, (start, end) in enumerate(zip(bounds, bounds[1:])):
        time = tcp.time if at == last else max(min(earliest, tcp.time), tcp.time - (last - at) * 3 * MICROSECOND)
        ip = tcp.ip._replace(time=time, missing=tcp.ip.missing if at == last else 0, header=numbered(tcp.ip, last - at))
        yield packed_segment(tcp._replace(ip=ip, sequence=tcp.sequence + start, payload=tcp.payload[start:end],
                                          flags=tcp.flags if at == last else tcp.flags & ~(PSH | FIN)))


def numbered(ip, step):
    """The IP header with another id, the same one for each copy of a packet; 0 stays (RFC 6864: no need of one)."""
    ident = int.from_bytes(ip.header[4:6], "big")
    if ip.version == 6 or not ident or not step:
        return ip.header
    return ip.header[:4] + ((ident + 7919 * step) % 0xFFFF + 1).to_bytes(2, "big") + ip.header[6:]


def cut_where(capture, choose):
    """Each data segment cut where `choose(segment, starts of frames in it, or None)` says; copies of one are cut alike,
    else they would be no copies any more."""
    starts, chosen, out = FrameStarts(), {}, []
    for packet in capture.packets:
        tcp = segment(capture.link, packet)
        if tcp is None or len(tcp.payload) < 2 or tcp.flags & (SYN | RST):
            if tcp:
                starts.within(tcp)
            out.append(packet)
            continue
        offsets = starts.within(tcp)
        key = tcp.sequence, tcp.length, tcp.payload[:16]
        if key not in chosen:
            chosen[key] = sorted({cut for cut in choose(tcp, offsets) if 0 < cut < len(tcp.payload)})
        out += pieces(tcp, chosen[key], out[-1].time if out else 0)
    return one_file(out)


FRAME_HEAD = 14  # length, API, version, correlation id, and the client id's length


def cut_up(capture, rng):
    """Cut at random, mostly within the heads of frames."""
    def choose(tcp, starts):
        cuts = [rng.randrange(1, len(tcp.payload)) for _ in range(rng.randrange(2) if starts else rng.randrange(1, 4))]
        for start in rng.sample(starts, min(len(starts), 6)) if starts else ():
            cuts += [start + rng.randrange(FRAME_HEAD) for _ in range(rng.randrange(1, 3))]
        return cuts
    return cut_where(capture, choose)


def cut_up_behind_lengths(capture, rng):
    """Cut at random, but never within or right behind a frame's length; not at all where frames can't be told."""
    def choose(tcp, starts):
        if starts is None:
            return ()
        cuts = {rng.randrange(1, len(tcp.payload)) for _ in range(rng.randrange(1, 4))}
        for start in rng.sample(starts, min(len(starts), 6)):
            cuts |= {start + rng.randrange(5, FRAME_HEAD) for _ in range(rng.randrange(1, 3))}
        return cuts - {start + step for start in starts for step in range(1, 5)}
    return cut_where(capture, choose)


def single_bytes(capture, rng):
    """The first bytes of each segment one by one."""
    first = rng.choice((FRAME_HEAD, 20, 40))
    return cut_where(capture, lambda tcp, starts: range(1, first + 1))


def coalesced(capture, rng):
    """What follows on one another in one direction within a millisecond as one segment, as a network card may do it."""
    out, waiting = [], {}
    for packet in capture.packets:
        tcp = segment(capture.link, packet)
        if tcp is None:
            out.append(packet)
            continue
        plain = tcp.flags & ~PSH == ACK and tcp.length and not tcp.ip.missing
        at, first = waiting.pop(tcp.connection, (None, None))
        if plain and first and continues(first, tcp):
            out[at] = None
            tcp = tcp._replace(sequence=first.sequence, payload=first.payload + tcp.payload,
                               flags=first.flags | tcp.flags)
            packet = packed_segment(tcp)
        if plain:
            waiting[tcp.connection] = len(out), tcp
        out.append(packet)
    return one_file([packet for packet in out if packet])


def continues(first, tcp):
    return (first.direction == tcp.direction and first.end == tcp.sequence and tcp.time - first.time < MILLISECOND
            and first.ip.below == tcp.ip.below and first.length + tcp.length < 65_000)


def wrapped(capture, rng):
    """Each direction's sequence numbers moved so that they wrap in mid-stream. How far goes by where they begin and how
    far they run: the two sides of an address translation stay alike, and no others become so."""
    spans = {}
    for packet in capture.packets:
        tcp = segment(capture.link, packet)
        # A RST may stand anywhere: 0, or what the other side acknowledged.
        if tcp and not tcp.flags & RST:
            first, longest = spans.get(tcp.direction, (tcp.sequence, 0))
            way = (tcp.end - first) % MODULUS
            spans[tcp.direction] = first, max(longest, way if way < MODULUS // 2 else 0)
    shifts, seed = {}, rng.random()
    for way, (first, longest) in spans.items():
        if longest < 2:  # no byte that could stand behind the wrap
            continue
        share = random.Random(f"{seed} {first}").random()
        shifts[way] = (-first - int(longest * share)) % MODULUS

    def change(tcp):
        there = shifts.get(tcp.direction, 0)
        back = shifts.get((*tcp.destination, *tcp.source), 0)
        if tcp.flags & RST and tcp.flags & ACK and tcp.sequence == 0:  # from a host that knows no such connection
            there = 0
        acknowledged = (tcp.acknowledgement + back) % MODULUS if tcp.flags & ACK else tcp.acknowledgement
        return tcp._replace(sequence=(tcp.sequence + there) % MODULUS, acknowledgement=acknowledged,
                            options=with_moved_sack(tcp.options, back))

    def head(way, first):
        number = (int.from_bytes(first[4:8], "big") + shifts.get(way, 0)) % MODULUS
        return first[:4] + number.to_bytes(4, "big")
    return one_file([with_quoted(capture.link, packet, head) for packet in with_segments(capture, change)])


def with_moved_sack(options, by):
    out = bytearray(options)
    for kind, at, length in options_of(options):
        if kind == SACK:
            for edge in range(at, at + length - 3, 4):
                out[edge:edge + 4] = ((int.from_bytes(out[edge:edge + 4], "big") + by) % MODULUS).to_bytes(4, "big")
    return bytes(out)


def resent_partly(capture, rng):
    """Some segments are followed by part of their bytes once more; some begin with bytes of the one before."""
    segments = [segment(capture.link, packet) for packet in capture.packets]
    ends = next_ends(segments)
    out, extra, last = [], [], {}
    for packet, tcp, end in zip(capture.packets, segments, ends):
        data = tcp and tcp.flags & ~PSH == ACK and len(tcp.payload) > 1 and not tcp.ip.missing
        if data:
            before_it = last.get(tcp.direction)
            if before_it and before_it.end == tcp.sequence and rng.random() < 0.15:
                old = before_it.payload[-rng.randrange(1, len(before_it.payload)):]
                if len(old) + tcp.length < 65_000:
                    packet = packed_segment(tcp._replace(sequence=tcp.sequence - len(old), payload=old + tcp.payload))
            elif rng.random() < 0.15:
                time = min(tcp.time + rng.randrange(1, 3000) * MICROSECOND, end - 1)
                if time > tcp.time:
                    extra.append(packed_segment(part_of(tcp, rng).at(time)))
        if tcp and tcp.length:
            last[tcp.direction] = tcp if data else None
        out.append(packet)
    return one_file(by_time(out + extra))


def part_of(tcp, rng):
    start = rng.randrange(len(tcp.payload))
    part = tcp.payload[start:rng.randrange(start + 1, len(tcp.payload) + 1)]
    return tcp._replace(sequence=tcp.sequence + start, payload=part, ip=tcp.ip._replace(header=numbered(tcp.ip, 1)))


def next_ends(segments):
    """For each segment the time of its connection's next SYN, FIN or RST: a host sends nothing again behind these."""
    never, ends, out = 1 << 80, {}, []
    for tcp in reversed(segments):
        out.append(ends.get(tcp.connection, never) if tcp else never)
        if tcp and tcp.flags & (SYN | FIN | RST):
            ends[tcp.connection] = tcp.time
    return out[::-1]


def damaged(capture, rng):
    """Before some segments comes the same with one bit turned over, which its receiver drops for its checksum. Those of their
    sender are right otherwise, and were for a while."""
    out, sent, spoiled = [], Counter(), Counter()
    for packet in with_segments(capture, lambda tcp: tcp):
        tcp = segment(capture.link, packet)
        if tcp:
            host = tcp.ip.source
            sent[host] += 1
            trusted = sent[host] > 16 and sent[host] > 12 * (spoiled[host] + 1)
            if trusted and tcp.length and tcp.flags & ~PSH == ACK and not tcp.ip.missing and rng.random() < 0.2:
                spoiled[host] += 1
                bit, at = 1 << rng.randrange(8), len(packet.data) - 1 - rng.randrange(tcp.length)
                out.append(packet._replace(data=packet.data[:at] + bytes([packet.data[at] ^ bit]) + packet.data[at + 1:]))
                packet = packed_segment(tcp._replace(ip=tcp.ip._replace(header=numbered(tcp.ip, 1))))
        out.append(packet)
    return one_file(out)


def reordered(capture, rng):
    """Packets of one direction, within a millisecond, in another order. Between them the receiver sends nothing and the
    sender gets nothing, on any connection: so neither an effect comes before its cause nor anything else changes."""
    out, runs = list(capture.packets), {}

    def mix(way):
        run = runs.pop(way)
        for at, packet in zip(run, rng.sample([capture.packets[at] for at in run], len(run))):
            out[at] = packet._replace(time=capture.packets[at].time)

    for at, packet in enumerate(capture.packets):
        tcp = segment(capture.link, packet)
        if tcp is None:
            continue
        plain = tcp.flags & ~PSH == ACK
        for way in [way for way, run in runs.items()
                    if tcp.ip.source == way[2] or tcp.ip.destination == way[0]
                    or way == tcp.direction and not (plain and len(run) < 4 and within(run[0], packet, capture))]:
            mix(way)
        if plain:
            runs.setdefault(tcp.direction, []).append(at)
    for way in list(runs):
        mix(way)
    return one_file(out)


def within(first, packet, capture):
    return packet.time - capture.packets[first].time <= MILLISECOND


def acks_thinned(capture, rng):
    """Without every other pure acknowledgement that the same side's next packet covers soon."""
    soon, keep, following, thin = 40 * MILLISECOND, [], {}, {}
    for packet in reversed(capture.packets):
        tcp = segment(capture.link, packet)
        if tcp:
            later = following.get(tcp.direction)
            if (tcp.is_pure_ack and tcp.window and later and before(tcp.acknowledgement, later.acknowledgement)
                    and not later.flags & (SYN | RST) and later.flags & ACK and later.time - tcp.time < soon
                    and not any(kind == SACK for kind, _, _ in options_of(tcp.options + later.options))):
                thin[tcp.direction] = not thin.get(tcp.direction)
                if thin[tcp.direction]:
                    continue
            following[tcp.direction] = tcp
        keep.append(packet)
    return one_file(keep[::-1])


def no_options(capture, rng):
    """No TCP options. Windows are written as large as they were meant, as far as 16 bits hold that."""
    scales = {}

    def change(tcp):
        if tcp.flags & SYN:
            scales[tcp.direction] = next((tcp.options[at] for kind, at, _ in options_of(tcp.options)
                                          if kind == WINDOW_SCALE and at < len(tcp.options)), None)
            return tcp._replace(options=b"")
        other = scales.get((*tcp.destination, *tcp.source))
        scale = scales.get(tcp.direction) if other is not None else None
        return tcp._replace(options=b"", window=min(tcp.window << (scale or 0), 65_535))
    return one_file(with_segments(capture, change))


class Quiet:
    """What a connection's sides have said when it falls silent."""

    def __init__(self):
        self.last, self.over = {}, False

    def note(self, tcp):
        if tcp.flags & (SYN | FIN | RST):
            self.over = not tcp.flags & SYN
            self.last = {}
        elif not self.over:
            old = self.last.get(tcp.source)
            # Bytes sent again do not move the side's place.
            self.last[tcp.source] = old if old and before(tcp.end, old.end) else tcp

    def all_said(self):
        """Both sides have acknowledged all of the other's, and take more."""
        if len(self.last) != 2:
            return False
        one, other = self.last.values()
        return (one.acknowledgement == other.end and other.acknowledgement == one.end and one.window and other.window
                and not self.over)


def keep_alives(capture, rng):
    """Keep-alive probes, with no byte or one, and their answers, in the gaps of idle connections: right after the other
    side was heard, or where packets of that host, both ways, show that it lives."""
    segments = [tcp for packet in capture.packets if (tcp := segment(capture.link, packet))]
    heard = defaultdict(list)
    for tcp in segments:
        heard[tcp.ip.source, tcp.ip.destination].append(tcp.time)
    for times in heard.values():
        times.sort()
    states, extra = defaultdict(Quiet), []
    previous = {}
    for tcp in segments:
        state, last = states[tcp.connection], previous.get(tcp.connection)
        if last and tcp.time - last.time > SECOND and state.all_said():
            moments = [last.time + 50 * MILLISECOND]
            middle = (last.time + tcp.time) // 2
            if lives_at(heard, last, middle):
                moments.append(middle)
            for moment in moments:
                if rng.random() < 0.7:
                    extra += probe_and_answer(state.last[last.destination], state.last[last.source], moment, rng)
        state.note(tcp)
        previous[tcp.connection] = tcp
    return one_file(by_time(capture.packets + extra))


def lives_at(heard, tcp, moment):
    """Both hosts send to each other within 300 ms before this moment, and again within 300 ms behind it."""
    near = 300 * MILLISECOND
    for way in ((tcp.ip.source, tcp.ip.destination), (tcp.ip.destination, tcp.ip.source)):
        times = heard[way]
        at = bisect.bisect(times, moment)
        if not 0 < at < len(times) or moment - times[at - 1] > near or times[at] - moment > near:
            return False
    return True


def probe_and_answer(asker, answerer, moment, rng):
    def from_side(tcp, time, step, **fields):
        ip = tcp.ip._replace(time=time, missing=0, header=numbered(tcp.ip, step))
        kept = b"".join(bytes([1, 1, kind, length + 2]) + tcp.options[at:at + length]
                        for kind, at, length in options_of(tcp.options) if kind == TIMESTAMPS)
        return packed_segment(tcp._replace(ip=ip, flags=ACK, options=kept, **fields))
    bytes_again = rng.choice((b"", b"\0"))
    return [from_side(asker, moment, 1, sequence=asker.end - 1, acknowledgement=answerer.end, payload=bytes_again),
            from_side(answerer, moment + 200 * MICROSECOND, 2, sequence=answerer.end, acknowledgement=asker.end,
                      payload=b"")]


# IP.

def fragmented(capture, rng):
    """Big IPv4 packets in two or three fragments."""
    out = []
    for packet in capture.packets:
        ip = datagram(capture.link, packet)
        if ip is None or ip.version == 6 or ip.is_fragment or ip.missing or len(ip.body) < 200:
            out.append(packet)
            continue
        units = (len(ip.body) - 1) // 8
        cuts = sorted({rng.randrange(3, units + 1) * 8 for _ in range(rng.randrange(1, 3))})
        out += fragments(ip, cuts, out[-1].time if out else 0, rng.randrange(1, 0x10000))
    return one_file(out)


def fragments(ip, cuts, earliest, ident):
    """Don't-fragment goes, for so it could not be; the id is one of its own, for the fragments are told by it."""
    bounds = [0, *cuts, len(ip.body)]
    last = len(bounds) - 2
    for at, (start, end) in enumerate(zip(bounds, bounds[1:])):
        time = ip.time if at == last else max(min(earliest, ip.time), ip.time - (last - at) * MICROSECOND)
        place = start // 8 | (0x2000 if at < last else 0)
        header = ip.header[:4] + ident.to_bytes(2, "big") + place.to_bytes(2, "big") + ip.header[8:]
        yield packed(ip._replace(time=time, header=header, body=ip.body[start:end]))


VARIANTS = {
    "split": split,
    "files-shuffled": files_shuffled,
    "many-files": many_files,
    "files-by-connection": files_by_connection,
    "files-by-direction": files_by_direction,
    "shuffled": shuffled,
    "doubled": doubled,
    "router": router,
    "renamed": renamed,
    "ported": ported,
    "renumbered": renumbered,
    "coarse-clock-1": coarse_clock_1,
    "coarse-clock-10": coarse_clock_10,
    "moved": moved,
    "year-1971": in_year(31_536_000),
    "year-2039": in_year(2_177_452_800),
    "year-2100": in_year(4_102_444_800),
    "twice": twice,
    "cut-up": cut_up,
    "cut-up-behind-lengths": cut_up_behind_lengths,
    "single-bytes": single_bytes,
    "coalesced": coalesced,
    "wrapped": wrapped,
    "resent-partly": resent_partly,
    "damaged": damaged,
    "reordered": reordered,
    "acks-thinned": acks_thinned,
    "no-options": no_options,
    "keep-alives": keep_alives,
    "fragmented": fragmented,
}
# Those that are worth more than one seed.
SEEDS = {"cut-up": 3, "cut-up-behind-lengths": 2, "single-bytes": 2, "wrapped": 2, "resent-partly": 3, "damaged": 3, "reordered": 3,
         "keep-alives": 2, "fragmented": 2, "files-by-connection": 2, "shuffled": 2}
