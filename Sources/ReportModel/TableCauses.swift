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

    public init(openMs: Double, timeoutMs: Int64) { (self.openMs, self.timeoutMs) = (openMs, timeoutMs) }
}
