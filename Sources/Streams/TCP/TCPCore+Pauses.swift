import Vocabulary

/// For so long no host stays wholly silent while its programs wait for something: the capture was not running, or it is
/// two in one file. TCP itself gives up what it sends again within half an hour (RFC 9293, 3.8.3).
private let pauseNanoseconds = Span.seconds(3600)

extension TCPCore {
    /// Kept of a capture.
    private static let pausesKept = 64

    /// Notes that no TCP segment came for hours. Called at each tick, behind which `lastTick` is no longer known.
    mutating func notePause() {
        guard lastTick != .distantPast, now.since(lastTick) >= pauseNanoseconds, pauses.count < Self.pausesKept else {
            return
        }
        pauses.append(lastTick)
    }

    /// When the capture paused behind the last packet of a flow; nil where it did not, or the flow went on afterwards.
    func pause(behind flow: UnsafeMutablePointer<Flow>) -> CaptureTime? {
        guard !pauses.isEmpty else { return nil }
        let last = flow.lastTime
        // Looked at no more often than each tick: the pause may have begun some milliseconds later.
        return pauses.first { $0.since(last) >= -Span.milliseconds(20) }.map { max($0, last) }
    }

    /// Hours behind its flow's last packet, a SYN, or bytes or acknowledgements that were behind it long ago: nobody sends
    /// these again, so the ports are used anew. A keep-alive probe is what comes on an idle connection.
    func isOfAnotherLife(_ slot: FlowSlot, _ segment: Segment) -> Bool {
        let flow = flows[slot]
        guard segment.time.since(flow.lastTime) >= pauseNanoseconds, !segment.isReset else { return false }
        if segment.isSyn { return true }
        let (side, peer) = (flow.side(segment.from), flow.side(1 - segment.from))
        guard side.pointee.marks.contains(.baseKnown), peer.pointee.marks.contains(.baseKnown) else { return false }
        let end = side.offset(segment.dataSequence, near: side.pointee.seen) + segment.length
        if segment.length > 1 ? end <= side.pointee.acknowledged : end < side.pointee.seen - 1 { return true }
        let acknowledged = peer.offset(segment.headers.pointee.acknowledgement, near: peer.pointee.seen)
        return segment.flags.contains(.ack) && acknowledged < peer.pointee.acknowledged
    }
}
