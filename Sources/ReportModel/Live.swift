public import Vocabulary

/// Something that a live run tells at once.
public enum LiveUpdate: Sendable {
    /// A finding with its state: `open`, `changed`, `withdrawn` or `final`.
    case finding(Finding)
    case event(TimelineEvent)
    /// Events of one tick beyond what is told singly.
    case folded(kind: TimelineEvent.Kind, count: Int)
    case limit(LimitTrip)
    /// Packets that the kernel and the interfaces dropped since the last such update, and in all.
    case dropped(time: CaptureTime, count: Int64, total: Int64)
}

/// How things stand at a tick of a live run.
public struct LiveStatus: Sendable {
    public var time: CaptureTime
    /// The report without its rows: capture, summary, findings as told, incidents, names, limits.
    public var report = Report()
    /// Nanoseconds since the run began.
    public var uptime: Int64 = 0
    public var packetsPerSecond = 0.0
    public var bytesPerSecond = 0.0
    public var requestsPerSecond = 0.0
    public var openConnections = 0
    public var memoryBytes: Int64 = 0
    /// Of `report.capture.dropped`, by whom.
    public var droppedByKernel: Int64 = 0
    public var droppedByInterface: Int64 = 0
    /// What waits for an answer now, longest first.
    public var waiting: [WaitingRequest] = []
    public var brokers: [LiveBroker] = []
    public var clients: [LiveClient] = []
    public var counters = LiveCounters()
    public var times: [ResponseTimes] = []
    /// How far groups are behind; nil where that was not asked for.
    public var lag: [GroupLag]?

    public init(time: CaptureTime) { self.time = time }
}

/// How far a group is behind in a partition, in records.
public struct GroupLag: Sendable {
    public struct Place: Hashable, Comparable, Sendable {
        public var group: String
        public var topic: String
        public var partition: Int

        public init(group: String, topic: String, partition: Int) {
            (self.group, self.topic, self.partition) = (group, topic, partition)
        }

        public static func < (a: Self, b: Self) -> Bool {
            (a.group, a.topic, a.partition) < (b.group, b.topic, b.partition)
        }
    }

    public var place: Place
    public var records: Int64
    public init(place: Place, records: Int64) { (self.place, self.records) = (place, records) }
}

/// A request that has waited for longer than a moment.
public struct WaitingRequest: Sendable {
    public var api: String
    public var client: String
    public var clientId: String?
    public var server: String
    public var nodeId: Int?
    public var waitedMs: Double

    public init(api: String, client: String, clientId: String?, server: String, nodeId: Int?, waitedMs: Double) {
        self.api = api
        self.client = client
        self.clientId = clientId
        self.server = server
        self.nodeId = nodeId
        self.waitedMs = waitedMs
    }
}

/// One broker over the last minute.
public struct LiveBroker: Sendable {
    public var server = ""
    public var nodeId: Int?
    public var name: String?
    public var connections = 0
    public var requestsPerSecond = 0.0
    /// Nil where nothing was answered; waits for nothing to read left out.
    public var p50Ms: Double?
    public var p99Ms: Double?
    public var maxMs: Double?
    /// Of the API with the greatest p99.
    public var slowestApi: String?
    /// Answers of each of the last steps of time, the latest last.
    public var history: [Int] = []
    public init() {}
}

/// One client host, by what troubles it.
public struct LiveClient: Sendable {
    public var address = ""
    public var clientId: String?
    public var connections = 0
    public var waiting = 0
    public var findings = 0
    public init() {}
}

/// Counts that only rise, for metrics.
public struct LiveCounters: Sendable {
    public var connectionsByEnd: [String: Int64] = [:]
    public var errors: [String: Int64] = [:]
    public var findings: [FindingLabels: Int64] = [:]
    public var unansweredByCause: [String: Int64] = [:]
    public var authAttempts: [AuthLabels: Int64] = [:]
    public var throttledMs: Int64 = 0
    public var requestBytes: Int64 = 0
    public var responseBytes: Int64 = 0
    public var retransmissions: Int64 = 0

    public struct FindingLabels: Hashable, Sendable {
        public var kind: FindingKind
        public var severity: Severity
        public var confidence: Confidence
        public init(kind: FindingKind, severity: Severity, confidence: Confidence) {
            self.kind = kind
            self.severity = severity
            self.confidence = confidence
        }
    }

    public struct AuthLabels: Hashable, Sendable {
        public var mechanism: String
        public var outcome: String
        public init(mechanism: String, outcome: String) {
            self.mechanism = mechanism
            self.outcome = outcome
        }
    }

    public init() {}
}

/// Answers of one API at one broker by how long they took, since the beginning.
public struct ResponseTimes: Sendable {
    public var api = ""
    public var broker = ""
    /// A Fetch that waited because there was nothing to read.
    public var longPoll = false
    public var count: Int64 = 0
    public var sumSeconds = 0.0
    /// How many took at most `bounds[n]`.
    public var counts: [Int64] = []
    /// Microseconds.
    public static let bounds: [Int64] = [
        1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 75_000, 100_000, 250_000, 500_000, 750_000, 1_000_000, 2_500_000,
        5_000_000, 7_500_000, 10_000_000, 30_000_000, 60_000_000,
    ]
    public init() {}
}
