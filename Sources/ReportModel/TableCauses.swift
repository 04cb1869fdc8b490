public import Vocabulary

/// A DeleteTopics that went well.
public struct TopicDeletion: Sendable {
    public var time: CaptureTime
    public var client: String
    public var clientId: String?

    public init(time: CaptureTime, client: String, clientId: String?) {
        (self.time, self.client, self.clientId) = (time, client, clientId)
    }
}

/// A transaction that was open for longer than its producer's `transaction.timeout.ms`.
public struct TransactionTimeout: Sendable {
    public var openMs: Double
    public var timeoutMs: Int64
    /// When its producer was told.
    public var told: CaptureTime

    public init(openMs: Double, timeoutMs: Int64, told: CaptureTime) {
        (self.openMs, self.timeoutMs, self.told) = (openMs, timeoutMs, told)
    }
}
