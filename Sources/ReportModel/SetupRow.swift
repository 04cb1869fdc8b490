/// How long one step of setting connections up took.
public struct SetupTimes: Sendable {
    public var p50Ms: Double
    public var p99Ms: Double
    public var maxMs: Double
    public init(p50Ms: Double, p99Ms: Double, maxMs: Double) {
        (self.p50Ms, self.p99Ms, self.maxMs) = (p50Ms, p99Ms, maxMs)
    }
}

/// How long connections between a client host and a server took until they could be used. Needs no messages.
public struct SetupRow: Sendable {
    public var client = ""
    public var server = ""
    public var count = 0
    /// Nil where no connection shows the step.
    public var dns: SetupTimes?
    public var tcp: SetupTimes?
    public var tls: SetupTimes?
    public var signIn: SetupTimes?
    public var repeatedSyns: Int64 = 0
    public var seen: Seen
    public init(seen: Seen) { self.seen = seen }
}
