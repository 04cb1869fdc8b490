import Vocabulary

extension TCPCore {
    /// Takes one TCP segment.
    mutating func segment(_ segment: Segment, _ step: UnsafeMutablePointer<PreparedPackets.Step>) {
        now = segment.time
        tick()
        totals.packets += 1
        var slot = find(step)
        if slot != FlowTable.none, isOfAnotherLife(slot, segment) {
            close(slot, .reused)
            slot = FlowTable.none
        }
        if slot != FlowTable.none, takeStray(slot, segment, step) { return }
        take(segment, step, on: slot)
    }

    /// Takes one segment on the flow that has its ports, or opens one where there is none.
    @inline(__always)
    mutating func take(
        _ segment: Segment, _ step: UnsafeMutablePointer<PreparedPackets.Step>, on known: FlowSlot
    ) {
        var slot = known
        if slot == FlowTable.none {
            if ended.has(step.pointee.key, step.pointee.hash, segment) { return countStray(0) }
            slot = open(step.pointee.key, step.pointee.hash, segment)
            lookForMidwayTwin(slot, segment)
            if keepBeginning(slot, segment) { return }
        } else if isDuplicate(slot, segment) {
            return
        } else if segment.isSyn, startsAnew(slot, segment) {
            close(slot, .reused)
            slot = open(step.pointee.key, step.pointee.hash, segment)
        }
        let flow = flows[slot]
        remember(flow.side(segment.from), Fingerprint(segment.headers), segment.time)
        answersResend = flow.side(1 - segment.from).pointee.marks.contains(.unanswered)
        count(flow, segment)
        // A RST's may be anything.
        stampIsNew = true
        if segment.headers.pointee.hasTimestamp, !segment.isReset {
            stampIsNew = flow.side(segment.from).noteStamp(segment.headers.pointee.timestamp)
        }
        if segment.isSyn { handshake(slot, flow, segment) } else { learnBase(flow, segment) }
        if segment.isReset {
            reset(slot, flow, segment)
        } else {
            spoken(slot, flow, segment)
        }
        requeue(slot, flow, segment)
    }

    /// All that only a packet other than a RST says.
    private mutating func spoken(_ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>, _ segment: Segment) {
        if segment.flags.contains(.ack) { acknowledge(slot, flow, segment) }
        if answersResend { emit(.heard, slot, 1 - segment.from, time: segment.time, frame: segment.frame) }
        trackWindow(slot, flow, segment)
        if segment.length > 0 { data(slot, flow, segment) } else { emptySegment(flow, segment) }
        if segment.flags.contains(.fin) { fin(slot, flow, segment) }
        if !segment.isSyn { noteEstablished(flow, segment) }
    }

    /// Packets, times and TTL.
    private mutating func count(_ flow: UnsafeMutablePointer<Flow>, _ segment: Segment) {
        let side = flow.side(segment.from)
        if side.pointee.packets == 0 { side.pointee.firstTime = segment.time }
        side.pointee.packets += 1
        side.pointee.lastTime = segment.time
        flow.pointee.lastFrame = segment.frame
        let peer = flow.side(1 - segment.from)
        if peer.pointee.marks.contains(.unanswered) {
            peer.pointee.marks.remove(.unanswered)
            notesOf(flow).side(1 - segment.from).pointee.retransmissionsUnanswered = 0
        }
        guard !segment.isReset else { return }
        if side.pointee.marks.contains(.resetSeen), isNew(flow, segment) {
            notesOf(flow).side(segment.from).pointee.packetsAfterReset += 1
        }
        let ttl = segment.headers.pointee.ttl
        if side.pointee.ttlLow == 0 || ttl < side.pointee.ttlLow { side.pointee.ttlLow = ttl }
        if ttl > side.pointee.ttlHigh { side.pointee.ttlHigh = ttl }
    }

    /// Says something that no packet of its side said before: sent now, and no copy that another point of capture shows late.
    private func isNew(_ flow: UnsafeMutablePointer<Flow>, _ segment: Segment) -> Bool {
        let (side, peer) = (flow.side(segment.from), flow.side(1 - segment.from))
        guard side.pointee.marks.contains(.baseKnown), flow.pointee.notes != FlowTable.none else { return true }
        if isBeforeReset(notes[flow.pointee.notes].side(segment.from), segment) { return false }
        let end = side.offset(segment.dataSequence, near: side.pointee.seen) + segment.length
        if end > side.pointee.seen { return true }
        if segment.flags.contains(.fin), !side.pointee.marks.contains(.finSeen) { return true }
        if segment.flags.contains(.ack), peer.pointee.marks.contains(.baseKnown) {
            let number = segment.headers.pointee.acknowledgement
            if peer.offset(number, near: peer.pointee.seen) > peer.pointee.acknowledged { return true }
        }
        if segment.headers.pointee.hasTimestamp, side.pointee.stamp != 0 {
            return Int32(bitPattern: segment.headers.pointee.timestamp &- side.pointee.stamp) > 0
        }
        // Clocks of two machines are not that far apart.
        let reset = notes[flow.pointee.notes].side(segment.from).pointee.resetTime
        return segment.time.since(reset) >= Span.seconds(1)
    }

    /// It ends where the RST's number stands, and comes right behind that: it was sent before, and the RST stands too early in the
    /// capture.
    private func isBeforeReset(_ note: UnsafeMutablePointer<SideNotes>, _ segment: Segment) -> Bool {
        guard segment.time.since(note.pointee.resetTime) <= leastReorderNanoseconds else { return false }
        let length = UInt32(truncatingIfNeeded: segment.length) &+ (segment.flags.contains(.fin) ? 1 : 0)
        let distance = note.pointee.resetSequence &- (segment.headers.pointee.sequence &+ length)
        return distance == 0 && length > 0 || distance == 1 && length == 0
    }

    /// The sequence number of a stream joined midway, from its first packet.
    private func learnBase(_ flow: UnsafeMutablePointer<Flow>, _ segment: Segment) {
        let side = flow.side(segment.from)
        // A RST's sequence number is often 0 or made up.
        guard !segment.isReset else { return }
        if !side.pointee.marks.contains(.baseKnown) {
            side.pointee.base = segment.headers.pointee.sequence
            side.pointee.marks.formUnion([.baseKnown, .baseSoft, .midway])
        }
        if side.pointee.packets == 1, side.pointee.marks.contains(.baseSoft) { beginHere(flow, segment) }
        let isOwn =
            side.pointee.marks.contains(.baseSoft) && segment.length == 0 && !segment.flags.contains(.fin)
            && side.pointee.base == segment.headers.pointee.sequence
        if isOwn { side.pointee.marks.insert(.baseOwn) }
    }

    /// So long are packets on their way, and as much is under way, when a capture begins.
    private static let underWay = Span.seconds(2)
    private static let mostBefore: Int64 = 1 << 20

    /// A client's first packet, soon after the first of the connection: what the other side's acknowledgements tell of before was on
    /// its way when the capture began, and is no hole of it. What a server's bytes lack may be an answer, and stays one.
    private func beginHere(_ flow: UnsafeMutablePointer<Flow>, _ segment: Segment) {
        let key = flow.pointee.key
        guard key.endpoint(segment.from).port > key.endpoint(1 - segment.from).port else { return }
        let side = flow.side(segment.from)
        let offset = side.offset(segment.headers.pointee.sequence, near: 0)
        guard offset > 0, offset <= Self.mostBefore, segment.time.since(flow.firstTime) <= Self.underWay else { return }
        side.pointee.base = segment.headers.pointee.sequence
        if side.pointee.acknowledged >= 0 { side.pointee.acknowledged = max(0, side.pointee.acknowledged - offset) }
    }

    /// No kernel delays an acknowledgement so long (RFC 9293, 3.8.6.3): it was on the way, or its host stood still.
    static let lateAcknowledgement = Span.milliseconds(500)

    /// What this packet acknowledges of the other side's stream.
    mutating func acknowledge(_ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>, _ segment: Segment) {
        let index = 1 - segment.from
        let peer = flow.side(index)
        let number = segment.headers.pointee.acknowledgement
        if !peer.pointee.marks.contains(.baseKnown) {
            let isFirst = isFirstOfOpener(flow, segment)
            // The SYN+ACK, and data before what this one acknowledges, may come only now.
            if !isFirst, isJustOpened(flow, segment) { return }
            peer.pointee.base = number
            peer.pointee.marks.formUnion(isFirst ? .baseKnown : [.baseKnown, .baseSoft, .midway])
        }
        if peer.pointee.marks.contains(.baseSoft) { passProbe(peer, number) }
        let offset = peer.offset(number, near: peer.pointee.seen)
        guard offset > peer.pointee.acknowledged, offset >= 0, offset - peer.pointee.seen <= 1 << 30 else { return }
        let before = peer.pointee.acknowledged
        peer.pointee.acknowledged = offset
        if before < peer.pointee.seen, peer.pointee.dataSegments > 0,
            segment.time.since(peer.pointee.lastDataTime) >= Self.lateAcknowledgement
        {
            emit(.acknowledgedLate, slot, index, offset: before, time: segment.time, frame: segment.frame)
        }
        if offset == peer.pointee.seen + 1, !peer.pointee.marks.contains(.finSeen) { noteBeyond(flow, index, segment) }
        if flow.pointee.marks.contains(.holding) { markAcknowledged(slot, flow, index) }
    }

    /// The first packet of a stream joined midway was a keep-alive without a byte, one before what is sent next: its answer
    /// acknowledges that next byte's number.
    private func passProbe(_ peer: UnsafeMutablePointer<FlowSide>, _ number: UInt32) {
        guard number == peer.pointee.base &+ 1, peer.pointee.packets > 0, peer.pointee.dataSegments == 0,
            !peer.pointee.marks.contains(.finSeen), peer.pointee.acknowledged <= 0
        else { return }
        peer.pointee.base = number
    }

    /// The first packet behind a SYN: what it acknowledges is the byte after the other side's SYN, captured or not.
    private func isFirstOfOpener(_ flow: UnsafeMutablePointer<Flow>, _ segment: Segment) -> Bool {
        let side = flow.side(segment.from)
        return side.pointee.marks.contains(.synSeen) && segment.from == flow.initiatorIndex
            && segment.dataSequence == side.pointee.base && !segment.isReset
    }

    private func isJustOpened(_ flow: UnsafeMutablePointer<Flow>, _ segment: Segment) -> Bool {
        flow.side(segment.from).pointee.marks.contains(.synSeen) && !segment.isReset
            && segment.time.since(flow.pointee.lastSynTime).distanceFromZero <= Self.beginningNanoseconds
    }

    /// The responder is past SYN+ACK.
    private func noteEstablished(_ flow: UnsafeMutablePointer<Flow>, _ segment: Segment) {
        guard !flow.pointee.marks.contains(.established) else { return }
        let byInitiator = segment.from == flow.initiatorIndex && segment.flags.contains(.ack)
        if byInitiator || segment.length > 0 || flow.pointee.synCount == 0 {
            flow.pointee.marks.insert(.established)
        }
    }

    /// Keep-alive probes without a byte: one before what is expected next (RFC 9293, 3.8.4).
    private mutating func emptySegment(_ flow: UnsafeMutablePointer<Flow>, _ segment: Segment) {
        let side = flow.side(segment.from)
        guard segment.flags.rawValue & 7 == 0, side.pointee.marks.contains(.baseKnown) else { return }
        let offset = side.offset(segment.headers.pointee.sequence, near: side.pointee.seen)
        if offset == side.pointee.seen + 1, !side.pointee.marks.contains(.finSeen) {
            noteOwnBeyond(flow, segment, offset)
        }
        if offset > side.pointee.seen + 1 { noteSentAhead(flow, segment, offset) }
        if offset == side.pointee.seen - 1, !side.pointee.marks.contains(.finSeen) {
            notesOf(flow).side(segment.from).pointee.keepAlives += 1
        } else if flow.pointee.notes != FlowTable.none {
            let peer = 1 - segment.from
            knownSpans(notesOf(flow).side(peer))?.pointee.heard(
                segment.time, acknowledged: flow.side(peer).pointee.acknowledged)
        }
    }
}
