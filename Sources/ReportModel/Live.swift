public import Vocabulary

/// Something that a live run tells at once.
public enum LiveUpdate: Sendable {
    /// A finding with its state: `open`, `changed`, `withdrawn` or `final`.
    case finding(Finding)
    case event(TimelineEvent)
    /// Events of one tick beyond what is told singly.
    case folded(kind: TimelineEvent.Kind, count: Int)
    case limit(LimitTrip)
    /// A broker stopped, hangs, or is at work again.
    case broker(BrokerChange)
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
    /// By broker; every broker that was ever seen has its place.
    public var openConnectionsAt: [String: Int] = [:]
    /// When the last packet was captured; nil before the first.
    public var lastPacket: CaptureTime?
    /// When a request or an answer was last seen; nil: never.
    public var lastKafka: CaptureTime?
    public var process = ProcessFacts()
    public var input = LiveInput()
    public var memoryBytes: Int64 = 0
    /// Of `report.capture.dropped`, by whom.
    public var droppedByKernel: Int64 = 0
    public var droppedByInterface: Int64 = 0
    /// What waits for an answer now, longest first: the first of them.
    public var waiting: [WaitingRequest] = []
    /// All of it, by server.
    public var waitingAt: [String: WaitingSum] = [:]
    /// Brokers that are, or were, not at work, and since when they are as they are.
    public var conditions: [BrokerChange] = []
    public var conditionsByServer: [String: BrokerChange] {
        Dictionary(conditions.map { ($0.server, $0) }, uniquingKeysWith: { first, _ in first })
    }
    /// How often each of them came to be so.
    public var brokerChanges: [String: [BrokerCondition: Int64]] = [:]
    /// What brokers did last, the newest first.
    public var news: [BrokerChange] = []
    public var brokers: [LiveBroker] = []
    public var clients: [LiveClient] = []
    public var counters = LiveCounters()
    public var times: [ResponseTimes] = []
    /// How far groups are behind; nil where that was not asked for.
    public var lag: [GroupLag]?
    public var labelled = LabelledTotals()

    public init(time: CaptureTime) { self.time = time }
}

extension LiveStatus {
    /// Requests that wait for longer than is usual at their servers.
    public var waitingCount: Int { waitingAt.values.reduce(0) { $0 + $1.count } }
    public var longestWaitMs: Double { waitingAt.values.map(\.longestMs).max() ?? 0 }
}

/// Requests that wait at one server.
public struct WaitingSum: Sendable {
    public var count: Int
    public var longestMs: Double
    public init(count: Int, longestMs: Double) { (self.count, self.longestMs) = (count, longestMs) }
}

/// How a broker is: at work, accepting nobody, or accepting but answering nothing.
public enum BrokerCondition: String, Sendable, CaseIterable { case up, down, hanging }

/// What the system says of this process; nil where it does not.
public struct ProcessFacts: Sendable {
    public var startTime: Double?
    public var cpuSeconds: Double?
    public var virtualBytes: Int64?
    public var openFiles: Int?
    public var mostFiles: Int?
    public init() {}
}

/// A broker is another way than it was.
public struct BrokerChange: Sendable {
    /// When it began to be so.
    public var time: CaptureTime
    public var server: String
    public var nodeId: Int?
    public var condition: BrokerCondition
    /// Attempts to connect that have failed by then: none where only its connections ended.
    public var attempts = 0
    /// How it was before, and how long, where that is known.
    public var was: BrokerCondition?
    public var afterMs: Double?

    public init(time: CaptureTime, server: String, nodeId: Int?, condition: BrokerCondition) {
        (self.time, self.server, self.nodeId, self.condition) = (time, server, nodeId, condition)
    }
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

/// A request that has waited for longer than is usual at its server.
public struct WaitingRequest: Sendable {
    public var api: String
    public var client: String
    public var clientId: String?
    public var server: String
    public var nodeId: Int?
    /// The first of its topics.
    public var topic: String?
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
    /// What was answered, the slowest API first; waits for nothing to read left out.
    public var apis: [LiveApi] = []
    /// Answers of each of the last steps of time, the latest last.
    public var history: [Int] = []
    public init() {}
}

extension LiveBroker {
    /// Of an API, where something of it was answered.
    public func times(of api: String) -> LiveApi? { apis.first { $0.name == api } }
    /// The API with the longest wait.
    public var longest: LiveApi? { apis.max { $0.maxMs < $1.maxMs } }
}

/// Answers of one API at a broker over the last minute.
public struct LiveApi: Sendable {
    public var name: String
    public var p50Ms: Double
    public var p99Ms: Double
    public var maxMs: Double

    public init(name: String, p50Ms: Double, p99Ms: Double, maxMs: Double) {
        (self.name, self.p50Ms, self.p99Ms, self.maxMs) = (name, p50Ms, p99Ms, maxMs)
    }
}

/// Where packets come from, for who sees none.
public struct LiveInput: Sendable {
    public var names: [String] = []
    public var hasInterfaces = false
    /// As it was given; nil for the default.
    public var filter: String?
    public var isPromiscuous = false
    /// Interfaces that are down, connected to nothing, or have gone.
    public var down: [String] = []
    /// Those of them that were removed.
    public var gone: [String] = []
    public init() {}
}

/// One program by its client id, or one host whose programs have none, by what troubles it.
public struct LiveClient: Sendable {
    /// One of its hosts, and how many it has.
    public var address = ""
    public var hosts = 1
    public var clientId: String?
    public var connections = 0
    public var waiting = 0
    public var findings = 0
    /// Brokers that it is connected to.
    public var servers: [String] = []
    public init() {}
}

/// Counts that only rise, for metrics.
public struct LiveCounters: Sendable {
    /// How they ended.
    public var connectionsByEnd: [AtBroker: Int64] = [:]
    /// Kafka's names of error codes.
    public var errors: [AtBroker: Int64] = [:]
    public var findings: [FindingLabels: Int64] = [:]
    public var unansweredByCause: [AtBroker: Int64] = [:]
    public var authAttempts: [AuthLabels: Int64] = [:]
    public var throttledMs: Int64 = 0
    /// By broker.
    public var bytes: [String: BrokerBytes] = [:]
    public var retransmissions: Int64 = 0

    public var requestBytes: Int64 { bytes.values.reduce(0) { $0.addingSaturated($1.requests) } }
    public var responseBytes: Int64 { bytes.values.reduce(0) { $0.addingSaturated($1.responses) } }

    /// The broker of what is no broker's, or of one too many.
    public static let otherBroker = "_other"

    /// Something that is counted for each broker.
    public struct AtBroker: Hashable, Sendable {
        public var name: String
        public var broker: String
        public init(_ name: String, at broker: String) { (self.name, self.broker) = (name, broker) }
    }

    public struct BrokerBytes: Sendable {
        public var requests: Int64 = 0
        public var responses: Int64 = 0
        public init() {}
    }

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
