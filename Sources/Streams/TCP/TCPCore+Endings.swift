import Vocabulary

extension TCPCore {
    /// Takes a FIN: told when all before it was.
    mutating func fin(_ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>, _ segment: Segment) {
        let side = flow.side(segment.from)
        guard side.pointee.marks.contains(.baseKnown) else { return }
        if side.pointee.marks.contains(.finSeen) { return noteSentAgain(flow, segment.from) }
        let offset = side.offset(segment.dataSequence, near: side.pointee.next) + segment.length
        guard offset - side.pointee.next <= 1 << 30 else {
            totals.strays += 1
            return
        }
        // Its receiver is past it: an old one, of another connection.
        if offset < side.pointee.seen, offset + 1 < side.pointee.acknowledged { return countStray(0) }
        let note = notesOf(flow).side(segment.from)
        note.pointee.finOffset = max(offset, side.pointee.next)
        note.pointee.finFrame = segment.frame
        note.pointee.finTime = segment.time
        note.pointee.finAcknowledged = acknowledged(flow, segment)
        side.pointee.seen = max(side.pointee.seen, note.pointee.finOffset)
        side.pointee.marks.insert(.finSeen)
        if !flow.pointee.marks.contains(.anyFin) {
            flow.pointee.marks.insert(.anyFin)
            if segment.from == 1 { flow.pointee.marks.insert(.firstFinByB) }
        }
        tellFin(slot, flow, segment.from)
        if waitsForFin(side) {
            startHolding(slot, flow, segment.from)
            markAcknowledged(slot, flow, segment.from)
        }
    }

    /// Tells the FIN once all before it was told.
    mutating func tellFin(_ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>, _ index: Int) {
        let side = flow.side(index)
        guard waitsForFin(side), side.pointee.heldFirst == FlowTable.none else { return }
        let note = notesOf(flow).side(index)
        guard side.pointee.next >= note.pointee.finOffset else { return }
        side.pointee.marks.insert(.finTold)
        emit(
            .fin, slot, index, offset: note.pointee.finOffset, length: note.pointee.finAcknowledged,
            time: note.pointee.finTime, frame: note.pointee.finFrame)
    }

    /// Takes a RST: told at once. What waits behind a hole may still be completed by late packets.
    mutating func reset(_ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>, _ segment: Segment) {
        let side = flow.side(segment.from)
        let marks = flow.pointee.marks
        if !marks.contains(.anyReset) {
            let bothFins =
                flow.side(0).pointee.marks.contains(.finSeen) && flow.side(1).pointee.marks.contains(.finSeen)
            flow.pointee.marks.insert(.anyReset)
            if segment.from == 1 { flow.pointee.marks.insert(.firstResetByB) }
            if !marks.contains(.anyFin) { flow.pointee.marks.insert(.resetBeforeFin) }
            if !bothFins { flow.pointee.marks.insert(.resetBeforeBothFins) }
        }
        if segment.from != flow.initiatorIndex, flow.pointee.synCount > 0,
            flow.pointee.synAckFrame.isNone, !marks.contains(.established)
        {
            flow.pointee.marks.insert(.refused)
        }
        if side.pointee.marks.contains(.resetSeen) { return }
        side.pointee.marks.insert(.resetSeen)
        noteUnseenAnswer(flow, segment)
        keepReset(flow, segment)
        // A RST that fits the stream comes from its TCP, which knows what it received (RFC 9293, 3.10.7.4).
        let fits = notesOf(flow).side(segment.from).pointee.resetSequenceOffset == 0
        if segment.flags.contains(.ack), fits, side.pointee.marks.contains(.baseKnown) {
            acknowledge(slot, flow, segment)
        }
        emit(.reset, slot, segment.from, offset: side.pointee.seen, time: segment.time, frame: segment.frame)
    }

    /// Who sent a SYN and then a RST that acknowledges something had an answer, though the capture does not show it.
    private func noteUnseenAnswer(_ flow: UnsafeMutablePointer<Flow>, _ segment: Segment) {
        guard segment.from == flow.initiatorIndex, flow.pointee.synCount > 0, segment.flags.contains(.ack),
            segment.headers.pointee.acknowledgement != 0
        else { return }
        flow.pointee.marks.insert(.established)
    }

    /// What tells a live socket's RST from a kernel's or a middlebox's.
    private mutating func keepReset(_ flow: UnsafeMutablePointer<Flow>, _ segment: Segment) {
        let side = flow.side(segment.from)
        let headers = segment.headers
        let note = notesOf(flow).side(segment.from)
        note.pointee.resetFrame = segment.frame
        note.pointee.resetTime = segment.time
        note.pointee.resetTTL = headers.pointee.ttl
        note.pointee.resetIPID = headers.pointee.ipID
        note.pointee.resetWindow = headers.pointee.window
        note.pointee.resetHasOptions = headers.pointee.hasOptions
        note.pointee.resetAcknowledgement = headers.pointee.acknowledgement
        note.pointee.resetSequence = headers.pointee.sequence
        if segment.flags.contains(.ack) { note.pointee.resetAcknowledged = acknowledged(flow, segment) }
        guard side.pointee.marks.contains(.baseKnown) else { return }
        let expected = side.sequence(side.pointee.seen)
        let distance = Int32(bitPattern: headers.pointee.sequence &- expected)
        let countsFin = side.pointee.marks.contains(.finSeen) && distance == 1
        note.pointee.resetSequenceOffset = countsFin ? 0 : distance
    }

    /// The other side's offset that a packet acknowledges, a FIN counted as a byte; -1 where that is not known.
    private func acknowledged(_ flow: UnsafeMutablePointer<Flow>, _ segment: Segment) -> Int64 {
        let peer = flow.side(1 - segment.from)
        guard segment.flags.contains(.ack), peer.pointee.marks.contains(.baseKnown) else { return -1 }
        return peer.offset(segment.headers.pointee.acknowledgement, near: peer.pointee.seen)
    }

    /// A packet acknowledges one byte that was not captured.
    @inline(never)
    mutating func noteBeyond(_ flow: UnsafeMutablePointer<Flow>, _ index: Int, _ segment: Segment) {
        let note = notesOf(flow).side(index)
        note.pointee.beyondFrame = segment.frame
        note.pointee.beyondTime = segment.time
    }

    /// An empty packet has a number one beyond what was captured of its side: that byte may be a FIN, too.
    @inline(never)
    mutating func noteOwnBeyond(_ flow: UnsafeMutablePointer<Flow>, _ segment: Segment, _ offset: Int64) {
        let note = notesOf(flow).side(segment.from)
        note.pointee.ownBeyond = offset
        note.pointee.ownBeyondFrame = segment.frame
        note.pointee.ownBeyondTime = segment.time
    }

    /// No window is larger than a gigabyte (RFC 7323, 2.3), nor what is under way in practice than this.
    private static let mostUnderWay: Int64 = 4 << 20

    /// An empty packet's number says how far its side has sent.
    @inline(never)
    mutating func noteSentAhead(_ flow: UnsafeMutablePointer<Flow>, _ segment: Segment, _ offset: Int64) {
        let side = flow.side(segment.from)
        guard side.pointee.marks.intersection([.baseKnown, .baseSoft, .finSeen]) == .baseKnown,
            offset - side.pointee.seen <= Self.mostUnderWay
        else { return }
        let note = notesOf(flow).side(segment.from)
        if note.pointee.sentUpTo <= side.pointee.seen { note.pointee.sentAheadSince = segment.time }
        note.pointee.sentUpTo = max(note.pointee.sentUpTo, offset)
    }

    /// Takes an ICMP error that quotes a packet of a flow.
    mutating func icmpError(_ segment: Segment, _ step: UnsafeMutablePointer<PreparedPackets.Step>) {
        now = segment.time
        tick()
        let slot = find(step)
        guard slot != FlowTable.none else {
            totals.unmatchedErrors += 1
            return
        }
        let flow = flows[slot]
        let note = notesOf(flow)
        if !flow.pointee.marks.contains(.icmp) {
            flow.pointee.marks.insert(.icmp)
            note.pointee.icmpType = segment.headers.pointee.icmpType
            note.pointee.icmpCode = segment.headers.pointee.icmpCode
            note.pointee.icmpSender = segment.headers.pointee.icmpSender
            note.pointee.icmpTime = segment.time
            note.pointee.icmpFrame = segment.frame
        }
        emit(.unreachable, slot, segment.from, time: segment.time, frame: segment.frame)
    }
}
