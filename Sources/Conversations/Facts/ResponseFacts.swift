public import Vocabulary

/// A response whose first byte came late: later than its request lets the broker wait on purpose.
public struct SlowAnswer: Sendable {
    public var api: Int16
    public var client: Endpoint
    public var clientId: StringID
    public var server: Endpoint
    /// Of a Produce: where its first batch goes; nil where that was not read.
    public var partition: PartitionName?
    /// The request's last byte.
    public var sent: CaptureTime
    /// From then on the broker alone could be waited for: the request was there, and the answer before it; or, where that
    /// answer was late too, from then on both waited for the same.
    public var waitsSince: CaptureTime
    /// The same without regard to whether the answer before it was late.
    public var aloneSince: CaptureTime
    /// The request of the late answer that this one waited behind.
    public var behind: FrameRef
    /// For how long of the wait the server's own closed window kept the rest of the request out; nanoseconds.
    public var shutOutFor: Int64 = 0
    public var firstByte: CaptureTime
    public var answered: CaptureTime
    public var requestFrame: FrameRef
    public var frame: FrameRef
    public var allowedMs: Int32
    /// For how long of the wait the client had no room for it, or the broker said that it throttles; nanoseconds.
    public var heldBackFor: Int64
    /// When the server's TCP acknowledged the request, where that was late; nil: at once.
    public var acknowledgedLate: CaptureTime?
    /// How long the broker alone was waited for.
    public var milliseconds: Double { milliseconds(since: waitsSince) }

    /// The same from another moment on.
    public func milliseconds(since start: CaptureTime) -> Double {
        max(0, firstByte.milliseconds(since: start) - Double(heldBackFor) / 1e6)
    }
}

/// Throttle times that responses carried, by client and server.
public struct ThrottleRow: Sendable {
    public struct Key: Hashable, Sendable {
        public var client: IPAddress
        public var clientId: StringID
        public var server: Endpoint
        public var api: Int16

        public init(client: IPAddress, clientId: StringID, server: Endpoint, api: Int16) {
            (self.client, self.clientId, self.server, self.api) = (client, clientId, server, api)
        }
    }

    public let key: Key
    public var count = 0
    public var first: CaptureTime
    public var last: CaptureTime
    public var maxMs = 0
    public var totalMs = 0
    public var frames: [FrameRef] = []

    init(_ key: Key, at time: CaptureTime) { (self.key, first, last) = (key, time, time) }
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
    /// Since when it is told again and again, how often, and the longest and the most of such times.
    var runSince: CaptureTime
    var runCount = 1
    public internal(set) var longest: Int64 = 0
    public internal(set) var mostInRun = 1

    public var name: PartitionName { PartitionName(topic: topic, partition: partition) }

    init(
        topic: StringID, partition: Int32, server: Endpoint, client: IPAddress, leaderless: Bool, replicas: [Int32],
        inSync: [Int32], first: CaptureTime, last: CaptureTime, count: Int, frames: [FrameRef]
    ) {
        (self.topic, self.partition, self.server, self.client) = (topic, partition, server, client)
        (self.leaderless, self.replicas, self.inSync) = (leaderless, replicas, inSync)
        (self.first, self.last, self.count, self.frames) = (first, last, count, frames)
        runSince = first
    }

    /// Clients ask for Metadata every five minutes at the latest, as a rule: what was not told for so long was over.
    private static let apart = Span.seconds(900)

    mutating func add(_ again: PartitionHealth) {
        if again.last.since(last) > Self.apart { (runSince, runCount) = (again.first, 0) }
        (last, count, runCount) = (again.last, count + 1, runCount + 1)
        longest = max(longest, last.since(runSince))
        mostInRun = max(mostInRun, runCount)
    }
}
