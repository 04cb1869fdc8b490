"""Where Kafka's frames begin, so that cuts fall where they hurt."""
from .packets import MODULUS, SYN, before

# Longer than any frame of a plaintext capture here: what claims to be longer is TLS, or no Kafka.
LONGEST = 100_000_000


class FrameStarts:
    """Follows each direction's frames by their lengths, as far as the segments come in order."""

    def __init__(self):
        self.next, self.left, self.split = {}, {}, {}

    def within(self, tcp):
        """Offsets in this segment's payload at which frames begin; None where the stream can't be followed."""
        way = tcp.direction
        if tcp.flags & SYN:
            self.next[way], self.left[way], self.split[way] = tcp.end, 0, b""
            return []
        if not tcp.length:
            return []
        if way not in self.next:  # joined in mid-stream: as a rule, a segment's first byte is a frame's
            self.next[way], self.left[way], self.split[way] = tcp.sequence, 0, b""
        if self.left[way] is None or before(self.next[way], tcp.sequence):
            self.left[way] = None
            return None
        if tcp.sequence != self.next[way]:  # bytes seen before
            return None
        self.next[way] = (tcp.sequence + tcp.length) % MODULUS
        return self.follow(way, tcp)

    def follow(self, way, tcp):
        starts, at = [], 0
        while at < tcp.length:
            if self.left[way]:
                step = min(self.left[way], tcp.length - at)
                self.left[way] -= step
                at += step
                continue
            if not self.split[way]:
                starts.append(at)
            need = 4 - len(self.split[way])
            some = tcp.payload[at:at + need]
            self.split[way] += some
            at += need
            if len(self.split[way]) == 4:
                length = int.from_bytes(self.split[way], "big")
                self.split[way] = b""
                if not 0 < length < LONGEST:
                    self.left[way] = None
                    return None
                self.left[way] = length
            elif at < tcp.length:  # the length itself was not captured
                self.left[way] = None
                return starts
        return starts
