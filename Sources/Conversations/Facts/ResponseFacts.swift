public import Vocabulary

/// A response whose first byte came late: later than its request lets the broker wait on purpose.
public struct SlowAnswer: Sendable {
    public var api: Int16
    public var client: Endpoint
    public var clientId: StringID
    public var server: Endpoint
    /// The request's last byte.
    public var sent: CaptureTime
    /// From then on the broker alone could be waited for: the request was there, and the answer before it.
    public var waitsSince: CaptureTime
    public var firstByte: CaptureTime
    public var answered: CaptureTime
    public var requestFrame: FrameRef
    public var frame: FrameRef
    public var allowedMs: Int32
    /// The receiver's own closed window or throttling explains it.
    public var excused: Bool
    /// How long the broker alone was waited for.
    public var milliseconds: Double { max(0, firstByte.milliseconds(since: waitsSince)) }
}

/// Throttle times that responses carried, by client and server.
public struct ThrottleRow: Sendable {
    public var client: IPAddress
    public var clientId: StringID
    public var server: Endpoint
    public var api: Int16
    public var count = 0
    public var first: CaptureTime
    public var last: CaptureTime
    public var maxMs = 0
    public var totalMs = 0
    public var frames: [FrameRef] = []
}

/// Partitions without a leader, or with fewer in-sync replicas than replicas, in Metadata.
public struct PartitionHealth: Sendable {
    public var topic: StringID
    public var partition: Int32
    public var server: Endpoint
    public var client: IPAddress
    public var leaderless: Bool
    public var replicas: [Int32]
    public var inSync: [Int32]
    public var first: CaptureTime
    public var last: CaptureTime
    public var count: Int
    public var frames: [FrameRef]
    /// A later answer that told it whole again.
    public var wellAt: CaptureTime?
}
