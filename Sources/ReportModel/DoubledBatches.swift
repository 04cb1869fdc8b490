public import Vocabulary

/// Batches of a producer and partition that were sent again, and are stored twice; or may be, where the broker gave up waiting for its
/// replicas.
public struct DoubledBatches: Sendable {
    public var client: String
    public var clientId: String?
    public var server: String
    public var topic: String?
    public var partition: Int
    /// Two offsets were given out for each.
    public var isProven: Bool
    public private(set) var batches = 0
    /// Nil where they can't be counted.
    public private(set) var records: Int64? = 0
    public private(set) var seen: Seen
    public private(set) var frames: [FrameRef] = []
    private static let framesKept = 20

    public init(
        client: String, clientId: String?, server: String, topic: String?, partition: Int, isProven: Bool, seen: Seen
    ) {
        (self.client, self.clientId, self.server) = (client, clientId, server)
        (self.topic, self.partition, self.isProven, self.seen) = (topic, partition, isProven, seen)
    }

    public mutating func add(records more: Int64?, _ seen: Seen, _ frames: [FrameRef]) {
        batches += 1
        records = records.flatMap { sum in more.map { sum.addingSaturated($0) } }
        self.seen.add(seen.first)
        self.seen.add(seen.last)
        self.frames = Array((self.frames + frames).prefix(Self.framesKept))
    }
}
