public import Vocabulary

/// The depth tables: who produces and consumes what, groups, lag. Only there where every message was read.
public struct DepthTables: Sendable {
    public var topics: [TopicRow] = []
    public var topicClients: [TopicClientRow] = []
    public var groups: [GroupRow] = []
    public var lag: [LagRow] = []
    public var shareGroups: [ShareGroupRow] = []
    public var producers: [ProducerRow] = []
    public var ledger: [LedgerRow] = []
    public var readiness: [ReadinessRow] = []
    public var latencyParts: [LatencyPartRow] = []
    /// Of connections of hosts that are client and server, by the connection's number; for the table `gateways`.
    public var waits: [UInt64: [LegWait]] = [:]
    /// Where the time of single requests went; for outputs that draw them.
    public var requestParts: [RequestPlace: RequestParts] = [:]
    /// Offsets that two servers gave out; for the finding `acknowledged-lost`.
    public var offsetsTwice: [OffsetsTwice] = []
    /// For errors of Produce: what a later success does not heal.
    public var refusedForGood: [RefusedForGood] = []
    /// For OFFSET_OUT_OF_RANGE: what a reset heals nothing of.
    public var skipped: [SkippedRecords] = []
    /// For the finding `high-watermark-stuck`.
    public var watermarks: [WatermarkStall] = []
    /// For the finding `consumer-stalled`, of programs without a group.
    public var heldReaders: [HeldReader] = []
    /// Sent again though no connection ended, and stored twice, or perhaps; for the finding `risky-producer`.
    public var doubled: [DoubledBatches] = []
    public init() {}

    /// The same tables, the ledger with what is proved of lost requests.
    public func settled(_ outcomes: [FrameRef: Outcome]) -> Self {
        var tables = self
        for row in tables.ledger.indices { tables.ledger[row].settle(outcomes) }
        return tables
    }
}

/// Whether the tables that need every message are there.
public enum DepthState: String, Sendable, CaseIterable {
    case made
    /// The files are larger than `Limits.tableInputBytes` together; `--tables` asks all the same.
    case inputTooLarge = "input-too-large"
    /// `--no-tables`.
    case notAsked = "not-asked"
    /// The input is a pipe, whose size nobody knows.
    case sizeUnknown = "size-unknown"
    /// Packets as they come.
    case live
    /// The report is narrowed: these tables are counted over the whole.
    case view
}

/// Batches of a producer and partition that were refused with one code and never sent again, while later ones were.
public struct RefusedForGood: Sendable {
    public var client: String
    public var clientId: String?
    public var topic: String?
    public var partition: Int
    public var code: Int
    public var batches: Int

    public init(client: String, clientId: String?, topic: String?, partition: Int, code: Int, batches: Int) {
        (self.client, self.clientId, self.topic) = (client, clientId, topic)
        (self.partition, self.code, self.batches) = (partition, code, batches)
    }
}

/// Offsets of a partition that two servers gave out for different batches, both times with an acknowledgement.
public struct OffsetsTwice: Sendable {
    public var topic: String?
    public var partition: Int
    /// Who gave them out first, and who did again.
    public var before: String
    public var after: String
    /// Whose batches had them first.
    public var client: String
    public var clientId: String?
    /// All of it speaks of one topic id; false where no answer told one.
    public var isOneTopic: Bool
    /// Batches that were acknowledged first, and the offsets that they share with others.
    public var batches = 0
    public var first: Int64
    public var last: Int64
    /// When the later ones were given out.
    public var seen: Seen
    public var frames: [FrameRef] = []

    public init(
        topic: String?, partition: Int, before: String, after: String, client: String, clientId: String?,
        isOneTopic: Bool, offsets: ClosedRange<Int64>, seen: Seen
    ) {
        (self.topic, self.partition, self.before, self.after) = (topic, partition, before, after)
        (self.client, self.clientId, self.isOneTopic, self.seen) = (client, clientId, isOneTopic, seen)
        (first, last) = (offsets.lowerBound, offsets.upperBound)
    }
}

/// When a row's things were first and last seen.
public struct Seen: Sendable {
    public var first: CaptureTime
    public var last: CaptureTime
    public init(first: CaptureTime, last: CaptureTime) { (self.first, self.last) = (first, last) }

    public mutating func add(_ time: CaptureTime) {
        first = min(first, time)
        last = max(last, time)
    }
}

public struct TopicRow: Sendable {
    public var topic: String?
    public var topicId: String?
    public var partitions: [Int] = []
    public var producedBytes: Int64 = 0
    /// Nil where batches are packed so that they can't be counted.
    public var producedRecords: Int64? = 0
    public var fetchedBytes: Int64 = 0
    public var producers: [String] = []
    public var consumers: [String] = []
    public var errors: [(name: String, count: Int64)] = []
    public var seen: Seen
    /// For words: when it was last deleted.
    public var deletion: TopicDeletion?
    public init(seen: Seen) { self.seen = seen }
}

public enum FlowDirection: String, Sendable, CaseIterable { case produce, fetch }

public struct TopicClientRow: Sendable {
    public var topic: String?
    public var client = ""
    public var clientId: String?
    public var direction = FlowDirection.produce
    public var bytes: Int64 = 0
    public var records: Int64? = 0
    public var batches: Int64 = 0
    public var resent: Int64 = 0
    public var requests: Int64 = 0
    public var compression: [String] = []
    public var acks: Int?
    public var idempotent: Bool?
    public var group: String?
    public var seen: Seen
    public init(seen: Seen) { self.seen = seen }
}

public enum GroupType: String, Sendable, CaseIterable { case classic, consumer, share, streams }

public enum LeftBecause: String, Sendable, CaseIterable {
    case leave
    case pollInterval = "poll-interval"
    case sessionTimeout = "session-timeout"
    case rebalanceTimeout = "rebalance-timeout"
    case fenced, replaced, unknown
}

public enum RebalanceTrigger: String, Sendable, CaseIterable {
    case memberJoined = "member-joined"
    case memberLeft = "member-left"
    case memberLost = "member-lost"
    case memberRejoined = "member-rejoined"
    case unknown
}

public struct GroupMemberRow: Sendable {
    public var memberId = ""
    public var client = ""
    public var clientId: String?
    public var instanceId: String?
    public var sessionTimeoutMs: Int?
    public var rebalanceTimeoutMs: Int?
    public var joined: CaptureTime?
    public var left: CaptureTime?
    public var leftBecause: LeftBecause?
    public var seen: Seen
    public var frames: [FrameRef] = []
    public init(seen: Seen) { self.seen = seen }
}

public struct RebalanceRow: Sendable {
    public var from: CaptureTime
    public var to: CaptureTime
    public var durationMs: Double?
    public var trigger = RebalanceTrigger.unknown
    /// A generation; of other types than classic the epoch.
    public var generation: Int64
    /// Client id, and member id.
    public var heldUpBy: String?
    public var heldUpByMember: String?
    // For words: how many members the leader was told, and who turned out to be lost (client ids).
    public var members: Int?
    public var lost: [String] = []
    public var frames: [FrameRef] = []
    public init(from: CaptureTime, to: CaptureTime, generation: Int64) {
        (self.from, self.to, self.generation) = (from, to, generation)
    }
}

public struct GroupRow: Sendable {
    public var group = ""
    public var type = GroupType.classic
    public var coordinator: Int?
    public var members: [GroupMemberRow] = []
    public var membersLeftOut = 0
    public var rebalances: [RebalanceRow] = []
    public var rebalancesLeftOut = 0
    public var commitsRefused: Int?
    public var topics: [String] = []
    // For rules: generations whose leader sent no assignment.
    public var missingShares: [MissingShare] = []
    public var streamsTroubles: [StreamsTrouble] = []
    /// The address that answers for the group, for rules.
    public var server: String?
    // For rules: which cluster's, where a capture shows several.
    public var cluster = 0
    public var seen: Seen
    public init(seen: Seen) { self.seen = seen }
}

/// A group's lag in a partition grew on and on.
public struct PartitionGrowth: Sendable {
    public var from: CaptureTime
    public var to: CaptureTime
    /// By how many records, and to how many.
    public var records: Int64
    public var lag: Int64
    /// The longest time of it without a Fetch.
    public var unaskedMs = 0.0
    public init(from: CaptureTime, to: CaptureTime, records: Int64, lag: Int64) {
        (self.from, self.to, self.records, self.lag) = (from, to, records, lag)
    }
}

public struct LagRow: Sendable {
    public var group = ""
    public var topic: String?
    public var partition = 0
    public var committedOffset: Int64?
    public var position: Int64?
    public var endOffset: Int64?
    public var lastStableOffset: Int64?
    public var logStartOffset: Int64?
    public var lagRecords: Int64?
    public var lagRecordsMax: Int64?
    public var lagMs: Double?
    public var standstillMs: Double?
    public var heldBackBy: String?
    public var heldBackMs: Double?
    public var clientId: String?
    // For rules: the longest stall, the greatest growth, the reader's host, the leader that it asked, and frames of both.
    public var stall: PartitionStall?
    public var growth: PartitionGrowth?
    /// The longest time between two Fetches of the partition; nil where none was seen.
    public var fetchPauseMs: Double?
    /// When the log's end last moved.
    public var endMoved: CaptureTime?
    public var lostCommit: LostCommit?
    public var client: String?
    public var server: String?
    public var frames: [FrameRef] = []
    /// Which cluster's, where a capture shows several: a number.
    public var cluster = 0
    public var seen: Seen
    public init(seen: Seen) { self.seen = seen }
}

public struct ShareGroupRow: Sendable {
    public var group = ""
    public var topic: String?
    public var partition = 0
    public var acquired: Int64 = 0
    public var accepted: Int64 = 0
    public var released: Int64 = 0
    public var rejected: Int64 = 0
    public var redelivered: Int64 = 0
    // For rules: the longest time in which the group got nothing though it asked, who asked last, and where.
    public var stall: PartitionStall?
    public var client: String?
    public var clientId: String?
    public var server: String?
    public var frames: [FrameRef] = []
    public var cluster = 0
    public var seen: Seen
    public init(seen: Seen) { self.seen = seen }
}

public struct TransactionSums: Sendable {
    public var committed = 0
    public var aborted = 0
    public var timedOut = 0
    public var fenced = 0
    public var open = 0
    public var longestMs: Double?
    /// For words: the last that its own timeout ended.
    public var lastTimeout: TransactionTimeout?
    public init() {}
}

public struct ProducerRow: Sendable {
    public var client = ""
    public var clientId: String?
    public var producerId: Int64?
    public var lastEpoch: Int?
    public var transactionalId: String?
    public var idempotent = false
    public var batches: Int64 = 0
    public var records: Int64? = 0
    public var resent: Int64 = 0
    /// Nil of one that has no transactional id.
    public var transactions: TransactionSums?
    public var fencedBy: String?
    public var seen: Seen
    public init(seen: Seen) { self.seen = seen }
}

/// Batches, and the records in them; nil where they can't be counted.
public struct BatchSum: Sendable {
    public var batches: Int64 = 0
    public var records: Int64? = 0
    public init() {}

    public mutating func add(records more: Int64?) {
        batches += 1
        records = records.flatMap { sum in more.map { sum + $0 } }
    }
}

public struct LedgerRow: Sendable {
    public var topic: String?
    public var partition = 0
    public var lost = BatchSum()
    public var storedOnce = BatchSum()
    public var storedTwice = BatchSum()
    public var notStored = BatchSum()
    public var unknown = BatchSum()
    /// The batches in `unknown`: other batches' offsets may tell yet what became of them.
    public var open: [OpenBatch] = []
    public var frames: [FrameRef] = []
    public var seen: Seen
    public init(seen: Seen) { self.seen = seen }

    public struct OpenBatch: Sendable {
        public var records: Int64?
        /// Of the Produces that carried it.
        public var frames: [FrameRef]
        public init(records: Int64?, frames: [FrameRef]) { (self.records, self.frames) = (records, frames) }
    }

    /// Counts batches as what their lost requests are proved to be.
    ///
    /// - Parameter outcomes: of Produces with one batch, by their frames.
    public mutating func settle(_ outcomes: [FrameRef: Outcome]) {
        var rest = BatchSum()
        let undecided = open.filter { batch in
            guard let place = batch.frames.lazy.compactMap({ Self.place(outcomes[$0]) }).first else {
                rest.add(records: batch.records)
                return true
            }
            self[keyPath: place].add(records: batch.records)
            return false
        }
        (open, unknown) = (undecided, rest)
    }

    private static func place(_ outcome: Outcome?) -> WritableKeyPath<Self, BatchSum>? {
        switch outcome {
        case .storedOnce: \.storedOnce
        case .storedTwice: \.storedTwice
        case .noEffect: \.notStored
        default: nil
        }
    }
}
