import Streams
public import Vocabulary

/// Everything learned from the packets that the rules may read: values with their times and frames, each list bounded.
///
/// Nothing is concluded here. What explains a fact may come after it (DNS answers, Metadata, a resend), so the rules join
/// the facts when they are asked for findings.
///
/// What every message changes goes without the run-time check for overlapping access: no such change runs inside another,
/// and the checks were a fifth of the time that a message took.
public final class CaseFile {
    public let limits: Limits
    @exclusivity(unchecked) var strings: StringTable

    /// Connections that ended with something to tell, then uneventful ones as far as there is room.
    public internal(set) var connections: [ConnectionRecord] = []
    /// Attempts and connections beyond the limit, by client host and server.
    public internal(set) var folded: [FoldedKey: FoldedConnections] = [:]

    public internal(set) var claims: [AddressClaim] = []
    public internal(set) var dns: [DNSAnswer] = []
    public internal(set) var clusters: [ClusterSighting] = []
    public internal(set) var errorEvents: [ErrorEvent] = []
    @exclusivity(unchecked) public internal(set) var errorRows: [ErrorRow.Key: ErrorRow] = [:]
    public internal(set) var throttles: [ThrottleRow] = []
    public internal(set) var slowAnswers: [SlowAnswer] = []
    public internal(set) var partitionHealth: [PartitionHealth] = []
    /// Partitions that were not well when last told.
    private(set) var unwell: Set<PartitionName> = []
    public internal(set) var groupEvents: [GroupEvent] = []
    /// Who was let in under an identity that only one program may have at a time, and who was refused.
    public internal(set) var identityUses: [IdentityUse.Key: IdentityUse] = [:]
    public internal(set) var identityRefusals: [IdentityRefusal] = []
    public internal(set) var kerberosErrors: [KerberosError] = []
    /// Requests that waited behind a long Fetch of their own connection.
    public internal(set) var behindFetch: [BehindFetch.Key: BehindFetch] = [:]
    /// Response times: histograms in one block, and whose each is.
    let histograms = Pool<Histogram>()
    private(set) var histogramPlaces: [LatencyKey: Int32] = [:]

    /// Errors behind which nothing of the same went well yet.
    @exclusivity(unchecked) var unhealed = UnhealedErrors()
    /// What `CaseFile+Clusters` found out.
    var clusterByServer: [Endpoint: StringID] = [:]

    /// Places in `connections` that may be given to an eventful one.
    var uneventful: [Int] = []
    /// Kept only where somebody tells things as they come.
    var journal: Journal?
    /// Where in `connections` those begin that are still there; only a look at the case as of now has such.
    public internal(set) var firstOpen: Int?

    /// When each server was answering, in coarse steps: what shows a server that fell silent.
    @exclusivity(unchecked) public internal(set) var answerTimes: [Endpoint: AnswerTimes] = [:]
    /// The same for each client host, as far as there is room: what shows that others were answered meanwhile.
    @exclusivity(unchecked) public internal(set) var answersByClient: [FoldedKey: AnswerTimes] = [:]

    @exclusivity(unchecked) public internal(set) var totals = Totals()
    public internal(set) var trips: [String: LimitTrip] = [:]
    /// Time of the first and the last packet.
    public internal(set) var firstTime: CaptureTime?
    public internal(set) var lastTime = CaptureTime.distantPast

    /// Names of addresses, from DNS answers, the capture's name blocks and the user's hosts file.
    public var names: [IPAddress: String] = [:]
    /// Topic names by their ids in text form (KIP-516), learned from Metadata.
    @exclusivity(unchecked) var topicNames: [StringID: StringID] = [:]
    /// Ids by the names that they have, or had.
    @exclusivity(unchecked) var topicIds: [StringID: Set<StringID>] = [:]

    /// Sums over the whole capture.
    public struct Totals: Sendable {
        public var connections = 0
        public var refusedAttempts = 0
        public var requests: Int64 = 0
        public var responses: Int64 = 0
        public var wantNoAnswer: Int64 = 0
        /// Of requests on connections that are not listed any more.
        public internal(set) var foldedFates = RequestFates()
        public var understoodBytes: Int64 = 0
        public var encryptedBytes: Int64 = 0
        /// Keys opened TLS records.
        public var keysUsed = false
        public var unknownBytes: Int64 = 0
        public var otherBytes: [SpokenProtocol: Int64] = [:]
        public var gapBytes: Int64 = 0
        public var payloadBytes: Int64 = 0
        public var decoded: Int64 = 0
        public var pairedOnly: Int64 = 0
        public var answersUnread: Int64 = 0
        public var cut: Int64 = 0
        public var malformed: Int64 = 0
        public var leftOver: Int64 = 0
        public var unmatchedAnswers: Int64 = 0
        public var oneDirection = 0
        public var midStream = 0
        public var packets: Int64 = 0
        public init() {}
    }

    public struct FoldedKey: Hashable, Sendable {
        public var client: IPAddress
        public var server: Endpoint
    }

    public struct FoldedConnections: Sendable {
        public var connections = 0
        public var refused = 0
        public var requests = 0
        public var bytes: Int64 = 0
        /// What they add to the sums; their requests' fates are `foldedFates`.
        var totals = Totals()
    }

    public init(limits: Limits) {
        self.limits = limits
        strings = StringTable(limit: limits.internedStrings)
    }

    /// The text of a string from the wire; nil for none. A topic known by its id only has its name where Metadata told it.
    public func text(_ id: StringID) -> String? { strings.text(topicNames[id] ?? id) }

    /// Notes that a server answered a client host.
    func noteAnswering(_ server: Endpoint, to client: IPAddress, _ time: CaptureTime) {
        answerTimes[server, default: AnswerTimes()].note(time)
        let pair = FoldedKey(client: client, server: server)
        guard answersByClient[pair] != nil || answersByClient.count < limits.answeredPairs else { return }
        answersByClient[pair, default: AnswerTimes()].note(time)
    }

    func trip(_ name: String, allowed: Int, leftOut: String) {
        if trips[name] == nil { trips[name] = LimitTrip(name: name, allowed: allowed, seen: allowed, leftOut: leftOut) }
        trips[name]?.seen += 1
    }
}

extension CaseFile {
    /// Every fact that mentions frames keeps only a few: enough to look at, never a list that grows.
    static let framesPerFact = 8

    func add(_ slow: SlowAnswer) {
        guard slowAnswers.count < limits.errorRows else {
            return trip("slowAnswers", allowed: limits.errorRows, leftOut: "slow answers beyond it")
        }
        slowAnswers.append(slow)
    }

    /// There is room for no connection that ends from now on; `keep` only counts it.
    var keepsOnlyCounts: Bool {
        connections.count >= limits.endedConnections && uneventful.isEmpty && journal == nil
    }

    /// Keeps a connection that has ended. Where there is no room, eventful ones take the place of others, whose counts are
    /// folded by client host and server.
    func keep(_ record: ConnectionRecord, serial: UInt64) {
        record.serial = serial
        journal?.note(record)
        if connections.count < limits.endedConnections {
            if !record.isEventful { uneventful.append(connections.count) }
            return connections.append(record)
        }
        trip(
            "endedConnections", allowed: limits.endedConnections,
            leftOut: "connections told one by one; they are counted by client and server")
        if record.isEventful, let place = uneventful.popLast() {
            fold(connections[place])
            connections[place] = record
        } else {
            fold(record)
        }
    }

    /// Adds a connection to the sums.
    func count(_ record: ConnectionRecord) {
        if record.isFailedAttempt { totals.refusedAttempts += 1 } else { totals.connections += 1 }
        if record.startsMidway { totals.midStream += 1 }
        if record.isOneSided { totals.oneDirection += 1 }
    }

    func fold(_ record: ConnectionRecord) {
        let fates = record.fates(captureEnd: lastTime)
        totals.foldedFates += fates
        let key = FoldedKey(client: record.client.address, server: record.server)
        guard folded[key] != nil || folded.count < limits.endedConnections else { return }
        var row = folded[key, default: FoldedConnections()]
        row.connections += 1
        row.refused += record.wasEstablished ? 0 : 1
        row.requests += record.kafka.requests
        row.bytes += record.fromClient.payloadBytes + record.fromServer.payloadBytes
        row.totals += Totals(of: record)
        row.totals.foldedFates += fates
        folded[key] = row
    }

    func settleRetries(_ table: RetryTable) {
        for i in connections.indices {
            for j in connections[i].unanswered.indices {
                let id = connections[i].unanswered[j].correlationId
                if let facts = table.facts(of: connections[i].serial, id) { connections[i].unanswered[j].retry = facts }
            }
        }
    }

    /// The place of a histogram in `histograms`, made with its first use; -1 where there is no room.
    func histogram(_ key: LatencyKey) -> Int32 {
        if let place = histogramPlaces[key] { return place }
        guard histogramPlaces.count < 2000 else { return -1 }
        let place = Int32(histograms.count)
        histograms.append(Histogram())
        histogramPlaces[key] = place
        return place
    }

    func addThrottle(
        _ ms: Int, api: Int16, client: IPAddress, clientId: StringID, server: Endpoint, time: CaptureTime,
        frame: FrameRef
    ) {
        let known = throttles.firstIndex {
            $0.client == client && $0.server == server && $0.clientId == clientId && $0.api == api
        }
        if known == nil {
            guard throttles.count < 1000 else { return }
            throttles.append(
                ThrottleRow(client: client, clientId: clientId, server: server, api: api, first: time, last: time))
        }
        let at = known ?? throttles.count - 1
        throttles[at].count += 1
        throttles[at].last = time
        throttles[at].maxMs = max(throttles[at].maxMs, ms)
        throttles[at].totalMs += ms
        if throttles[at].frames.count < Self.framesPerFact { throttles[at].frames.append(frame) }
    }

    func addPartition(_ sighting: PartitionHealth) {
        let known = partitionHealth.firstIndex {
            $0.topic == sighting.topic && $0.partition == sighting.partition && $0.leaderless == sighting.leaderless
        }
        guard let at = known else {
            if partitionHealth.count < limits.errorRows {
                partitionHealth.append(sighting)
                unwell.insert(sighting.name)
            }
            return
        }
        partitionHealth[at].wellAt = nil
        unwell.insert(sighting.name)
        partitionHealth[at].add(sighting)
        if partitionHealth[at].frames.count < Self.framesPerFact { partitionHealth[at].frames += sighting.frames }
    }

    func forgetPartitions(before time: CaptureTime) {
        partitionHealth.removeAll { $0.last < time }
        unwell = Set(partitionHealth.filter { $0.wellAt == nil }.map(\.name))
    }

    /// Partitions that an answer tells with a leader and all replicas in sync.
    func notePartitionsWell(_ partitions: [PartitionName], at time: CaptureTime) {
        for partition in partitions where unwell.remove(partition) != nil {
            for at in partitionHealth.indices
            where partitionHealth[at].topic == partition.topic && partitionHealth[at].partition == partition.partition {
                if time > partitionHealth[at].last { partitionHealth[at].wellAt = time }
            }
        }
    }

    func addCluster(_ id: StringID, server: Endpoint, client: IPAddress, time: CaptureTime, frame: FrameRef) {
        if let at = clusters.firstIndex(where: { $0.server == server && $0.clusterId == id }) {
            clusters[at].lastTime = time
        } else if clusters.count < 1000 {
            clusters.append(
                ClusterSighting(
                    server: server, clusterId: id, firstTime: time, firstFrame: frame, lastTime: time, client: client))
        }
    }
}
