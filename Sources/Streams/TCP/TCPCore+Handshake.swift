import Vocabulary

/// A SYN captured this much after packets that followed it is still theirs.
private let lateSynNanoseconds = Span.milliseconds(200)
/// A SYN is sent again after a second.
private let synAgainNanoseconds = Span.milliseconds(900)

extension TCPCore {
    /// Whether a SYN on the tuple of a known flow begins another connection.
    func startsAnew(_ slot: FlowSlot, _ segment: Segment) -> Bool {
        let flow = flows[slot]
        let side = flow.side(segment.from)
        if segment.flags.contains(.ack) { return answersAnew(flow, segment) }
        let hasSyn = side.pointee.marks.contains(.synSeen)
        if hasSyn {
            if side.pointee.base != segment.dataSequence { return true }
            // After a RST even the same SYN is a new try: Windows repeats it so, in another datagram.
            return flow.pointee.marks.contains(.anyReset) && !isCopyOfSyn(flow, segment)
        }
        if isAnsweredAlready(flow, segment) { return false }
        if flow.pointee.marks.contains(.anyReset) { return !wasRefused(flow, segment) }
        guard segment.time.since(flow.firstTime) <= lateSynNanoseconds else {
            return side.pointee.base != segment.dataSequence
        }
        // Captured late, behind its own answer or first data; or both ends opened at once.
        guard side.pointee.marks.contains(.baseKnown) else { return false }
        let offset = side.offset(segment.dataSequence, near: side.pointee.seen)
        return offset > 0 || offset < -65_536
    }

    /// The flow's SYN as another point of capture saw it: the same datagram, IP id and time stamp included.
    func isCopyOfSyn(_ flow: UnsafeMutablePointer<Flow>, _ segment: Segment) -> Bool {
        guard flow.pointee.synPrint != 0, segment.headers.pointee.ipID > 0 else { return false }
        return Fingerprint(segment.headers).value == flow.pointee.synPrint
    }

    /// Its SYN+ACK was captured a little before it.
    private func isAnsweredAlready(_ flow: UnsafeMutablePointer<Flow>, _ segment: Segment) -> Bool {
        let side = flow.side(segment.from)
        return flow.pointee.synCount == 0 && !flow.pointee.synAckFrame.isNone && side.pointee.marks.contains(.baseKnown)
            && side.pointee.base == segment.dataSequence
            && segment.time.since(flow.pointee.synAckTime) <= lateSynNanoseconds
    }

    /// Whether the flow is a RST captured before the SYN that it answers.
    private func wasRefused(_ flow: UnsafeMutablePointer<Flow>, _ segment: Segment) -> Bool {
        let peer = flow.side(1 - segment.from)
        guard peer.pointee.marks.contains(.resetSeen), flow.pointee.notes != FlowTable.none else { return false }
        let note = notes[flow.pointee.notes].side(1 - segment.from)
        return note.pointee.resetAcknowledgement == segment.dataSequence
            && segment.time.since(note.pointee.resetTime) <= lateSynNanoseconds
            && !flow.pointee.marks.contains(.established)
    }

    /// The same for SYN+ACK, where the SYN before it was not captured.
    private func answersAnew(_ flow: UnsafeMutablePointer<Flow>, _ segment: Segment) -> Bool {
        let side = flow.side(segment.from)
        let peer = flow.side(1 - segment.from)
        let answersKnownSyn =
            peer.pointee.marks.contains(.synSeen)
            && segment.headers.pointee.acknowledgement == peer.pointee.base
        if answersKnownSyn { return false }
        guard side.pointee.marks.contains(.synSeen) else { return isFarFromMidway(flow, side, segment) }
        return side.pointee.base != segment.dataSequence
    }

    /// A SYN+ACK that belongs to a flow joined in mid-stream was captured late, and stands a little before the flow's first bytes.
    private func isFarFromMidway(
        _ flow: UnsafeMutablePointer<Flow>, _ side: UnsafeMutablePointer<FlowSide>, _ segment: Segment
    ) -> Bool {
        guard side.pointee.marks.contains(.baseKnown), segment.time.since(flow.firstTime) > lateSynNanoseconds else {
            return false
        }
        let offset = side.offset(segment.dataSequence, near: side.pointee.seen)
        return offset > 0 || offset < -65_536
    }

    /// SYN or SYN+ACK of this flow.
    mutating func handshake(_ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>, _ segment: Segment) {
        if segment.isReset { return }
        let known = (flow.pointee.synFrame, flow.pointee.synAckFrame)
        if segment.flags.contains(.ack) {
            synAck(slot, flow, segment)
        } else {
            syn(slot, flow, segment)
        }
        // A flow that begins with it is opened with what it says.
        let isLate =
            flow.pointee.marks.contains(.delivered)
            || known.0.isNone && known.1.isNone && segment.frame != flow.pointee.firstFrame
        if isLate, known != (flow.pointee.synFrame, flow.pointee.synAckFrame) {
            tellBeginning(slot, flow, segment.from, segment.time, segment.frame, .handshake)
        }
    }

    private mutating func syn(_ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>, _ segment: Segment) {
        let side = flow.side(segment.from)
        if side.pointee.marks.contains(.synSeen) { noteSentAgain(flow, segment.from) }
        let bothOpened =
            flow.side(1 - segment.from).pointee.marks.contains(.synSeen)
            && flow.pointee.synCount > 0 && segment.from != flow.initiatorIndex
        setBase(flow.side(segment.from), segment.dataSequence)
        side.pointee.marks.insert(.synSeen)
        // Two SYNs that crossed (RFC 9293, 3.5): the first one's sender stays the initiator.
        if bothOpened { return }
        if !flow.pointee.marks.contains(.delivered) { setInitiator(flow, segment.from) }
        // Another source's copy of a SYN that was sent again is no further one.
        let isSeenElsewhere =
            flow.pointee.synCount > 0 && segment.frame.source != flow.pointee.synFrame.source
            && segment.time.since(flow.pointee.lastSynTime) < synAgainNanoseconds
        if isSeenElsewhere { return }
        flow.pointee.synCount &+= 1
        flow.pointee.lastSynTime = segment.time
        if flow.pointee.synFrame.isNone {
            // Only a RST captured before the SYN that it answers leaves a flow with a RST and no SYN.
            if flow.pointee.marks.contains(.anyReset), flow.pointee.synAckFrame.isNone {
                flow.pointee.marks.insert(.refused)
            }
            flow.pointee.synFrame = segment.frame
            flow.pointee.synPrint = Fingerprint(segment.headers).value ?? 0
            lookForTwin(slot, flow, segment)
        }
    }

    private mutating func synAck(_ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>, _ segment: Segment) {
        let side = flow.side(segment.from)
        let peer = flow.side(1 - segment.from)
        if side.pointee.marks.contains(.synSeen), side.pointee.base == segment.dataSequence,
            !flow.pointee.synAckFrame.isNone
        {
            if isCopyOfSynAck(flow, segment) { return }
            noteSynAckRepeat(flow, segment)
            return noteSentAgain(flow, segment.from)
        }
        let number = segment.headers.pointee.acknowledgement
        let answersOther = peer.pointee.marks.contains(.synSeen) && peer.offset(number, near: 0) < 0
        if answersOther { return }
        setBase(flow.side(segment.from), segment.dataSequence)
        side.pointee.marks.insert(.synSeen)
        if !flow.pointee.marks.contains(.delivered), flow.pointee.synCount == 0 {
            setInitiator(flow, 1 - segment.from)
        }
        if peer.pointee.marks.intersection([.baseKnown, .baseSoft]) != .baseKnown { setBase(peer, number) }
        if flow.pointee.synAckFrame.isNone {
            flow.pointee.synAckFrame = segment.frame
            flow.pointee.synAckTime = segment.time
            if isBehindData(flow, segment) { noteSynAckRepeat(flow, segment) }
        }
        confirmTwin(slot, flow, segment.from)
    }

    /// What another source shows at nearly the same time was not sent again.
    private mutating func isCopyOfSynAck(_ flow: UnsafeMutablePointer<Flow>, _ segment: Segment) -> Bool {
        if segment.frame.source != flow.pointee.synAckFrame.source,
            segment.time.since(flow.pointee.synAckTime) < synAgainNanoseconds
        {
            return true
        }
        let side = notesOf(flow).side(segment.from)
        let last = side.pointee.lastRepeat
        return !last.isNone && segment.frame.source != last.source
            && segment.time.since(side.pointee.lastRepeatTime) < synAgainNanoseconds
    }

    private mutating func noteSynAckRepeat(_ flow: UnsafeMutablePointer<Flow>, _ segment: Segment) {
        let notes = notesOf(flow).side(segment.from)
        (notes.pointee.lastRepeat, notes.pointee.lastRepeatTime) = (segment.frame, segment.time)
        if flow.pointee.marks.contains(.established) { notes.pointee.synAckRepeats += 1 }
    }

    /// The first copy of a SYN+ACK that comes long behind data for it was not captured: this one is a repeat.
    private func isBehindData(_ flow: UnsafeMutablePointer<Flow>, _ segment: Segment) -> Bool {
        let peer = flow.side(1 - segment.from)
        // Two sources have two clocks.
        return segment.frame.source == flow.pointee.firstFrame.source
            && flow.pointee.marks.contains(.established) && peer.pointee.dataSegments > 0
            && segment.time.since(peer.pointee.lastDataTime) >= leastReorderNanoseconds
    }

    /// Offset 0 is the byte after the SYN, which a SYN+ACK tells of both sides. Where bytes were handed on or held already, their offsets stand.
    private func setBase(_ side: UnsafeMutablePointer<FlowSide>, _ base: UInt32) {
        guard side.pointee.marks.contains(.baseKnown) else {
            side.pointee.base = base
            side.pointee.marks.insert(.baseKnown)
            return
        }
        if side.pointee.base != base {
            guard side.pointee.next == 0, side.pointee.dataSegments == 0 else { return }
            let shift = Int64(Int32(bitPattern: side.pointee.base &- base))
            side.pointee.base = base
            if side.pointee.acknowledged >= 0 {
                side.pointee.acknowledged = max(0, side.pointee.acknowledged + shift)
            }
        }
        side.pointee.marks.subtract([.baseSoft, .midway])
    }

    private func setInitiator(_ flow: UnsafeMutablePointer<Flow>, _ index: Int) {
        if index == 1 { flow.pointee.marks.insert(.initiatorIsB) } else { flow.pointee.marks.remove(.initiatorIsB) }
    }

    /// SYN, FIN or data that TCP sent again.
    mutating func noteSentAgain(_ flow: UnsafeMutablePointer<Flow>, _ index: Int) {
        flow.side(index).pointee.marks.insert(.unanswered)
        notesOf(flow).side(index).pointee.retransmissionsUnanswered += 1
    }
}
