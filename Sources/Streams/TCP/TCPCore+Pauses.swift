public import Vocabulary

/// Moments before hours in which the capture holds no TCP segment, and seconds in which it holds none.
public struct CapturePauses: Sendable {
    /// Kept of a capture.
    private static let kept = 64
    /// Looked at no more often than each tick: a pause may have begun some milliseconds later than it is told.
    public static let precision = Span.milliseconds(20)

    private var times: [CaptureTime] = []
    /// Seconds without a segment of anybody, the first that there is room for.
    public private(set) var silences: [ClosedRange<CaptureTime>] = []
    private static let silencesKept = 256
    private static let silence = Span.seconds(2)

    public init(_ times: [CaptureTime] = [], silences: [ClosedRange<CaptureTime>] = []) {
        (self.times, self.silences) = (times, silences)
    }

    /// - Parameters last: when a segment was last seen; now: when the next one came.
    mutating func note(last: CaptureTime, now: CaptureTime) {
        guard last != .distantPast, now.since(last) >= Self.silence else { return }
        if silences.count < Self.silencesKept { silences.append(last...now) }
        guard now.since(last) >= Span.pause, times.count < Self.kept else { return }
        times.append(last)
    }

    /// Nothing could be seen from a moment on, for a while.
    mutating func note(blindFrom time: CaptureTime) { if times.count < Self.kept { times.append(time) } }

    /// When the capture first paused behind a moment; nil where it did not.
    public func first(behind time: CaptureTime) -> CaptureTime? {
        times.first { $0.since(time) >= -Self.precision }.map { max($0, time) }
    }
}

extension TCPCore {
    /// Hours behind its flow's last packet, a SYN, or bytes or acknowledgements that were behind it long ago: nobody sends
    /// these again, so the ports are used anew. A keep-alive probe is what comes on an idle connection.
    mutating func isOfAnotherLife(_ slot: FlowSlot, _ segment: Segment) -> Bool {
        let flow = flows[slot]
        guard segment.time.since(flow.lastTime) >= Span.pause, !segment.isReset else { return false }
        if segment.isSyn { return true }
        let (side, peer) = (flow.side(segment.from), flow.side(1 - segment.from))
        guard side.pointee.marks.contains(.baseKnown), peer.pointee.marks.contains(.baseKnown) else { return false }
        let end = side.offset(segment.dataSequence, near: side.pointee.seen) + segment.length
        if segment.length > 1 ? end <= side.pointee.acknowledged : end < side.pointee.seen - 1 { return true }
        let acknowledged = peer.offset(segment.headers.pointee.acknowledgement, near: peer.pointee.seen)
        return segment.flags.contains(.ack) && acknowledged < peer.pointee.acknowledged
    }
}
