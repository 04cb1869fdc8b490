public import Vocabulary

/// Offsets that a reader passed over when the one that it asked for was out of range.
public struct SkippedRecords: Sendable {
    public var client: String
    public var clientId: String?
    public var topic: String?
    public var partition: Int
    /// What it had asked for, and where it went on.
    public var from: Int64
    public var to: Int64
    /// It had read the partition before.
    public var hasRead: Bool
    public var time: CaptureTime

    public init(
        client: String, clientId: String?, topic: String?, partition: Int, from: Int64, to: Int64, hasRead: Bool,
        time: CaptureTime
    ) {
        (self.client, self.clientId, self.topic, self.partition) = (client, clientId, topic, partition)
        (self.from, self.to, self.hasRead, self.time) = (from, to, hasRead, time)
    }
}
