/// What metrics tell of one client, or of one topic.
public struct LabelledCounts: Sendable, Equatable {
    /// Stands for all that there was no room for.
    public static let others = "_other"
    /// A request without a client id; a topic whose name no answer told.
    public static let unknown = "_unknown"

    public var requests: Int64 = 0
    /// Of a client its messages, of a topic its record batches.
    public var requestBytes: Int64 = 0
    public var responseBytes: Int64 = 0
    /// Responses with an error code.
    public var errors: Int64 = 0
    public var unanswered: Int64 = 0
    /// Long polls left out.
    public var timed: Int64 = 0
    public var seconds = 0.0

    public init() {}

    /// - Parameter waited: nanoseconds to the answer; nil for a long poll.
    public mutating func note(waited: Int64?) {
        guard let waited else { return }
        timed += 1
        seconds += Double(waited) / 1e9
    }
}

/// By client id, and by topic; nil where that was not asked for.
public struct LabelledTotals: Sendable {
    public var clients: [String: LabelledCounts]?
    public var topics: [String: LabelledCounts]?
    public init() {}
}

/// What metrics may tell besides (`--metric-labels`): each takes reading every message.
public enum MetricLabel: String, Sendable, CaseIterable { case lag, client, topic }
