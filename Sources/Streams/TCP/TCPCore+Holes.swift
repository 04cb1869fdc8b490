import Vocabulary

/// How late the capture may show a packet that its receiver acknowledged already.
private let lateCaptureNanoseconds = Span.milliseconds(200)
/// How long a hole stays open without acknowledgement where the other direction is not captured at all.
private let oneWayNanoseconds = Span.seconds(3)
/// The same where it is captured: TCP may still send the bytes again.
private let unacknowledgedNanoseconds = Span.seconds(60)

extension TCPCore {
    /// A hole appeared on a side: the flow joins those that are looked at.
    mutating func startHolding(_ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>, _ index: Int) {
        let note = notesOf(flow)
        if flow.side(index).pointee.heldFirst == FlowTable.none {
            note.side(index).pointee.holeSince = now
            note.side(index).pointee.ackMark = -1
            queueHole(slot, flow, index, now.adding(nanoseconds: oneWayNanoseconds))
        }
        guard !flow.pointee.marks.contains(.holding) else { return }
        flow.pointee.marks.insert(.holding)
        note.pointee.earlierHolder = lastHolder
        note.pointee.laterHolder = FlowTable.none
        if lastHolder == FlowTable.none {
            firstHolder = slot
        } else {
            notesOf(flows[lastHolder]).pointee.laterHolder = slot
        }
        lastHolder = slot
    }

    /// The flow leaves those looked at once neither side waits.
    mutating func settleHolder(_ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>) {
        guard flow.pointee.marks.contains(.holding), nextHeld(flow, 0) == .max, nextHeld(flow, 1) == .max
        else { return }
        flow.pointee.marks.remove(.holding)
        let (earlier, later) = (notesOf(flow).pointee.earlierHolder, notesOf(flow).pointee.laterHolder)
        if earlier == FlowTable.none {
            firstHolder = later
        } else {
            notesOf(flows[earlier]).pointee.laterHolder = later
        }
        if later == FlowTable.none {
            lastHolder = earlier
        } else {
            notesOf(flows[later]).pointee.earlierHolder = earlier
        }
    }

    /// Notes that the other side has what this capture still waits for.
    mutating func markAcknowledged(_ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>, _ index: Int) {
        let note = notesOf(flow).side(index)
        guard note.pointee.ackMark < flow.side(index).pointee.next + 1,
            flow.side(index).pointee.acknowledged >= nextHeld(flow, index)
        else { return }
        note.pointee.ackMark = flow.side(index).pointee.acknowledged
        note.pointee.ackMarkTime = now
        queueHole(slot, flow, index, now.adding(nanoseconds: lateCaptureNanoseconds))
    }

    /// The side's hole is looked at then, where it is not looked at earlier.
    private mutating func queueHole(
        _ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>, _ index: Int, _ due: CaptureTime
    ) {
        let note = notesOf(flow).side(index)
        guard due < note.pointee.queuedFor else { return }
        note.pointee.queuedFor = due
        holeQueue.add(
            HoleQueue.Entry(due: due, slot: slot, side: UInt8(index), frame: flow.pointee.firstFrame))
    }

    /// Declares the holes whose time has come.
    mutating func checkHoles() {
        // What is put back during this waits for the next tick, even at the end of all times.
        var left = holeQueue.count
        while left > 0, let due = holeQueue.first, due <= now {
            left -= 1
            let entry = holeQueue.take()
            let flow = flows[entry.slot]
            let index = Int(entry.side)
            guard flow.pointee.marks.contains(.live), flow.pointee.notes != FlowTable.none,
                notesOf(flow).side(index).pointee.queuedFor == entry.due
            else { continue }
            notesOf(flow).side(index).pointee.queuedFor = CaptureTime(nanoseconds: .max)
            if flow.pointee.marks.contains(.holding), nextHeld(flow, index) != .max {
                checkHole(entry.slot, flow, index)
            }
        }
    }

    /// The same for every hole: the capture's clock was set back, and what is due is no longer in order.
    mutating func checkAllHoles() {
        var slot = firstHolder
        while slot != FlowTable.none {
            let flow = flows[slot]
            let later = notesOf(flow).pointee.laterHolder
            for index in 0...1 where nextHeld(flow, index) != .max { checkHole(slot, flow, index) }
            slot = later
        }
    }

    private mutating func checkHole(_ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>, _ index: Int) {
        let note = notesOf(flow).side(index)
        if note.pointee.ackMark >= 0, isDue(note.pointee.ackMarkTime, lateCaptureNanoseconds) {
            let mark = note.pointee.ackMark
            note.pointee.ackMark = -1
            while nextHeld(flow, index) <= mark { declareHole(slot, flow, index) }
            if nextHeld(flow, index) != .max { markAcknowledged(slot, flow, index) }
        }
        let oneWay = flow.side(1 - index).pointee.packets == 0
        let patience = oneWay ? oneWayNanoseconds : unacknowledgedNanoseconds
        while nextHeld(flow, index) != .max, isDue(note.pointee.holeSince, patience) {
            declareHole(slot, flow, index)
        }
        guard nextHeld(flow, index) != .max else { return }
        var due = note.pointee.holeSince.adding(nanoseconds: patience)
        if note.pointee.ackMark >= 0 {
            due = min(due, note.pointee.ackMarkTime.adding(nanoseconds: lateCaptureNanoseconds))
        }
        queueHole(slot, flow, index, due)
    }

    /// Declares a side's first hole missing and hands on what is behind it.
    mutating func declareHole(_ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>, _ index: Int) {
        let target = nextHeld(flow, index)
        guard target != .max else { return }
        var (time, frame) = (now, flow.pointee.lastFrame)
        let first = flow.side(index).pointee.heldFirst
        if first != FlowTable.none {
            (time, frame) = (pages[first].pointee.time, pages[first].pointee.frame)
        } else {
            let note = notesOf(flow).side(index)
            (time, frame) = (note.pointee.finTime, note.pointee.finFrame)
        }
        declare(slot, flow, index, to: target, time, frame)
        drain(slot, flow, index)
    }

    /// A gap from `next` to an offset.
    mutating func declare(
        _ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>, _ index: Int, to target: Int64,
        _ time: CaptureTime, _ frame: FrameRef
    ) {
        let side = flow.side(index)
        let next = side.pointee.next
        guard target > next else { return }
        let reason = side.pointee.acknowledged >= target ? GapReason.notCaptured : .lost
        notesOf(flow).side(index).pointee.gapBytes += target - next
        flow.pointee.marks.insert(.delivered)
        side.pointee.next = target
        emit(.gap, slot, index, offset: next, length: target - next, time: time, frame: frame, reason: reason)
    }
}
