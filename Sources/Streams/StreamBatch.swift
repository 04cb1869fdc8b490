public import Vocabulary

/// What one batch of packets told: its events in order, and what these point to. Valid until the engine's next call.
public struct StreamBatch {
    public var events: UnsafeBufferPointer<StreamEvent>
    /// How connections begin; indexed by the `offset` of `opened` and `began`.
    public let beginnings: UnsafeBufferPointer<FlowBeginning>
    /// How connections ended; indexed by the `offset` of `closed`.
    public let ends: UnsafeBufferPointer<FlowEnd>
    /// Indexed by the `slot` of `datagram`.
    public let datagrams: UnsafeBufferPointer<Datagram>

    /// The same with some of its events.
    public func part(_ range: Range<Int>) -> StreamBatch { with(UnsafeBufferPointer(rebasing: events[range])) }

    /// The same with other events, made of its own.
    public func with(_ events: UnsafeBufferPointer<StreamEvent>) -> StreamBatch {
        var part = self
        part.events = events
        return part
    }
}

/// How a connection begins: the little of it that is asked before its end.
public struct FlowBeginning: Sendable {
    public var initiator: Endpoint
    public var responder: Endpoint
    public var firstFrame: FrameRef
    /// From the last SYN to its answer: from the place of the capture to the responder and back; -1 where either is not
    /// captured.
    public var roundTrip: Int64
    /// A SYN or SYN+ACK was captured.
    public var handshakeSeen: Bool
    /// It repeats another flow's packets under other addresses.
    public var isTwin: Bool
    /// The side's stream began before the capture did; of use in `began`.
    public var startsMidway: Bool
}
