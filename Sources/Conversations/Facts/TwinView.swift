public import Streams
public import Vocabulary

/// A flow that repeats a connection's packets under other addresses: what is seen of that connection behind a NAT. Of all that
/// is known of it, when each side was last heard there.
public struct TwinView: Sendable {
    /// The connection as it is told.
    public var of: TwinFlow
    public var firstTime: CaptureTime
    public var firstFrame: FrameRef
    /// Last packets of its initiator's side, and of the other.
    public var lastTimes: (CaptureTime, CaptureTime)

    init?(_ facts: TCPFacts) {
        guard let original = facts.twinOf else { return nil }
        of = original
        (firstTime, firstFrame) = (facts.firstTime, facts.firstFrame)
        lastTimes = (facts.sides.0.lastTime, facts.sides.1.lastTime)
    }
}
