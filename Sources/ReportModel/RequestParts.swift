public import Vocabulary

/// Where the time of one request went, in microseconds, in the order in which it went there. Nothing but noughts: not known.
public struct RequestParts: Sendable, Equatable {
    /// From the request's first byte to its last.
    public var sending: UInt32 = 0
    /// Until what was lost of it was sent again.
    public var resending: UInt32 = 0
    /// The path's round trip, there and back.
    public var way: UInt32 = 0
    /// Behind an earlier request of its connection.
    public var queued: UInt32 = 0
    public var throttled: UInt32 = 0
    public var onPurpose: UInt32 = 0
    public var inBroker: UInt32 = 0
    /// From the answer's first byte to its last.
    public var answering: UInt32 = 0

    public init() {}

    /// For who writes them one after another.
    public static var columns: [(name: String, value: @Sendable (RequestParts) -> UInt32)] {
        [
            ("sending", { $0.sending }), ("resending", { $0.resending }), ("way", { $0.way }),
            ("queued", { $0.queued }),
            ("throttled", { $0.throttled }), ("onPurpose", { $0.onPurpose }), ("inBroker", { $0.inBroker }),
            ("answering", { $0.answering }),
        ]
    }
}

/// A request by where it begins.
public struct RequestPlace: Hashable, Sendable {
    public var frame: FrameRef
    public var correlationId: Int32
    public init(frame: FrameRef, correlationId: Int32) { (self.frame, self.correlationId) = (frame, correlationId) }
}
