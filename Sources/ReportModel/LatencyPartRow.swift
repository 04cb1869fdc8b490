/// One part of the time of many requests.
public struct PartTimes: Sendable {
    public var p50Ms = 0.0
    public var p99Ms = 0.0
    public var maxMs = 0.0
    /// Of all requests together.
    public var sumMs = 0.0
    public init() {}
}

/// Where the time of an API's requests went: at one broker, of one client, or about one topic. The parts of a request add up to its
/// whole time, from its first byte to its answer's last.
public struct LatencyPartRow: Sendable {
    public var api = ""
    /// A row is of a broker, a client (with its id, where it has one) or a topic.
    public var broker: String?
    public var client: String?
    public var clientId: String?
    public var topic: String?
    public var requests: Int64 = 0
    /// Requests of which bytes were sent again before they were answered.
    public var resent: Int64 = 0
    /// Requests on a path whose round trip was not seen: it counts as the broker's time.
    public var roundTripUnknown: Int64 = 0
    public var total = PartTimes()
    /// An earlier request of the connection was still being answered.
    public var queued = PartTimes()
    /// The path's round trip, the transfer of request and answer, and waits for what had to be sent again.
    public var wire = PartTimes()
    public var inBroker = PartTimes()
    /// The broker made the client wait by a quota.
    public var throttled = PartTimes()
    /// As long as the request asks to wait: for records, or for a group's other members.
    public var onPurpose = PartTimes()
    public var seen: Seen
    public init(seen: Seen) { self.seen = seen }
}
