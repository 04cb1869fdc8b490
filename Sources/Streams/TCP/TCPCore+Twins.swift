import Vocabulary

/// Both legs of a NAT are captured within this time.
private let twinNanoseconds = Span.seconds(1)

extension TCPCore {
    /// Looks for the same SYN on another tuple, then keeps this one.
    mutating func lookForTwin(_ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>, _ segment: Segment) {
        let headers = segment.headers
        let place = recentSyns.place(headers.pointee.sequence)
        let entry = place.pointee
        if entry.sequence == headers.pointee.sequence, entry.acknowledgement == 0,
            entry.hasTimestamp == headers.pointee.hasTimestamp,
            entry.timestamp == headers.pointee.timestamp, entry.slot != slot, entry.slot < flows.end,
            segment.time.since(entry.time).distanceFromZero <= twinNanoseconds,
            flows[entry.slot].pointee.firstFrame == entry.frame, flows[entry.slot].pointee.marks.contains(.live)
        {
            // The earlier leg stays the one that a third leg is compared with.
            return suspect(slot, entry.slot, sure: entry.hasTimestamp)
        }
        place.pointee = RecentSyns.Entry(
            sequence: headers.pointee.sequence, timestamp: headers.pointee.timestamp,
            hasTimestamp: headers.pointee.hasTimestamp, time: segment.time, slot: slot,
            frame: flow.pointee.firstFrame)
    }

    /// A flow joined midway whose first packet is another one's under other addresses: with both numbers and a port in
    /// common these are two legs of one connection.
    @inline(never)
    mutating func lookForMidwayTwin(_ slot: FlowSlot, _ segment: Segment) {
        let (flow, headers) = (flows[slot], segment.headers)
        guard segment.flags.contains(.ack), !segment.isReset, headers.pointee.acknowledgement != 0 else { return }
        let place = recentSyns.place(headers.pointee.sequence)
        let entry = place.pointee
        if entry.sequence == headers.pointee.sequence, entry.acknowledgement == headers.pointee.acknowledgement,
            entry.hasTimestamp == headers.pointee.hasTimestamp, entry.timestamp == headers.pointee.timestamp,
            entry.slot != slot, entry.slot < flows.end,
            segment.time.since(entry.time).distanceFromZero <= twinNanoseconds,
            flows[entry.slot].pointee.firstFrame == entry.frame, flows[entry.slot].pointee.marks.contains(.live),
            sharesPort(flow, flows[entry.slot])
        {
            suspect(slot, entry.slot, sure: true)
            flow.pointee.marks.insert(.twin)
            return
        }
        place.pointee = RecentSyns.Entry(
            sequence: headers.pointee.sequence, acknowledgement: headers.pointee.acknowledgement,
            timestamp: headers.pointee.timestamp, hasTimestamp: headers.pointee.hasTimestamp, time: segment.time,
            slot: slot, frame: flow.pointee.firstFrame)
    }

    /// Links the later flow to the earlier one, and back, as either's SYN+ACK may be captured first.
    private mutating func suspect(_ later: FlowSlot, _ earlier: FlowSlot, sure: Bool) {
        let (flow, other) = (flows[later], flows[earlier])
        let note = notesOf(flow)
        note.pointee.suspect = earlier
        note.pointee.suspectFrame = other.pointee.firstFrame
        // An answer on one alone would mean that these are no twins.
        note.pointee.suspectIsSure = sure && sharesPort(flow, other) && other.pointee.synAckFrame.isNone
        note.pointee.twinKey = other.pointee.key
        note.pointee.twinInitiatorIsB = other.initiatorIndex == 1
        flow.pointee.marks.insert(.suspect)
        if !other.pointee.marks.contains(.suspect) {
            notesOf(other).pointee.suspect = later
            notesOf(other).pointee.suspectFrame = flow.pointee.firstFrame
        }
    }

    private func sharesPort(_ one: UnsafeMutablePointer<Flow>, _ two: UnsafeMutablePointer<Flow>) -> Bool {
        let (first, other) = (one.initiatorIndex, two.initiatorIndex)
        return one.pointee.key.endpoint(first).port == two.pointee.key.endpoint(other).port
            || one.pointee.key.endpoint(1 - first).port == two.pointee.key.endpoint(1 - other).port
    }

    /// A SYN+ACK was captured: twins have the same number in it.
    mutating func confirmTwin(_ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>, _ index: Int) {
        guard flow.pointee.notes != FlowTable.none else { return }
        let link = notes[flow.pointee.notes].pointee
        guard link.suspect != FlowTable.none else { return }
        let other = flows[link.suspect]
        guard other.pointee.marks.contains(.live), other.pointee.firstFrame == link.suspectFrame else { return }
        // By the time that the other one ends, this one may be gone.
        notesOf(other).pointee.suspectIsSure = false
        let otherIndex = 1 - other.initiatorIndex
        let peer = other.side(otherIndex)
        guard peer.pointee.marks.contains(.synSeen), peer.pointee.base == flow.side(index).pointee.base else { return }
        // The leg that was opened later is told as the twin.
        let later = flow.pointee.marks.contains(.suspect) ? flow : other
        if later.pointee.marks.contains(.suspect) { later.pointee.marks.insert(.twin) }
    }

    /// Attempts that got no answer are twins where time stamps and a port agree as well.
    func confirmUnanswered(_ flow: UnsafeMutablePointer<Flow>) {
        let link = notes[flow.pointee.notes].pointee
        guard link.suspectIsSure else { return }
        let other = flows[link.suspect]
        // The other leg may be gone by now, and its slot another flow's.
        let isThere = other.pointee.firstFrame == link.suspectFrame && other.pointee.marks.contains(.live)
        if isThere, !other.pointee.synAckFrame.isNone { return }
        flow.pointee.marks.insert(.twin)
    }
}
