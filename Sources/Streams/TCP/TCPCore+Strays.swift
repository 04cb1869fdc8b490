import Vocabulary

/// No window is that large (RFC 7323 allows a gigabyte, nobody's buffers do): what lies further off on both sides at once is
/// of another connection, or follows a long hole in the capture.
private let farBytes: Int64 = 4 << 20
/// Ports are used again only when their connection has ended, which takes a while.
private let quietNanoseconds = Span.seconds(1)
/// How much faster than before a connection may have been while the capture missed it.
private let burst: Double = 8
/// A RST made for a segment that crossed others has the number that it acknowledged, a little behind.
private let leastBehind: Int64 = 65_536

/// So many segments in a row, one behind the other, are a stream that goes on behind a hole of the capture.
private let convincing = 8

/// Segments of no known position. Where the other end answers them, a connection has begun on these ports whose SYN is not in
/// the capture (RFC 9293, 3.4.1 tells of such ports used again), or this one goes on behind a long hole; till then nothing is
/// concluded from them, as their receiver drops what lies outside its window (RFC 9293, 3.10.7.4).
extension TCPCore {
    /// Takes a segment that is of another connection than its flow: keeps it until the other end agrees.
    /// - Returns: false where the segment is the flow's own.
    @inline(__always)
    mutating func takeStray(
        _ slot: FlowSlot, _ segment: Segment, _ step: UnsafeMutablePointer<PreparedPackets.Step>
    ) -> Bool {
        let flow = flows[slot]
        if isNear(flow, segment), !flow.pointee.marks.contains(.straying) { return false }
        return takeFar(slot, flow, segment, step)
    }

    /// Within a window of where both sides are: what nearly every segment is.
    @inline(__always)
    private func isNear(_ flow: UnsafeMutablePointer<Flow>, _ segment: Segment) -> Bool {
        let (side, peer) = (flow.side(segment.from), flow.side(1 - segment.from))
        let ahead = segment.headers.pointee.sequence &- side.sequence(side.pointee.seen)
        let peerAhead = segment.headers.pointee.acknowledgement &- peer.sequence(peer.pointee.seen)
        let far = UInt32(farBytes)
        return segment.flags.intersection([.syn, .reset, .ack]) == .ack && ahead &+ far <= 2 * far
            && peerAhead &+ far <= 2 * far
    }

    @inline(never)
    private mutating func takeFar(
        _ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>, _ segment: Segment,
        _ step: UnsafeMutablePointer<PreparedPackets.Step>
    ) -> Bool {
        if isBeginning(flow), flow.pointee.marks.contains(.straying) {
            takeBeginning(slot, flow, segment, step)
            return true
        }
        if isUnacceptable(flow, segment), !endsStrays(slot, flow, segment) {
            countStray(segment.captured)
            return true
        }
        let isAhead = isFarAhead(flow, segment)
        guard isAhead || isStray(flow, segment) || endsStrays(slot, flow, segment) else {
            if flow.pointee.marks.contains(.straying) { settleStrays(slot, flow, segment, step) }
            return false
        }
        guard let known = strays.list(of: slot) else {
            keepStray(slot, flow, segment)
            return true
        }
        switch known.relation(segment, within: Int32(farBytes)) {
        case .agrees:
            keepStray(slot, flow, segment)
            if isAhead { goOn(slot, flow, step) } else { beginAnew(slot, flow, step) }
        case .follows:
            keepStray(slot, flow, segment)
            if isAhead, known.segments.count + 1 >= convincing { goOn(slot, flow, step) }
        case .none:
            dropStrays(slot, flow)
            keepStray(slot, flow, segment)
        }
        return true
    }

    /// A segment of the flow's own comes while others wait: it agrees with them, or shows that nobody took them.
    private mutating func settleStrays(
        _ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>, _ segment: Segment,
        _ step: UnsafeMutablePointer<PreparedPackets.Step>
    ) {
        guard !segment.isReset, let known = strays.list(of: slot), let last = known.segments.last else { return }
        if known.relation(segment, within: Int32(farBytes)) == .agrees { return goOn(slot, flow, step) }
        // What the other end says of its own may have been on its way before.
        if segment.from != last.from, isAheadOnly(flow, last) { return }
        dropStrays(slot, flow)
    }

    /// The connection goes on behind a hole of the capture.
    private mutating func goOn(
        _ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>, _ step: UnsafeMutablePointer<PreparedPackets.Step>
    ) {
        let kept = strays.take(slot)
        flow.pointee.marks.remove(.straying)
        replay(kept, step)
    }

    /// What no receiver takes, whatever comes of it.
    private func isUnacceptable(_ flow: UnsafeMutablePointer<Flow>, _ segment: Segment) -> Bool {
        let (side, peer) = (flow.side(segment.from), flow.side(1 - segment.from))
        guard !segment.isSyn else { return false }
        let isFromOpener = segment.from == flow.initiatorIndex
        // RFC 5961, 4: a SYN for ports of a connection that is still there is answered by an ACK with that one's numbers;
        // RFC 9293, 3.10.7.3: in SYN-SENT such an ACK is answered by a RST, and nothing else is done.
        let isOpening =
            flow.pointee.synCount > 0 && flow.pointee.synAckFrame.isNone
            && !flow.pointee.marks.contains(.established)
        if isOpening, !isFromOpener, segment.flags.contains(.ack) {
            return isOutside(peer.offset(segment.headers.pointee.acknowledgement, near: 0), segment.isReset ? -1 : 0)
        }
        guard segment.isReset, side.pointee.marks.intersection([.baseKnown, .baseSoft]) == .baseKnown else {
            return false
        }
        if isOpening { return isFromOpener && isOutside(side.offset(segment.headers.pointee.sequence, near: 0), -1) }
        // RFC 5961, 3: a RST outside the window is dropped without a word.
        guard flow.pointee.marks.contains(.established), peer.pointee.packets > 0 else { return false }
        let reached = max(side.pointee.seen, side.pointee.acknowledged)
        let offset = side.offset(segment.headers.pointee.sequence, near: reached)
        if offset > reached + farBytes { return !mayHaveSent(flow, offset - reached, by: segment.time) }
        return offset < side.pointee.acknowledged - leastBehind
    }

    private func isOutside(_ offset: Int64, _ least: Int64) -> Bool { offset < least || offset > farBytes }

    /// Beyond any window, though the other side's numbers are the flow's: damaged or old, or behind a long hole.
    private func isFarAhead(_ flow: UnsafeMutablePointer<Flow>, _ segment: Segment) -> Bool {
        let (side, peer) = (flow.side(segment.from), flow.side(1 - segment.from))
        guard segment.flags.intersection([.syn, .reset, .ack]) == .ack,
            side.pointee.marks.intersection(peer.pointee.marks).contains(.baseKnown), side.pointee.dataSegments > 0
        else { return false }
        let reached = max(side.pointee.seen, side.pointee.acknowledged)
        let ahead = side.offset(segment.headers.pointee.sequence, near: reached) - reached
        let peerReached = max(peer.pointee.seen, peer.pointee.acknowledged)
        let peerAhead = peer.offset(segment.headers.pointee.acknowledgement, near: peerReached) - peerReached
        return ahead > farBytes && ahead <= 1 << 30 && abs(peerAhead) <= farBytes
    }

    private func isAheadOnly(_ flow: UnsafeMutablePointer<Flow>, _ kept: StrayTable.Kept) -> Bool {
        withUnsafePointer(to: kept.headers) {
            isFarAhead(flow, Segment(headers: $0, time: kept.time, frame: kept.frame, from: kept.from))
        }
    }

    /// A segment's numbers cannot be the flow's: they are before all that it had, or beyond any window; or both are so far
    /// ahead that it cannot have sent as much since, or far back though all was quiet.
    private func isStray(_ flow: UnsafeMutablePointer<Flow>, _ segment: Segment) -> Bool {
        let (side, peer) = (flow.side(segment.from), flow.side(1 - segment.from))
        guard segment.flags.intersection([.syn, .reset, .ack]) == .ack,
            side.pointee.marks.intersection(peer.pointee.marks).contains(.baseKnown)
        else { return false }
        let reached = max(side.pointee.seen, side.pointee.acknowledged)
        let offset = side.offset(segment.headers.pointee.sequence, near: reached)
        let peerReached = max(peer.pointee.seen, peer.pointee.acknowledged)
        let peerOffset = peer.offset(segment.headers.pointee.acknowledgement, near: peerReached)
        let (ahead, peerAhead) = (offset - reached, peerOffset - peerReached)
        let isOut = offset < -farBytes || ahead > 1 << 30
        let isPeerOut = peerOffset < -farBytes || peerAhead > 1 << 30
        if isOut || isPeerOut {
            if isOut && isPeerOut { return true }
            // Where one side was never captured, its numbers are hearsay; and one number alone may be damaged.
            return side.pointee.packets > 0 && peer.pointee.packets > 0 && offset != side.pointee.seen
        }
        guard abs(ahead) > farBytes, abs(peerAhead) > farBytes else { return false }
        if ahead > 0, peerAhead > 0 { return !mayHaveSent(flow, max(ahead, peerAhead), by: segment.time) }
        // Numbers that the flow had long ago. A copy of its packets that comes late comes while it goes on.
        return segment.time.since(flow.lastTime) >= quietNanoseconds
    }

    /// A RST is taken at its word only where others were at its place before it.
    private func endsStrays(_ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>, _ segment: Segment) -> Bool {
        guard segment.isReset, flow.pointee.marks.contains(.straying), let known = strays.list(of: slot) else {
            return false
        }
        return known.relation(segment, within: Int32(farBytes)) != .none
    }

    /// Whether the connection may have got that far ahead in a hole of the capture, at the pace it had.
    private func mayHaveSent(_ flow: UnsafeMutablePointer<Flow>, _ bytes: Int64, by time: CaptureTime) -> Bool {
        let life = Double(max(Span.milliseconds(1), flow.lastTime.since(flow.firstTime)))
        let missed = Double(max(0, time.since(flow.lastTime)))
        let sent = Double(flow.side(0).pointee.seen) + Double(flow.side(1).pointee.seen)
        return Double(bytes) <= Double(4 * farBytes) + burst * sent * (missed / life)
    }

    private mutating func keepStray(_ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>, _ segment: Segment) {
        guard strays.hasRoom(for: segment, slot, limit: limits.outOfOrderBytesPerStream) else {
            dropStrays(slot, flow)
            countStray(segment.captured)
            return
        }
        strays.keep(segment, slot)
        flow.pointee.marks.insert(.straying)
    }

    /// Nobody agreed: the bytes belong to no stream.
    mutating func dropStrays(_ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>) {
        flow.pointee.marks.remove(.straying)
        for kept in strays.take(slot) {
            countStray(kept.captured)
            kept.payload?.deallocate()
        }
    }

    /// Counts a segment with bytes of no known position.
    mutating func countStray(_ bytes: Int64) {
        totals.strays += 1
        totals.strayBytes += bytes
    }

    /// Both ends are elsewhere: the flow has ended unseen, and the next one takes what was kept.
    private mutating func beginAnew(
        _ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>, _ step: UnsafeMutablePointer<PreparedPackets.Step>
    ) {
        let kept = strays.take(slot)
        flow.pointee.marks.remove(.straying)
        close(slot, .reused)
        replay(kept, step)
    }

    /// Takes what was kept, in its order.
    mutating func replay(
        _ kept: [StrayTable.Kept], _ step: UnsafeMutablePointer<PreparedPackets.Step>
    ) {
        let outer = beginnings.startReplay()
        defer { beginnings.isReplaying = outer }
        for segment in kept {
            // Its events point there until the next batch.
            if let payload = segment.payload { strays.lend(payload) }
            withUnsafePointer(to: segment.headers) {
                let segment = Segment(headers: $0, time: segment.time, frame: segment.frame, from: segment.from)
                take(segment, step, on: find(step))
            }
        }
    }
}

/// Segments that wait for their connection to show itself.
struct StrayTable: ~Copyable {
    struct Kept {
        var headers: PacketHeaders
        let time: CaptureTime
        let frame: FrameRef
        let from: Int
        let captured: Int64
        let payload: UnsafeMutablePointer<UInt8>?
    }

    struct List {
        var segments: [Kept] = []
        var bytes = 0
    }

    private static let segmentsKept = 64
    private static let listsKept = 1024

    private var lists: [FlowSlot: List] = [:]
    var lent: [UnsafeMutablePointer<UInt8>] = []

    init() {}

    deinit {
        for list in lists.values { for kept in list.segments { kept.payload?.deallocate() } }
        for payload in lent { payload.deallocate() }
    }

    func list(of slot: FlowSlot) -> List? { lists[slot] }

    func hasRoom(for segment: Segment, _ slot: FlowSlot, limit: Int) -> Bool {
        guard let list = lists[slot] else { return lists.count < Self.listsKept }
        return list.segments.count < Self.segmentsKept && list.bytes + Int(segment.captured) <= min(limit, 256 << 10)
    }

    mutating func keep(_ segment: Segment, _ slot: FlowSlot) {
        let count = Int(segment.captured)
        var (headers, payload) = (segment.headers.pointee, nil as UnsafeMutablePointer<UInt8>?)
        if count > 0, let bytes = segment.headers.pointee.payload {
            let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: count)
            copy.update(from: bytes, count: count)
            payload = copy
        }
        headers.payload = payload.map { UnsafePointer($0) }
        lists[slot, default: List()].segments.append(
            Kept(
                headers: headers, time: segment.time, frame: segment.frame, from: segment.from,
                captured: segment.captured, payload: payload))
        lists[slot]?.bytes += count
    }

    mutating func take(_ slot: FlowSlot) -> [Kept] { lists.removeValue(forKey: slot)?.segments ?? [] }

    /// Keeps bytes until the next batch.
    mutating func lend(_ payload: UnsafeMutablePointer<UInt8>) { lent.append(payload) }

    mutating func recycle() { Self.recycle(&lent) }

    static func recycle(_ lent: inout [UnsafeMutablePointer<UInt8>]) {
        guard !lent.isEmpty else { return }
        for payload in lent { payload.deallocate() }
        lent.removeAll(keepingCapacity: true)
    }
}

extension StrayTable.List {
    enum Relation { case agrees, follows, none }

    /// What a segment is to those kept: it comes behind them, or from the other end and is where they say that it is.
    func relation(_ segment: Segment, within distance: Int32) -> Relation {
        guard let last = segments.last else { return .none }
        let (sequence, number) = (segment.headers.pointee.sequence, segment.headers.pointee.acknowledgement)
        let end = last.headers.sequence &+ UInt32(truncatingIfNeeded: last.headers.payloadLength)
        let own = segment.from == last.from ? end : last.headers.acknowledgement
        let other = segment.from == last.from ? last.headers.acknowledgement : end
        guard isNear(sequence, own, distance), isNear(number, other, distance) else { return .none }
        return segment.from == last.from ? .follows : .agrees
    }

    private func isNear(_ one: UInt32, _ two: UInt32, _ distance: Int32) -> Bool {
        let difference = Int32(bitPattern: one &- two)
        return difference >= -distance && difference <= distance
    }
}
