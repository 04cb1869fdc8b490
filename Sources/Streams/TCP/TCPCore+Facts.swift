public import Vocabulary

/// A connection whose last byte was not captured goes on at once if that byte was no FIN.
private let quietNanoseconds = Span.seconds(1)

/// A flow at its end, where it lies. It is neither changed nor used again before the batch that tells its end has been read.
public struct FlowEnd {
    let flow: UnsafeMutablePointer<Flow>
    let notes: UnsafeMutablePointer<FlowNotes>?
    /// Each side's times without an acknowledgement, by key order.
    let spans: (UnsafeMutablePointer<UnacknowledgedSpans>?, UnsafeMutablePointer<UnacknowledgedSpans>?)
    let now: CaptureTime
    /// When the capture first paused behind it.
    let pausedAt: CaptureTime?
    /// Capture time when it left the table; nil: with the capture's end.
    public let left: CaptureTime?
}

extension TCPCore {
    /// A flow as it would be told if it ended now.
    mutating func end(_ flow: UnsafeMutablePointer<Flow>, left: CaptureTime?) -> FlowEnd {
        let notes = flow.pointee.notes == FlowTable.none ? nil : self.notes[flow.pointee.notes]
        let spans = (notes.flatMap { knownSpans($0.side(0)) }, notes.flatMap { knownSpans($0.side(1)) })
        return FlowEnd(
            flow: flow, notes: notes, spans: spans,
            now: now, pausedAt: pauses.first(behind: flow.lastTime), left: left)
    }
}

extension FlowBeginning {
    /// What is known of a flow by now.
    init(_ flow: UnsafeMutablePointer<Flow>, _ index: Int) {
        let first = flow.initiatorIndex
        initiator = flow.pointee.key.endpoint(first)
        responder = flow.pointee.key.endpoint(1 - first)
        firstFrame = flow.pointee.firstFrame
        let hasBoth = !flow.pointee.synFrame.isNone && !flow.pointee.synAckFrame.isNone
        roundTrip = hasBoth ? max(-1, flow.pointee.synAckTime.since(flow.pointee.lastSynTime)) : -1
        handshakeSeen = !flow.pointee.synFrame.isNone || !flow.pointee.synAckFrame.isNone
        isTwin = flow.pointee.marks.contains(.twin)
        startsMidway = flow.side(index).pointee.marks.contains(.midway)
    }
}

extension FlowEnd {
    /// What TCP says about the flow, copied out of the table.
    public var facts: TCPFacts {
        var note = notes?.pointee ?? FlowNotes()
        inferFins(&note)
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
        facts.pausedAt = pausedAt
        facts.sides.0 = sideFacts(note, first)
        facts.sides.1 = sideFacts(note, 1 - first)
        facts.firstCloser = firstCloser(note).map(flow.name)
        addICMP(note, to: &facts)
        if flow.pointee.marks.contains(.twin) { facts.twinOf = twin(note) }
        return facts
    }

    /// The sequence number of a side's first byte.
    public func firstSequence(_ side: Side) -> UInt32 {
        flow.side(side == .initiator ? flow.initiatorIndex : 1 - flow.initiatorIndex).pointee.base
    }

    /// A FIN that was not captured shows in the other side's acknowledgement of it.
    private func inferFins(_ note: inout FlowNotes) {
        let lacks = (lacksFin(0), lacksFin(1))
        if lacks.0 { note.sides.0.inferFin(at: flow.side(0).pointee.seen) }
        if lacks.1 { note.sides.1.inferFin(at: flow.side(1).pointee.seen) }
    }

    /// The other side acknowledged one byte more than was captured of this one, or this one counted it, and the other closed
    /// too, or all went quiet.
    func lacksFin(_ index: Int) -> Bool {
        let side = flow.side(index)
        guard !side.pointee.marks.contains(.finSeen), side.pointee.marks.contains(.baseKnown) else { return false }
        guard side.pointee.acknowledged == side.pointee.seen + 1 || countsBeyond(index) else { return false }
        let peer = flow.side(1 - index)
        return !peer.pointee.marks.isDisjoint(with: [.finSeen, .resetSeen])
            || now.since(max(side.pointee.lastTime, peer.pointee.lastTime)) >= quietNanoseconds
    }

    /// The side's own number went one beyond what was captured of it.
    private func countsBeyond(_ index: Int) -> Bool {
        notes.map { $0.side(index).pointee.ownBeyond == flow.side(index).pointee.seen + 1 } ?? false
    }

    private func addICMP(_ note: FlowNotes, to facts: inout TCPFacts) {
        (facts.icmpType, facts.icmpCode, facts.icmpSender) = (note.icmpType, note.icmpCode, note.icmpSender)
        (facts.icmpTime, facts.icmpFrame) = (note.icmpTime, note.icmpFrame)
    }

    private func twin(_ note: FlowNotes) -> TwinFlow {
        let first = note.twinInitiatorIsB ? 1 : 0
        return TwinFlow(initiator: note.twinKey.endpoint(first), responder: note.twinKey.endpoint(1 - first))
    }

    private func sideFacts(_ notes: FlowNotes, _ index: Int) -> SideFacts {
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
        if let spans = index == 0 ? spans.0 : spans.1 {
            facts.unacknowledged = spans.pointee.all(end: side.lastTime, acknowledged: side.acknowledged)
        }
        addWindow(side, note, to: &facts)
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

    private func addWindow(_ side: FlowSide, _ note: SideNotes, to facts: inout SideFacts) {
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
    private func firstCloser(_ note: FlowNotes) -> Int? {
        let marks = flow.pointee.marks
        let fin = firstFin(note)
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
    private var firstUnseenFin: Int? {
        let counts = (countsBeyond(0), countsBeyond(1))
        return counts.0 == counts.1 ? nil : (counts.0 ? 0 : 1)
    }

    /// The side whose FIN came first.
    private func firstFin(_ note: FlowNotes) -> Int? {
        let (a, b) = (note.sides.0, note.sides.1)
        if a.finFrame.isNone { return b.finFrame.isNone ? nil : 1 }
        if b.finFrame.isNone { return 0 }
        if a.finIsInferred, b.finIsInferred, let first = firstUnseenFin { return first }
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
