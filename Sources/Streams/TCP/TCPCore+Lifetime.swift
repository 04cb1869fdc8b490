import Vocabulary

/// An ended flow stays this long, so that stragglers still belong to it.
private let lingerNanoseconds = Span.seconds(2)
/// A SYN without an answer stays this long: Linux repeats it for 127 s.
private let attemptNanoseconds = Span.seconds(130)
/// A flow joined midway that is quiet for this long has probably ended unseen.
private let midwayNanoseconds = Span.seconds(3600)
/// Queues and holes are looked at no more often than this.
private let tickNanoseconds = Span.milliseconds(10)

/// Why a flow leaves the table.
enum LeaveReason {
    case quiet, reused, evicted, captureEnded
}

extension TCPCore {
    /// Opens a flow with its first packet.
    mutating func open(_ key: FlowKey, _ hash: UInt32, _ segment: Segment) -> FlowSlot {
        if live >= max(1, limits.liveConnections) { evict() }
        let slot = flows.take(Flow(key: key, hash: hash, frame: segment.frame))
        let flow = flows[slot]
        flow.pointee.marks.insert(.live)
        // SYN+ACK comes from the responder; else who speaks first is taken for the initiator.
        let answers = segment.isSyn && segment.flags.contains(.ack)
        if (segment.from == 1) != answers { flow.pointee.marks.insert(.initiatorIsB) }
        table.insert(hash, slot)
        live += 1
        totals.connections += 1
        var beginning = FlowBeginning(flow, segment.from)
        // Its first packet is told before it is taken.
        beginning.handshakeSeen = segment.isSyn && !segment.isReset
        emit(.opened, slot, segment.from, offset: Int64(begun.count), time: segment.time, frame: segment.frame)
        begun.append(beginning)
        return slot
    }

    /// Puts the flow where it waits for what can come next.
    mutating func requeue(_ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>, _ segment: Segment) {
        let queue = flow.pointee.queue
        // The common packet changes nothing.
        if queue == .whole || queue == .midway, segment.flags.rawValue & 7 == 0 { return }
        let proper = properQueue(flow)
        if proper != queue || proper == .ended || proper == .attempt { queues.move(slot, to: proper, now: now, flows) }
    }

    private func properQueue(_ flow: UnsafeMutablePointer<Flow>) -> QueueName {
        let marks = flow.pointee.marks
        let finished = flow.side(0).pointee.marks.contains(.finSeen) && flow.side(1).pointee.marks.contains(.finSeen)
        if finished || marks.contains(.anyReset) { return .ended }
        if flow.pointee.synCount == 0, flow.pointee.synAckFrame.isNone { return .midway }
        let answered = marks.contains(.established) || !flow.pointee.synAckFrame.isNone
        return answered ? .whole : .attempt
    }

    /// Looks at what is due, seldom enough to cost nothing. Time may have gone back; then nothing is due.
    mutating func tick() {
        guard isTickDue(now) else { return }
        let isBack = now < lastTick
        pauses.note(last: lastTick, now: now)
        lastTick = now
        nextTick = now.adding(nanoseconds: tickNanoseconds)
        endBeginnings()
        if isBack { checkAllHoles() } else { checkHoles() }
        sweep(.ended, lingerNanoseconds)
        sweep(.attempt, attemptNanoseconds)
        sweepMidway()
    }

    @inline(__always)
    func isTickDue(_ time: CaptureTime) -> Bool { time >= nextTick || time < lastTick }

    /// Whether a time is that long ago; or that far ahead, where the capture's clock was set back. What waits for a time
    /// that may never come would otherwise wait until the end, and all that is queued behind it.
    func isDue(_ time: CaptureTime, _ patience: Int64) -> Bool {
        let passed = now.since(time)
        return passed >= patience || passed <= -patience
    }

    /// Closes what waited long enough in a queue that each packet moves its flow to the end of.
    private mutating func sweep(_ queue: QueueName, _ patience: Int64) {
        while true {
            let slot = queues.first(queue)
            guard slot != FlowTable.none, isDue(flows[slot].lastTime, patience) else { return }
            close(slot, .quiet)
        }
    }

    /// Closes flows joined midway that are quiet; one that is not goes to the end and waits as long again.
    private mutating func sweepMidway() {
        let patience = Int32(truncatingIfNeeded: midwayNanoseconds / 1_000_000_000)
        while true {
            let slot = queues.first(.midway)
            guard slot != FlowTable.none else { return }
            let waited = Int32(bitPattern: FlowQueues.seconds(now) &- flows[slot].pointee.queuedAt)
            guard waited >= patience else { return }
            if now.since(flows[slot].lastTime) >= midwayNanoseconds {
                close(slot, .quiet)
            } else {
                queues.move(slot, to: .midway, now: now, flows)
            }
        }
    }

    /// Makes room for a flow: an ended one, else an attempt, else about the longest idle one.
    private mutating func evict() {
        totals.evictions += 1
        trips.note(
            "liveConnections", allowed: limits.liveConnections,
            leftOut: "connections idle for longest were closed early")
        var slot = queues.first(.ended)
        if slot == FlowTable.none { slot = queues.first(.attempt) }
        if slot == FlowTable.none { slot = idle() }
        if slot != FlowTable.none { close(slot, .evicted) }
    }

    /// The longest idle of the first few in the queues: those not idle since they were queued go to the end.
    private mutating func idle() -> FlowSlot {
        var best = FlowTable.none
        for queue in [QueueName.whole, .midway] {
            for _ in 0..<16 {
                let slot = queues.first(queue)
                guard slot != FlowTable.none else { break }
                let flow = flows[slot]
                if best == FlowTable.none || flow.lastTime < flows[best].lastTime { best = slot }
                if FlowQueues.seconds(flow.lastTime) == flow.pointee.queuedAt { break }
                queues.move(slot, to: queue, now: flow.lastTime, flows)
            }
        }
        return best
    }

    /// Tells all that is held, with its holes, then the end; the flow stays as it is until the batch has been read.
    mutating func close(_ slot: FlowSlot, _ reason: LeaveReason) {
        let flow = flows[slot]
        if flow.pointee.marks.contains(.straying) { settle(slot, flow) }
        for index in 0...1 { flush(slot, flow, index) }
        if flow.pointee.marks.contains(.suspect), flow.pointee.synAckFrame.isNone { confirmUnanswered(flow) }
        flow.pointee.end = endOf(flow, reason)
        flow.pointee.marks.remove(.live)
        if reason == .quiet { keepEnd(flow) }
        emit(
            .closed, slot, flow.initiatorIndex, offset: Int64(ends.count), time: flow.lastTime,
            frame: flow.pointee.lastFrame)
        ends.append(end(flow, left: reason == .captureEnded ? nil : now))
        table.remove(flow.pointee.hash, slot)
        queues.remove(slot, flows)
        live -= 1
        leaving.append(slot)
    }

    /// Nothing more comes that would show what is kept to be of this flow, or of another.
    @inline(never)
    private mutating func settle(_ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>) {
        if isBeginning(flow) { endBeginning(slot, flow) } else { dropStrays(slot, flow) }
    }

    /// An ended connection leaves its last numbers behind.
    private mutating func keepEnd(_ flow: UnsafeMutablePointer<Flow>) {
        guard [.fin, .reset, .refused].contains(flow.pointee.end) else { return }
        var entry = EndedConnections.Entry(key: flow.pointee.key, known: true, time: flow.lastTime)
        for index in 0...1 {
            let side = flow.side(index)
            guard side.pointee.marks.contains(.baseKnown) else { return }
            // A FIN, captured or not, counts as a byte.
            entry.end[index] = side.sequence(max(side.pointee.seen, side.pointee.acknowledged - 1) + 1)
        }
        ended.add(entry, flow.pointee.hash)
    }

    /// Declares all holes of a side, and bytes at its end that were acknowledged but never shown.
    private mutating func flush(_ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>, _ index: Int) {
        let side = flow.side(index)
        while nextHeld(flow, index) != .max { declareHole(slot, flow, index) }
        guard side.pointee.marks.contains(.baseKnown), !side.pointee.marks.contains(.finSeen) else { return }
        // A single byte may be a FIN that was not captured.
        guard side.pointee.acknowledged > side.pointee.next + 1 else { return }
        declare(slot, flow, index, to: side.pointee.acknowledged, flow.lastTime, flow.pointee.lastFrame)
    }

    mutating func endOf(_ flow: UnsafeMutablePointer<Flow>, _ reason: LeaveReason) -> TCPFacts.End {
        let marks = flow.pointee.marks
        if marks.contains(.refused) { return .refused }
        let onlySyns = flow.pointee.synCount > 0 && flow.pointee.synAckFrame.isNone && !marks.contains(.established)
        if onlySyns { return marks.contains(.icmp) ? .rejected : .noAnswer }
        if marks.contains(.anyReset), marks.contains(.resetBeforeBothFins) { return .reset }
        let state = end(flow, left: nil)
        let fins = [0, 1].count { flow.side($0).pointee.marks.contains(.finSeen) || state.lacksFin($0) }
        if fins == 2 { return .fin }
        let quiet = now.since(flow.lastTime) >= lingerNanoseconds
        if fins == 1, reason == .reused || quiet && reason != .evicted { return .fin }
        return reason == .captureEnded || reason == .reused ? .stillOpen : .evicted
    }

    /// What is still there, in order of first frame.
    func openSlots() -> [FlowSlot] {
        var slots: [FlowSlot] = []
        slots.reserveCapacity(live)
        for slot in 0..<flows.end where flows[slot].pointee.marks.contains(.live) { slots.append(slot) }
        slots.sort { (flows[$0].pointee.firstFrame, $0) < (flows[$1].pointee.firstFrame, $1) }
        return slots
    }
}
