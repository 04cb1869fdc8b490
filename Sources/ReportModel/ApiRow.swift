/// An API over all brokers and clients: how long its answers took, and how many of them carried errors.
public struct ApiRow: Sendable {
    public var api = ""
    /// Answers that were timed, less long polls.
    public var answers: Int64 = 0
    /// Answers without anything, after having waited: no latency of a broker.
    public var longPolls: Int64 = 0
    /// Nil where no answer was timed but long polls.
    public var p50Ms: Double?
    public var p90Ms: Double?
    public var p99Ms: Double?
    public var maxMs: Double?
    /// Answers by the error code that they carried.
    public var errors: [(name: String, count: Int)] = []
    public init() {}
}
