import Vocabulary

/// No window is larger (RFC 7323, 2.3): what lies further ahead is of another connection, or garbage.
private let greatestDistance: Int64 = 1 << 30

/// What fills a hole so soon behind its appearance came out of order, whatever the round trip.
let leastReorderNanoseconds = Span.milliseconds(3)

/// What is sent again so late held a request up (no TCP in use waits less for an acknowledgement).
private let lateResendNanoseconds = Span.milliseconds(200)

/// A stream's first data captured further than this behind where it was before: what was between is not in the capture.
private let longestOutOfOrder: Int64 = 1 << 20

extension TCPCore {
    /// Takes a segment's payload.
    mutating func data(_ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>, _ segment: Segment) {
        let side = flow.side(segment.from)
        guard side.pointee.marks.contains(.baseKnown) else { return }
        if side.pointee.marks.contains(.baseSoft) {
            bringBackProbe(slot, flow, segment)
            if takeFirstProbe(flow, segment) { return }
            settleBase(side, segment)
        }
        let offset = side.offset(segment.dataSequence, near: side.pointee.next)
        let end = offset + segment.length
        if offset == side.pointee.next, offset == side.pointee.seen, passPlain(slot, flow, segment) {
            return
        }
        guard end - side.pointee.next <= greatestDistance else { return countStray(segment.captured) }
        if segment.length == 1, isKeepAlive(side, offset) {
            notesOf(flow).side(segment.from).pointee.keepAlives += 1
            return
        }
        if offset < 0, side.pointee.marks.contains(.midway) {
            totals.bytesBeforeStart += min(end, 0) - offset
            notesOf(flow).side(segment.from).pointee.beforeStart = segment.time
            if end <= 0 { return }
        }
        side.pointee.dataSegments += 1
        if offset < side.pointee.seen { notePlace(slot, flow, segment, offset, end) }
        side.pointee.lastDataTime = segment.time
        side.pointee.lastDataFrame = segment.frame
        side.pointee.seen = max(side.pointee.seen, end)
        if flow.pointee.marks.contains(.twin) {
            side.pointee.next = max(side.pointee.next, end)
        } else {
            accept(slot, flow, segment, offset)
        }
    }

    /// The common segment: the next bytes, whole, on a flow where nothing waits. Does what the long way does for it.
    @inline(__always)
    private mutating func passPlain(
        _ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>, _ segment: Segment
    ) -> Bool {
        let side = flow.side(segment.from)
        guard let payload = segment.headers.pointee.payload, segment.captured == segment.length, segment.blanked == nil,
            segment.length <= greatestDistance, flow.pointee.marks.isDisjoint(with: [.holding, .twin]),
            !side.pointee.marks.contains(.finSeen), side.pointee.heldFirst == FlowTable.none
        else { return false }
        passNext(slot, flow, segment.from, segment.length, payload, segment.time, segment.frame)
        return true
    }

    /// Tells the next bytes of a side, which are whole and behind which nothing waits.
    @inline(__always)
    mutating func passNext(
        _ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>, _ index: Int, _ length: Int64,
        _ payload: UnsafePointer<UInt8>, _ time: CaptureTime, _ frame: FrameRef
    ) {
        let side = flow.side(index)
        let offset = side.pointee.next
        side.pointee.dataSegments += 1
        side.pointee.lastDataTime = time
        side.pointee.lastDataFrame = frame
        side.pointee.seen = offset + length
        side.pointee.next = offset + length
        countPayload(side, length)
        flow.pointee.marks.insert(.delivered)
        if offset == 0 { tellBeginning(slot, flow, index, time, frame) }
        events.append(
            StreamEvent(
                kind: .data, side: flow.name(index), slot: slot, offset: offset, length: length,
                acknowledged: side.pointee.acknowledged, bytes: payload, time: time, frame: frame, gapReason: .lost))
    }

    /// In order: handed on as it lies in the packet. Early: held.
    private mutating func accept(
        _ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>, _ segment: Segment, _ offset: Int64
    ) {
        let side = flow.side(segment.from)
        guard offset > side.pointee.next else {
            deliver(slot, flow, segment, offset)
            return
        }
        if makeRoom(slot, flow, segment, offset) {
            hold(slot, flow, segment, offset)
        } else {
            deliver(slot, flow, segment, offset)
        }
    }

    /// Hands on what is new of a segment that begins at or before `next`, then what waited behind it.
    /// The first copy of a byte wins, so what is held cuts the segment.
    private mutating func deliver(
        _ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>, _ segment: Segment, _ offset: Int64
    ) {
        let side = flow.side(segment.from)
        let end = offset + segment.length
        while side.pointee.next < end {
            var stop = end
            if side.pointee.heldFirst != FlowTable.none {
                stop = min(end, pages[side.pointee.heldFirst].pointee.offset)
            }
            if stop > side.pointee.next { pass(slot, flow, segment, offset, to: stop) }
            drain(slot, flow, segment.from)
        }
        if flow.pointee.marks.contains(.holding) { drain(slot, flow, segment.from) }
    }

    /// Hands on the segment's bytes from `next` to `stop`, and says what the snap length cut of them, or was blanked.
    private mutating func pass(
        _ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>, _ segment: Segment, _ offset: Int64, to stop: Int64
    ) {
        let side = flow.side(segment.from)
        let capturedEnd = min(stop, offset + segment.captured)
        while side.pointee.next < capturedEnd, let payload = segment.headers.pointee.payload {
            let next = side.pointee.next
            let piece = segment.piece(from: next - offset, to: capturedEnd - offset)
            let end = offset + piece.end
            guard end > next else { break }
            guard piece.isShown else {
                cut(slot, flow, segment.from, to: end, segment.time, segment.frame)
                continue
            }
            countPayload(side, end - next)
            flow.pointee.marks.insert(.delivered)
            side.pointee.next = end
            emit(
                .data, slot, segment.from, offset: next, length: end - next,
                bytes: payload + Int(next - offset), time: segment.time, frame: segment.frame)
        }
        if stop > side.pointee.next { cut(slot, flow, segment.from, to: stop, segment.time, segment.frame) }
    }

    /// Declares what the snap length cut, from `next` to `stop`.
    mutating func cut(
        _ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>, _ index: Int, to stop: Int64,
        _ time: CaptureTime, _ frame: FrameRef
    ) {
        let side = flow.side(index)
        let next = side.pointee.next
        notesOf(flow).side(index).pointee.cutBytes += stop - next
        flow.pointee.marks.insert(.delivered)
        side.pointee.next = stop
        emit(.gap, slot, index, offset: next, length: stop - next, time: time, frame: frame, reason: .cutBySnapLength)
    }

    /// Counts bytes that the capture shows for the first time.
    mutating func countPayload(_ side: UnsafeMutablePointer<FlowSide>, _ bytes: Int64) {
        side.pointee.payloadBytes += bytes
        totals.payloadBytes += bytes
    }

    /// The first data of a stream joined midway is offset 0, unless acknowledgements show that bytes before it are missing.
    private mutating func settleBase(_ side: UnsafeMutablePointer<FlowSide>, _ segment: Segment) {
        guard side.pointee.marks.contains(.baseSoft) else { return }
        let offset = side.offset(segment.dataSequence, near: 0)
        if offset + segment.length <= 0 { return }
        side.pointee.marks.remove(.baseSoft)
        // What the side's own empty segment numbered is what it sends next, but for a probe, one before that.
        let isOwn = side.pointee.marks.contains(.baseOwn) && offset > 1 && offset <= longestOutOfOrder
        if offset > 0, side.pointee.acknowledged <= 0, !isOwn { side.pointee.base = segment.dataSequence }
    }

    /// A byte before what is expected, though all was acknowledged: sent to get an answer, not to be read.
    private func isKeepAlive(_ side: UnsafeMutablePointer<FlowSide>, _ offset: Int64) -> Bool {
        // What was never told may be the stream's last byte, out of order.
        offset == side.pointee.seen - 1 && offset < side.pointee.next && side.pointee.acknowledged >= side.pointee.seen
    }

    /// Payload at a place already passed: sent again, or only out of order.
    private mutating func notePlace(
        _ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>, _ segment: Segment, _ offset: Int64, _ end: Int64
    ) {
        let side = flow.side(segment.from)
        let note = notesOf(flow).side(segment.from)
        let fills =
            end > side.pointee.next && side.pointee.next < nextHeld(flow, segment.from)
            && offset < nextHeld(flow, segment.from) && side.pointee.heldFirst != FlowTable.none
        if fills, segment.time.since(note.pointee.holeSince) <= reorderNanoseconds(flow) {
            note.pointee.outOfOrder += 1
        } else {
            note.pointee.retransmissions += 1
            emit(.resent, slot, segment.from, offset: offset, time: segment.time, frame: segment.frame)
            noteSentAgain(flow, segment.from)
            noteResend(flow, segment, end, fills: fills)
        }
    }

    /// How late it was sent again, and whether the first copy had been acknowledged by then.
    private mutating func noteResend(
        _ flow: UnsafeMutablePointer<Flow>, _ segment: Segment, _ end: Int64, fills: Bool
    ) {
        let side = flow.side(segment.from)
        let note = notesOf(flow).side(segment.from)
        let before = fills ? note.pointee.holeSince : side.pointee.lastDataTime
        let late = segment.time.since(before)
        // Old bytes that had arrived, at the head of new ones: no loss made the sender repeat them.
        guard end <= side.pointee.seen || side.pointee.acknowledged < side.pointee.seen else { return }
        // A copy that the capture shows late, or out of order, has the stamp of its day.
        guard stampIsNew || late >= leastReorderNanoseconds && late >= reorderNanoseconds(flow) else { return }
        note.pointee.resends += 1
        note.pointee.backoff.note(
            end - segment.length, at: segment.time, before: before, sent: max(side.pointee.seen, side.pointee.next))
        if late >= lateResendNanoseconds {
            note.pointee.lateResends += 1
            note.pointee.longestResend = max(note.pointee.longestResend, late)
        }
        if side.pointee.acknowledged >= end {
            knownSpans(notesOf(flow).side(1 - segment.from))?.pointee.noteDeafness(segment.time)
            return
        }
        // A closed window is no path.
        guard side.pointee.acknowledged >= 0, !flow.side(1 - segment.from).pointee.marks.contains(.windowClosed) else {
            return
        }
        var resend = UnacknowledgedSpan(
            from: min(before, segment.time), to: segment.time, frame: segment.frame, resends: 1,
            leastBytes: Int32(truncatingIfNeeded: segment.length))
        if end - segment.length <= side.pointee.acknowledged {
            (resend.headResends, resend.headBytes) = (1, resend.leastBytes)
        }
        spansOf(note).pointee.note(resend, acknowledged: side.pointee.acknowledged)
    }

    /// Later than this behind a hole's appearance, what fills it was sent again; sooner, it came out of order: half a round
    /// trip, as far as the handshake tells it.
    private func reorderNanoseconds(_ flow: UnsafeMutablePointer<Flow>) -> Int64 {
        guard !flow.pointee.synFrame.isNone, !flow.pointee.synAckFrame.isNone else { return leastReorderNanoseconds }
        return max(leastReorderNanoseconds, flow.pointee.synAckTime.since(flow.pointee.lastSynTime) / 2)
    }
}
