import Vocabulary

@testable import Streams

/// Reassembly against a plain model: the model marks which bytes the capture shows, by their places in the stream, and so
/// has them sorted. What is delivered must be its bytes, in its order, and holes must be where it has none.
enum ReassemblyFuzz {
    static func run(_ bytes: UnsafeBufferPointer<UInt8>) {
        var input = FuzzInput(bytes)
        let traffic = OrderedTraffic(isLossy: input.byte() & 1 != 0, wraps: input.byte() & 1 != 0)
        while !input.isEmpty, traffic.segments < 600 { traffic.step(&input) }
        traffic.finish()
    }
}

/// One side's stream: what is sent, and which of it a packet showed.
private struct PlainStream {
    let side: Side
    let base: UInt32
    /// Bytes sent so far, and whether each was seen.
    var seen: [Bool] = []
    /// Bytes that the other side has acknowledged: those that were not captured are a hole then.
    var acknowledged = 0
    /// Bytes delivered so far.
    var delivered: Int64 = 0

    /// What stands at a place: differs between sides and between neighbours.
    func byte(_ place: Int) -> UInt8 { UInt8(truncatingIfNeeded: place &* 31 &+ place >> 8 &+ side.index &* 97) }

    func bytes(_ range: Range<Int>) -> [UInt8] { range.map(byte) }

    mutating func show(_ range: Range<Int>) {
        for place in range { seen[place] = true }
    }

    mutating func take(_ event: StreamEvent) {
        if event.offset != delivered || event.length <= 0 { FuzzTarget.fail("\(event.kind) is out of order") }
        delivered += event.length
        guard delivered <= Int64(seen.count) else { FuzzTarget.fail("more told than was sent") }
        let range = Int(event.offset)..<Int(delivered)
        if event.kind == .data, !UnsafeBufferPointer(start: event.bytes, count: range.count).elementsEqual(bytes(range))
        {
            FuzzTarget.fail("other bytes than were sent")
        }
        if event.kind == .gap, event.gapReason != .cutBySnapLength, seen[range].contains(true) {
            FuzzTarget.fail("a hole where bytes were captured")
        }
    }

    func checkEnd(isLossy: Bool) {
        let shown = isLossy ? (seen.lastIndex(of: true) ?? -1) + 1 : seen.count
        // The last byte that is acknowledged, and that nobody saw, may have been a FIN.
        let told = shown < acknowledged ? acknowledged - 1...acknowledged : shown...shown
        if !told.contains(Int(delivered)) { FuzzTarget.fail("\(delivered) of \(told) bytes were told") }
    }
}

/// Two sides that send, and a capture that has their segments late, twice, in part or not at all.
private final class OrderedTraffic {
    private let isLossy: Bool
    private var sides: [PlainStream]
    private var streams: FuzzStreams?
    private var held: [FuzzSegment] = []
    private(set) var segments = 0
    /// As far apart as segments of one connection may be captured in another order.
    private static let heldAtMost = 6

    init(isLossy: Bool, wraps: Bool) {
        self.isLossy = isLossy
        let base: UInt32 = wraps ? .max - 700 : 5000
        sides = [PlainStream(side: .initiator, base: base), PlainStream(side: .responder, base: 77)]
        streams = FuzzStreams(Limits()) { [unowned self] batch in
            for event in batch.events where event.kind == .data || event.kind == .gap {
                sides[event.side.index].take(event)
            }
        }
        send(FuzzSegment.of(.initiator, .syn), .initiator, at: -1)
        send(FuzzSegment.of(.responder, [.syn, .ack]), .responder, at: -1)
        send(FuzzSegment.of(.initiator, .ack), .initiator, at: 0)
    }

    func step(_ input: inout FuzzInput) {
        let what = input.byte()
        let side: Side = what & 1 == 0 ? .initiator : .responder
        switch what >> 1 & 7 {
        case 0, 1: send(next(side, &input), side, at: nil)
        case 2: hold(next(side, &input), side)
        case 3 where !held.isEmpty: release(input.byte() % held.count)
        case 4: again(side, &input)
        case 5: send(FuzzSegment.of(side, .ack), side, at: sides[side.index].seen.count)
        case 6 where isLossy: _ = next(side, &input)
        case 7 where isLossy: cut(side, &input)
        default: send(next(side, &input), side, at: nil)
        }
    }

    func finish() {
        while !held.isEmpty { release(0) }
        streams?.finish()
        for side in sides { side.checkEnd(isLossy: isLossy) }
        streams = nil
    }

    /// The next bytes of a side.
    private func next(_ side: Side, _ input: inout FuzzInput) -> FuzzSegment {
        let start = sides[side.index].seen.count
        let count = 1 + input.byte() * (input.byte() % 8 == 0 ? 12 : 1)
        sides[side.index].seen += repeatElement(false, count: count)
        return data(side, start..<start + count)
    }

    private func data(_ side: Side, _ range: Range<Int>) -> FuzzSegment {
        var segment = FuzzSegment.of(side, .ack, sides[side.index].bytes(range))
        segment.headers.sequence = sides[side.index].base &+ 1 &+ UInt32(range.lowerBound)
        return segment
    }

    private func again(_ side: Side, _ input: inout FuzzInput) {
        let sent = sides[side.index].seen.count
        guard sent > 0 else { return }
        let start = max(0, sent - 1 - input.byte() * 4)
        send(data(side, start..<min(sent, start + 1 + input.byte() * 3)), side, at: nil)
    }

    private func cut(_ side: Side, _ input: inout FuzzInput) {
        var segment = next(side, &input)
        segment.captured = input.byte() % (segment.payload.count + 1)
        send(segment, side, at: nil)
    }

    private func hold(_ segment: FuzzSegment, _ side: Side) {
        held.append(segment)
        if held.count > Self.heldAtMost { release(0) }
    }

    private func release(_ index: Int) {
        let segment = held.remove(at: index)
        send(segment, segment.headers.sourcePort == FuzzSegment.client.port ? .initiator : .responder, at: nil)
    }

    /// - Parameter place: where in its stream a segment without bytes stands.
    private func send(_ segment: FuzzSegment, _ side: Side, at place: Int?) {
        var segment = segment
        segments += 1
        segment.time = CaptureTime(nanoseconds: Int64(segments) * 100_000)
        segment.headers.ipID = Int32(segments & 0xFFFF)
        let (own, other) = (sides[side.index], sides[side.other.index])
        if let place { segment.headers.sequence = own.base &+ 1 &+ UInt32(truncatingIfNeeded: place) }
        segment.headers.acknowledgement = other.base &+ 1 &+ UInt32(other.seen.count)
        sides[side.other.index].acknowledged = other.seen.count
        let start = Int(segment.headers.sequence &- own.base &- 1)
        if !segment.payload.isEmpty { sides[side.index].show(start..<start + segment.payload.count) }
        streams?.take(segment)
        for index in held.indices { held[index].age += 1 }
        if let old = held.firstIndex(where: { $0.age > Self.heldAtMost }) { release(old) }
    }
}
