import Vocabulary

/// Packets of several queues, or of a mirror port, may stand in the capture before the SYN that opened their connection. What
/// comes on ports of no known flow is kept for a moment: a SYN just behind it still says who is the client and where the streams
/// begin. Without one, it is what a capture that begins in mid-stream shows.
extension TCPCore {
    /// A SYN this much behind packets that followed it is theirs; nothing waits for longer.
    static let beginningNanoseconds = Span.milliseconds(10)
    /// So many segments in a moment are no beginning.
    private static let most = 16

    /// Nothing of the flow was taken yet: all that came is kept.
    @inline(__always)
    func isBeginning(_ flow: UnsafeMutablePointer<Flow>) -> Bool {
        flow.side(0).pointee.packets == 0 && flow.side(1).pointee.packets == 0
    }

    /// Keeps the first segment of a new flow, if its SYN may still come.
    /// - Returns: false where it is to be taken at once.
    mutating func keepBeginning(_ slot: FlowSlot, _ segment: Segment) -> Bool {
        guard !beginnings.isReplaying, !beginnings.isFull, !segment.isSyn, mayKeep(segment, slot) else { return false }
        let flow = flows[slot]
        for index in 0...1 {
            flow.side(index).pointee.firstTime = segment.time
            flow.side(index).pointee.lastTime = segment.time
        }
        strays.keep(segment, slot)
        flow.pointee.marks.insert(.straying)
        queues.move(slot, to: .midway, now: now, flows)
        beginnings.add(slot, segment)
        return true
    }

    /// Takes a further segment of a flow whose first ones are kept.
    @inline(never)
    mutating func takeBeginning(
        _ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>, _ segment: Segment,
        _ step: UnsafeMutablePointer<PreparedPackets.Step>
    ) {
        if segment.time.since(flow.firstTime).distanceFromZero <= Self.beginningNanoseconds, mayKeep(segment, slot),
            let known = strays.list(of: slot), known.segments.count < Self.most,
            !segment.isSyn || known.segments.allSatisfy({ $0.isBehind(segment) })
        {
            strays.keep(segment, slot)
            if segment.isSyn, known.segments.contains(where: { $0.isSyn && $0.from != segment.from }) {
                endBeginning(slot, flow)
            }
            return
        }
        endBeginning(slot, flow)
        let outer = beginnings.startReplay()
        take(segment, step, on: find(step))
        beginnings.isReplaying = outer
    }

    private func mayKeep(_ segment: Segment, _ slot: FlowSlot) -> Bool {
        strays.hasRoom(for: segment, slot, limit: limits.outOfOrderBytesPerStream)
    }

    /// Takes what was kept: a SYN first, then a SYN+ACK, then the rest in the capture's order.
    mutating func endBeginning(_ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>) {
        var step = PreparedPackets.Step()
        (step.key, step.hash) = (flow.pointee.key, flow.pointee.hash)
        let kept = strays.take(slot)
        flow.pointee.marks.remove(.straying)
        replay(kept.filter(\.isSyn).sorted { !$0.isAck && $1.isAck } + kept.filter { !$0.isSyn }, &step)
    }

    /// Takes what has waited for long enough.
    mutating func endBeginnings() {
        while let first = beginnings.first, isDue(first.time, Self.beginningNanoseconds) {
            beginnings.removeFirst()
            let flow = flows[first.slot]
            let isSame =
                flow.pointee.firstFrame == first.frame && flow.pointee.marks.isSuperset(of: [.live, .straying])
            if isSame, isBeginning(flow) { endBeginning(first.slot, flow) }
        }
    }
}

/// The flows that wait for their SYN, the longest waiting first. What finds no room is taken at once.
struct Beginnings {
    struct Entry {
        let slot: FlowSlot
        let frame: FrameRef
        let time: CaptureTime
    }

    private static let most = 4096
    private var entries: [Entry] = []
    private var head = 0
    var isFull: Bool { entries.count >= Self.most }
    /// What was kept is being taken now.
    var isReplaying = false

    /// - Returns: whether one is under way already.
    mutating func startReplay() -> Bool {
        defer { isReplaying = true }
        return isReplaying
    }

    var first: Entry? { head < entries.count ? entries[head] : nil }

    mutating func add(_ slot: FlowSlot, _ segment: Segment) {
        entries.append(Entry(slot: slot, frame: segment.frame, time: segment.time))
    }

    mutating func removeFirst() {
        head += 1
        guard head == entries.count else { return }
        entries.removeAll(keepingCapacity: true)
        head = 0
    }
}

extension StrayTable.Kept {
    /// No SYN of one connection is further from what came before it in the capture.
    private static let farthest = 1 << 16

    var isSyn: Bool { headers.flags.contains(.syn) }
    var isAck: Bool { headers.flags.contains(.ack) }

    /// Its numbers are those of a segment that follows a SYN, or SYN+ACK.
    fileprivate func isBehind(_ syn: Segment) -> Bool {
        if from == syn.from {
            if headers.flags.contains(.reset) { return true }
            return isClose(headers.sequence, to: syn.headers.pointee.sequence)
        }
        // A RST of an older connection has whatever number.
        if isAck, headers.flags.contains(.reset) { return headers.acknowledgement == syn.dataSequence }
        return !isAck || isClose(headers.acknowledgement, to: syn.headers.pointee.sequence)
    }

    private func isClose(_ number: UInt32, to first: UInt32) -> Bool {
        (0...Self.farthest).contains(Int(number &- first))
    }
}
