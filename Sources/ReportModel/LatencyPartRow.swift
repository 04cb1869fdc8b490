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
    /// Whose time the slow ones took; nil where none was slow.
    public var slow: SlowRequests?
    public var seen: Seen
    public init(seen: Seen) { self.seen = seen }
}

/// Network or broker: whose time the slow requests of a row took, and what proves it. Time behind earlier requests of a connection is theirs
/// who held these up; `networkMs`, `brokerMs`, `clientMs`, `quotaMs` and `onPurposeMs` add up to the whole.
public struct SlowRequests: Sendable {
    public enum Owner: String, Sendable, CaseIterable {
        case network, broker, client, quota
        case onPurpose = "on-purpose"
        /// None has most of it.
        case several
        /// The path's round trip was not seen, or the path loses packets, and the time that may be the path's is too much.
        case unknown
    }

    /// From how long on they are slow, what they waited on purpose left out.
    public var fromMs = 0.0
    public var requests: Int64 = 0
    /// Of which bytes were sent again before they were answered.
    public var resent: Int64 = 0
    public var networkMs = 0.0
    public var brokerMs = 0.0
    /// The client had no room for answers, or let requests wait behind one that waits on purpose.
    public var clientMs = 0.0
    public var quotaMs = 0.0
    public var onPurposeMs = 0.0
    /// Of `networkMs`: round trips, and waits until what was lost was sent again. The rest is transfer.
    public var roundTripMs = 0.0
    public var resendingMs = 0.0
    /// Of `clientMs`: its TCP window was closed.
    public var windowClosedMs = 0.0
    /// Behind earlier requests of their connections, whoever held these up.
    public var queuedMs = 0.0
    /// Of `brokerMs`: where the path's round trip was not seen.
    public var unplacedMs = 0.0
    /// On a path where packets got lost: then a response whose first bytes did looks like one of a slow broker.
    public var isLossy = false
    /// The longest round trip of their paths, as the handshakes showed it.
    public var handshakeMs: Double?
    /// Of all requests of the row: how long the fastest one took.
    public var fastestMs = 0.0
    public init() {}

    public var totalMs: Double { networkMs + brokerMs + clientMs + quotaMs + onPurposeMs }

    private static let most = 0.6
    /// A path is no longer than the fastest answer on it took.
    private static let clearlyLess = 0.1

    public var owner: Owner {
        let parts: [(Owner, Double)] = [
            (.network, networkMs), (.broker, brokerMs), (.client, clientMs), (.quota, quotaMs),
            (.onPurpose, onPurposeMs),
        ]
        guard let first = parts.max(by: { $0.1 < $1.1 }), totalMs > 0 else { return .unknown }
        let isUnsure = isLossy ? brokerMs : isPathShort ? 0 : unplacedMs
        if isUnsure > (1 - Self.most) * totalMs { return .unknown }
        return first.1 >= Self.most * totalMs ? first.0 : .several
    }

    /// Though its round trip was not seen.
    public var isPathShort: Bool {
        requests > 0 && fastestMs <= Self.clearlyLess * unplacedMs / Double(requests)
    }
}
