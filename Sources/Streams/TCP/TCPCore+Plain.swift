import Vocabulary

extension TCPCore {
    /// Takes the segment that nearly all are: on a flow that is open and in order it brings the next bytes, or acknowledges
    /// more. Does what `segment` does for it, in a fraction of the time.
    /// - Returns: false, with nothing done, where the segment or its flow is any other.
    @inline(__always)
    mutating func takePlain(
        _ entry: UnsafePointer<PacketEntry>, _ step: UnsafePointer<PreparedPackets.Step>
    ) -> Bool {
        let packet = PlainPacket(entry.pointee.bytes, tcpBytes: step.pointee.tcpBytes)
        let (slot, from, time) = (step.pointee.guess, Int(step.pointee.from), entry.pointee.time)
        guard slot != FlowTable.none, packet.flags.subtracting(.push) == .ack, packet.window != 0, !isTickDue(time)
        else { return false }
        let flow = flows[slot]
        guard flow.isPlain, flow.pointee.key == step.pointee.key else { return false }
        let (side, peer) = (flow.side(from), flow.side(1 - from))
        let (next, length) = (side.pointee.next, Int64(packet.payloadLength))
        let captured = Int64(packet.payloadCaptured(of: entry.pointee.capturedLength))
        guard side.isPlain(with: peer), side.pointee.seen == next, packet.sequence == side.sequence(next),
            captured == length, side.pointee.ttlLow > 0, packet.ttl >= side.pointee.ttlLow,
            packet.ttl <= side.pointee.ttlHigh
        else { return false }
        let acknowledged = peer.offset(packet.acknowledgement, near: peer.pointee.seen)
        let acknowledgesMore = acknowledged > peer.pointee.acknowledged
        // An empty segment that acknowledges nothing new may be one that the capture holds twice.
        guard acknowledged <= peer.pointee.seen, length > 0 || acknowledgesMore else { return false }
        if acknowledgesMore, Self.mayBeLate(peer.pointee.lastDataTime, time) { return false }
        now = time
        totals.packets &+= 1
        if acknowledgesMore { peer.pointee.acknowledged = acknowledged }
        remember(side, Fingerprint(packet, length), time)
        side.pointee.packets &+= 1
        side.pointee.lastTime = time
        if packet.hasTimestamp { side.noteStamp(packet.timestamp) }
        flow.pointee.lastFrame = entry.pointee.frame
        if length > 0 { passNext(slot, flow, from, length, packet.payload, time, entry.pointee.frame) }
        return true
    }

    /// An acknowledgement of data that was last sent then. Differences that wrap look late: then the slow way tells.
    @inline(__always)
    private static func mayBeLate(_ sent: CaptureTime, _ now: CaptureTime) -> Bool {
        UInt64(bitPattern: now.nanoseconds &- sent.nanoseconds) >= UInt64(bitPattern: lateAcknowledgement)
    }
}

extension UnsafeMutablePointer where Pointee == Flow {
    /// Open at both ends, with nothing held and nothing odd.
    fileprivate var isPlain: Bool {
        let decisive: FlowMarks = [.live, .established, .twin, .straying, .holding, .anyFin, .anyReset]
        return pointee.marks.intersection(decisive) == [.live, .established]
    }
}

extension UnsafeMutablePointer where Pointee == FlowSide {
    /// This side and its peer are both known from before, and neither waits for anything.
    fileprivate func isPlain(with peer: Self) -> Bool {
        let odd: SideMarks = [.baseSoft, .windowClosed, .finSeen, .resetSeen, .unanswered]
        let (own, others) = (pointee.marks, peer.pointee.marks)
        return own.intersection(others).contains(.baseKnown) && own.union(others).isDisjoint(with: odd)
            && pointee.packets > 0
    }
}
