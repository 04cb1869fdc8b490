import Vocabulary

/// A connection whose last byte was not captured goes on at once if that byte was no FIN.
private let quietNanoseconds = Span.seconds(1)

extension TCPCore {
    /// What TCP says about a flow, copied out of the table.
    mutating func facts(_ slot: FlowSlot) -> TCPFacts {
        guard slot < flows.end else { return TCPFacts() }
        let flow = flows[slot]
        var note = flow.pointee.notes == FlowTable.none ? FlowNotes() : notes[flow.pointee.notes].pointee
        inferFins(flow, &note)
        let first = flow.initiatorIndex
        var facts = TCPFacts()
        facts.initiator = flow.pointee.key.endpoint(first)
        facts.responder = flow.pointee.key.endpoint(1 - first)
        (facts.firstTime, facts.lastTime) = (flow.firstTime, flow.lastTime)
        (facts.firstFrame, facts.lastFrame) = (flow.pointee.firstFrame, flow.pointee.lastFrame)
        (facts.synFrame, facts.synAckFrame) = (flow.pointee.synFrame, flow.pointee.synAckFrame)
        (facts.synAckTime, facts.lastSynTime) = (flow.pointee.synAckTime, flow.pointee.lastSynTime)
        facts.established = flow.pointee.marks.contains(.established)
        facts.synCount = Int(flow.pointee.synCount)
        facts.end = flow.pointee.end
        facts.pausedAt = pauses.first(behind: flow.lastTime)
        facts.sides.0 = sideFacts(flow, note, first)
        facts.sides.1 = sideFacts(flow, note, 1 - first)
        facts.firstCloser = firstCloser(flow, note).map(flow.name)
        addICMP(note, to: &facts)
        if flow.pointee.marks.contains(.twin) { facts.twinOf = twin(note) }
        return facts
    }

    /// The little of it that is asked at a flow's beginning; nil where there is no such flow.
    mutating func beginning(_ slot: FlowSlot) -> FlowBeginning? {
        guard slot < flows.end else { return nil }
        let flow = flows[slot]
        let first = flow.initiatorIndex
        return FlowBeginning(
            initiator: flow.pointee.key.endpoint(first), responder: flow.pointee.key.endpoint(1 - first),
            handshakeSeen: !flow.pointee.synFrame.isNone || !flow.pointee.synAckFrame.isNone,
            isTwin: flow.pointee.marks.contains(.twin),
            startsMidway: (
                flow.side(first).pointee.marks.contains(.midway), flow.side(1 - first).pointee.marks.contains(.midway)
            ))
    }

    /// A FIN that was not captured shows in the other side's acknowledgement of it.
    private mutating func inferFins(_ flow: UnsafeMutablePointer<Flow>, _ note: inout FlowNotes) {
        let lacks = (lacksFin(flow, 0), lacksFin(flow, 1))
        if lacks.0 { note.sides.0.inferFin(at: flow.side(0).pointee.seen) }
        if lacks.1 { note.sides.1.inferFin(at: flow.side(1).pointee.seen) }
    }

    /// The other side acknowledged one byte more than was captured of this one, or this one counted it, and the other closed
    /// too, or all went quiet.
    mutating func lacksFin(_ flow: UnsafeMutablePointer<Flow>, _ index: Int) -> Bool {
        let side = flow.side(index)
        guard !side.pointee.marks.contains(.finSeen), side.pointee.marks.contains(.baseKnown) else { return false }
        guard side.pointee.acknowledged == side.pointee.seen + 1 || countsBeyond(flow, index) else { return false }
        let peer = flow.side(1 - index)
        return !peer.pointee.marks.isDisjoint(with: [.finSeen, .resetSeen])
            || now.since(max(side.pointee.lastTime, peer.pointee.lastTime)) >= quietNanoseconds
    }

    /// The side's own number went one beyond what was captured of it.
    private func countsBeyond(_ flow: UnsafeMutablePointer<Flow>, _ index: Int) -> Bool {
        flow.pointee.notes != FlowTable.none
            && notes[flow.pointee.notes].side(index).pointee.ownBeyond == flow.side(index).pointee.seen + 1
    }

    private func addICMP(_ note: FlowNotes, to facts: inout TCPFacts) {
        (facts.icmpType, facts.icmpCode, facts.icmpSender) = (note.icmpType, note.icmpCode, note.icmpSender)
        (facts.icmpTime, facts.icmpFrame) = (note.icmpTime, note.icmpFrame)
    }

    private func twin(_ note: FlowNotes) -> TwinFlow {
        let first = note.twinInitiatorIsB ? 1 : 0
        return TwinFlow(initiator: note.twinKey.endpoint(first), responder: note.twinKey.endpoint(1 - first))
    }

    private func sideFacts(_ flow: UnsafeMutablePointer<Flow>, _ notes: FlowNotes, _ index: Int) -> SideFacts {
        let side = flow.side(index).pointee
        let note = index == 0 ? notes.sides.0 : notes.sides.1
        let other = index == 0 ? notes.sides.1 : notes.sides.0
        var facts = SideFacts()
        facts.payloadBytes = side.payloadBytes
        facts.acknowledged =
            note.finFrame.isNone ? side.acknowledged : min(side.acknowledged, note.finOffset)
        facts.streamEnd = max(side.seen, side.next)
        (facts.packets, facts.dataSegments) = (side.packets, side.dataSegments)
        (facts.firstTime, facts.lastTime) = (side.firstTime, side.lastTime)
        (facts.lastDataTime, facts.lastDataFrame) = (side.lastDataTime, side.lastDataFrame)
        (facts.ttlLow, facts.ttlHigh) = (side.ttlLow, side.ttlHigh)
        facts.startsMidway = side.marks.contains(.midway)
        addCounts(note, to: &facts)
        addBackoff(note, to: &facts)
        facts.unacknowledged = note.unacknowledged.all(end: side.lastTime, acknowledged: side.acknowledged)
        addWindow(flow, side, note, to: &facts)
        addEnding(note, peerFin: other.finFrame.isNone ? nil : other.finOffset, to: &facts)
        return facts
    }

    private func addCounts(_ note: SideNotes, to facts: inout SideFacts) {
        if let since = note.sentAheadSince, note.sentUpTo > facts.streamEnd {
            (facts.sentAhead, facts.sentAheadSince) = (note.sentUpTo - facts.streamEnd, since)
        }
        facts.retransmissions = note.retransmissions
        facts.retransmissionsUnanswered = note.retransmissionsUnanswered
        facts.resends = note.resends
        (facts.lateResends, facts.longestResend) = (note.lateResends, note.longestResend)
        facts.otherView = note.otherView
        facts.synAckRepeats = note.synAckRepeats
        facts.duplicatePackets = note.duplicatePackets
        facts.outOfOrder = note.outOfOrder
        facts.keepAlives = note.keepAlives
        (facts.gapBytes, facts.cutBytes, facts.beforeStart) = (note.gapBytes, note.cutBytes, note.beforeStart)
    }

    /// Only what stands since the other side was last heard, and was not acknowledged.
    private func addBackoff(_ note: SideNotes, to facts: inout SideFacts) {
        let resends = min(Int64(note.backoff.inVain(sent: facts.streamEnd)), note.retransmissionsUnanswered)
        guard resends >= Int64(Backoff.proof), facts.acknowledged < facts.streamEnd else { return }
        (facts.resentInVain, facts.inVainSince) = (resends, note.backoff.from)
    }

    private func addWindow(
        _ flow: UnsafeMutablePointer<Flow>, _ side: FlowSide, _ note: SideNotes, to facts: inout SideFacts
    ) {
        facts.zeroWindows = note.zeroWindows
        facts.zeroWindowNanoseconds = note.zeroWindowNanoseconds
        facts.windowIsClosed = side.marks.contains(.windowClosed)
        guard facts.windowIsClosed else { return }
        facts.windowClosedSince = note.windowRunBegan
        let closedFor = max(0, flow.lastTime.since(note.windowClosedAt))
        facts.zeroWindowNanoseconds = facts.zeroWindowNanoseconds.addingSaturated(closedFor)
    }

    private func addEnding(_ note: SideNotes, peerFin: Int64?, to facts: inout SideFacts) {
        (facts.finFrame, facts.finTime) = (note.finFrame, note.finTime)
        facts.finNotCaptured = note.finIsInferred
        facts.finAcknowledged = min(note.finAcknowledged, peerFin ?? .max)
        (facts.resetFrame, facts.resetTime) = (note.resetFrame, note.resetTime)
        (facts.resetTTL, facts.resetIPID, facts.resetWindow) = (note.resetTTL, note.resetIPID, note.resetWindow)
        (facts.resetHasOptions, facts.resetSequenceOffset) = (note.resetHasOptions, note.resetSequenceOffset)
        facts.packetsAfterReset = note.packetsAfterReset
    }

    /// The index of the side that closed first, by the rule that `TCPFacts.firstCloser` states.
    private func firstCloser(_ flow: UnsafeMutablePointer<Flow>, _ note: FlowNotes) -> Int? {
        let marks = flow.pointee.marks
        let fin = firstFin(flow, note)
        guard marks.contains(.anyReset) else { return fin }
        let resetter = marks.contains(.firstResetByB) ? 1 : 0
        guard let fin else { return resetter }
        guard marks.contains(.resetBeforeFin) else { return fin }
        // Captured before the FIN, but acknowledging it: sent after it.
        let resetNote = resetter == 0 ? note.sides.0 : note.sides.1
        let finNote = resetter == 0 ? note.sides.1 : note.sides.0
        return !finNote.finFrame.isNone && resetNote.resetAcknowledged > finNote.finOffset ? 1 - resetter : resetter
    }

    /// Of two FINs that were not captured: who acknowledges the other's with a number behind its own closed first.
    private func firstUnseenFin(_ flow: UnsafeMutablePointer<Flow>) -> Int? {
        let counts = (countsBeyond(flow, 0), countsBeyond(flow, 1))
        return counts.0 == counts.1 ? nil : (counts.0 ? 0 : 1)
    }

    /// The side whose FIN came first.
    private func firstFin(_ flow: UnsafeMutablePointer<Flow>, _ note: FlowNotes) -> Int? {
        let (a, b) = (note.sides.0, note.sides.1)
        if a.finFrame.isNone { return b.finFrame.isNone ? nil : 1 }
        if b.finFrame.isNone { return 0 }
        if a.finIsInferred, b.finIsInferred, let first = firstUnseenFin(flow) { return first }
        let aAnswers = a.finAcknowledged > b.finOffset
        let bAnswers = b.finAcknowledged > a.finOffset
        if aAnswers != bAnswers { return aAnswers ? 1 : 0 }
        return flow.pointee.marks.contains(.firstFinByB) ? 1 : 0
    }
}

extension SideNotes {
    fileprivate mutating func inferFin(at offset: Int64) {
        if !beyondFrame.isNone {
            (finFrame, finTime, finOffset) = (beyondFrame, beyondTime, offset)
        } else if !ownBeyondFrame.isNone {
            (finFrame, finTime, finOffset) = (ownBeyondFrame, ownBeyondTime, offset)
        }
    }

    fileprivate var finIsInferred: Bool {
        !finFrame.isNone && (finFrame == beyondFrame || finFrame == ownBeyondFrame)
    }
}
