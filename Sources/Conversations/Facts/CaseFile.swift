import Streams
public import Vocabulary

/// Everything learned from the packets that the rules may read, by subject: values with their times and frames, each list
/// bounded.
///
/// Nothing is concluded here. What explains a fact may come after it (DNS answers, Metadata, a resend), so the rules join
/// the facts when they are asked for findings.
///
/// What every message changes goes without the run-time check for overlapping access: no such change runs inside another,
/// and the checks were a fifth of the time that a message took.
public final class CaseFile {
    public let limits: Limits
    @exclusivity(unchecked) var strings: StringTable

    public internal(set) var connections: ConnectionFacts
    /// How long answers took, and when who was answered.
    @exclusivity(unchecked) public internal(set) var times: TimeFacts
    public var addresses: AddressFacts
    @exclusivity(unchecked) var topics = TopicIdentities()
    public internal(set) var clusters: ClusterFacts
    @exclusivity(unchecked) public internal(set) var errors: ErrorFacts
    @exclusivity(unchecked) public internal(set) var partitions: PartitionFacts
    @exclusivity(unchecked) var progress = ProducerProgress()
    public internal(set) var groupEvents: BoundedList<GroupEvent>
    public internal(set) var identities: IdentityFacts

    @exclusivity(unchecked) public internal(set) var totals = Totals()
    /// Time of the first and the last packet.
    public internal(set) var firstTime: CaptureTime?
    public internal(set) var lastTime = CaptureTime.distantPast
    /// Capture time at which the connection that is being closed leaves, where that is before the capture's end.
    var leaving: CaptureTime?
    /// Up to when it is known what became of a connection that is being closed.
    var endOfSight: CaptureTime { leaving ?? lastTime }

    /// Limits that were reached elsewhere than in a list of facts.
    private var noted: [LimitTrip] = []

    public init(limits: Limits) {
        self.limits = limits
        strings = StringTable(limit: limits.internedStrings)
        connections = ConnectionFacts(limits)
        times = TimeFacts(limits)
        addresses = AddressFacts(limits)
        clusters = ClusterFacts(limits)
        errors = ErrorFacts(limits)
        partitions = PartitionFacts(limits)
        groupEvents = BoundedList(
            Bound(name: "errorRows", most: limits.errorRows, leftOut: "joins and leaves of groups beyond it"))
        identities = IdentityFacts(limits)
    }

    /// The text of a string from the wire; nil for none. A topic known by its id only has its name where Metadata told it.
    public func text(_ id: StringID) -> String? { strings.text(topics.names[id] ?? id) }

    /// Whether the broker is known to have stored a batch of a producer with an id, which it does once.
    public func isStored(_ batch: BatchIdentity) -> Bool { progress.isStored(batch, of: named(batch.topic)) }

    /// The name of a topic that may be known by its id.
    func named(_ topic: StringID) -> StringID { topics.names[topic] ?? topic }
}

// MARK: Limits

extension CaseFile {
    /// Every fact that mentions frames keeps only a few: enough to look at, never a list that grows.
    static let framesPerFact = 8

    /// All that were reached, by name; what several lists left out for one limit is added up.
    public var limitsReached: [LimitTrip] {
        let ofLists: [LimitTrip?] =
            connections.limitsReached + times.limitsReached + addresses.limitsReached + errors.limitsReached
            + identities.limitsReached + [clusters.limitReached, partitions.limitReached, groupEvents.limitReached]
        return (noted + ofLists.compactMap(\.self)).reduce(into: []) { $0.add($1) }.sorted { $0.name < $1.name }
    }

    public func hasReached(_ name: String) -> Bool { limitsReached.contains { $0.name == name } }

    /// Notes that something had no room.
    func note(_ bound: Bound) {
        if let reached = bound.reached(beyond: 1) { noted.add(reached) }
    }

    /// A part of the case had the same limits, and lacks the same.
    func takeLimits(of whole: CaseFile) { noted = whole.limitsReached }
}

extension [LimitTrip] {
    fileprivate mutating func add(_ reached: LimitTrip) {
        guard let at = firstIndex(where: { $0.name == reached.name }) else { return append(reached) }
        self[at].seen = self[at].seen.addingSaturated(reached.seen - reached.allowed)
    }
}
