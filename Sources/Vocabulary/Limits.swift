/// Every bound of the analysis, in one place. None of them is "unlimited"; reaching one is reported (`LimitTrip`).
public struct Limits: Sendable {
    // Capture
    /// Bytes read from a file at once; also the largest packet that is accepted.
    public var readBlockBytes = 1 << 20
    /// The largest captured packet accepted; libpcap's MAXIMUM_SNAPLEN.
    public var packetBytes = 262_144
    /// Packets in a batch.
    public var batchPackets = 256
    /// How far back in time a packet may stand in the file and still be put in order.
    public var reorderWindowNanoseconds = Span.milliseconds(20)

    /// Packets kept to find them again in another source, for comparing their clocks.
    public var clockMarks = 200_000
    /// Pairs of hosts, in each two sources, by whose packets clocks are compared.
    public var clockPairs = 2_000

    /// Bytes of a facts file, of a checkpoint too; packets beyond are left out of it.
    public var factsBytes = 64 << 30
    /// Bytes of the table at the end of a facts file that is read.
    public var factsTableBytes = 256 << 20

    // Packets
    /// IP datagrams being put together from fragments at once.
    public var fragmentedDatagrams = 1024
    /// Bytes of captures whose checksums are verified wherever segments were sent again; in larger ones, where frames do not fit
    /// together besides.
    public var verifiedBytes = 4 << 20
    /// Hosts whose checksums are verified, where some are.
    public var checksumSenders = 65_536
    /// Envelopes (tunnels, tags) around one packet.
    public var envelopeDepth = 8

    // TCP streams
    /// Connections followed at once; the longest idle one leaves for a new one.
    public var liveConnections = 2_000_000
    /// Packets remembered where two sources show the same connections, to know the copies of the one in the other.
    public var seenPackets = 65_536
    /// Bytes held out of order, over all connections.
    public var outOfOrderBytes = 24 << 20
    /// Bytes held out of order for one direction of one connection.
    public var outOfOrderBytesPerStream = 4 << 20

    // Kafka
    /// Requests waiting for an answer on one connection.
    public var pendingRequestsPerConnection = 10_000
    /// Requests waiting for an answer over all connections.
    public var pendingRequests = 1_000_000
    /// The largest frame length believed; Kafka's own default is 100 MiB, some raise it.
    public var frameBytes = 1 << 30
    /// Bytes of a field cut by a segment's end that are kept to finish it.
    public var carryBytes = 64 << 10
    /// Replicas of one partition that are kept while an answer is read, and as many in sync.
    public var partitionReplicas = 1024
    /// Depth of nested structures in a message.
    public var messageDepth = 16
    /// Different strings from the wire (topics, client ids, hosts) that are remembered.
    public var internedStrings = 200_000
    /// Bytes of one string that are kept.
    public var stringBytes = 1024
    /// Fields of one message, and batches in it, that are kept while it is read for the depth tables.
    public var observedFields = 1_000_000

    // Messages shown one by one
    /// Bytes of one field that are shown.
    public var shownFieldBytes = 256 << 10
    /// Bytes of text that wait for an earlier request's answer, so that messages are shown in order of their requests.
    public var shownWaitingBytes = 64 << 20
    /// Bytes of text of messages that have given up their place in that order, and still wait for their answers.
    public var shownLateBytes = 256 << 20
    /// Stretches of streams that may be shown in evidence; what lies beyond is blanked.
    public var shownStretches = 4_000_000
    /// Hosts, client ids and principals that get aliases of their own in anonymised evidence; the others are hidden.
    public var maskedNames = 100_000
    /// Messages that a finding names.
    public var shownOfFinding = 100_000

    // TLS
    /// Connections whose secrets are kept of key logs.
    public var keyLogConnections = 200_000
    /// Bytes of one handshake message that are kept to be read; longer ones are passed over.
    public var tlsHandshakeBytes = 128 << 10
    /// Record numbers tried behind a hole, to find the one that a record has.
    public var tlsRecordSearch = 1024
    /// Records that may fail to open before a direction is given up.
    public var tlsFailedRecords = 64

    // Facts kept for the diagnosis
    /// Connections with something to tell that are kept after their end.
    public var endedConnections = 20_000
    /// Addresses given out (client host, node, address, giver).
    public var addressClaims = 20_000
    /// DNS answers remembered.
    public var dnsAnswers = 20_000
    /// Neighbours whose hardware addresses are asked for, by who asks.
    public var neighbours = 10_000
    /// Distinct error rows (error, API, client, server).
    public var errorRows = 5_000
    /// Partitions, topics and groups that are told apart in each.
    public var errorSubjects = 64
    /// Static members and transactional ids that are followed, by connection, and refusals of such kept one by one.
    public var identities = 2_000
    /// Lost Produce batches whose resend is looked for.
    public var lostBatches = 20_000
    /// Client hosts and servers for which it is kept when one answered the other.
    public var answeredPairs = 500
    /// Servers for which the same is kept.
    public var answeringServers = 20_000
    /// Rows of response times (API, and server or client).
    public var latencyRows = 2_000
    /// Clusters named by servers.
    public var clusterSightings = 1_000
    /// Requests kept in the log.
    public var loggedRequests = 1_000_000

    // Depth tables
    /// Bytes of files for which all messages are read without being asked.
    public var tableInputBytes = 256 << 20
    /// Topics told apart.
    public var depthTopics = 20_000
    /// Rows of clients: with a topic, with a producer id, with their versions.
    public var depthClients = 20_000
    /// Servers that a client speaks to, for what becomes of it when they are upgraded.
    public var depthServersPerClient = 64
    /// Connections of which it is kept what their clients said they are.
    public var depthConnections = 500_000
    /// Partitions of all topics, with each group that reads them.
    public var depthPartitions = 50_000
    /// Times of batches kept of each partition, for the age of what is not committed.
    public var depthWrites = 8192
    /// Groups, and in each the members and the rebalances that are listed.
    public var depthGroups = 2_000
    public var depthMembers = 2_000
    public var depthRebalances = 1_000
    /// Batches that wait for their answers, or were lost.
    public var depthBatches = 100_000
    /// Partitions whose offsets given out are compared between leaders, and pairs of leaders that are told.
    public var depthLeaders = 20_000
    public var depthOffsetsTwice = 1_000
    /// Hosts that a proxy's headers name, listed of each proxy.
    public var gatewayClients = 1_000
    /// Rows of APIs, each with a broker, a client or a topic, whose time is taken apart.
    public var depthLatencyRows = 5_000
    /// Requests of which the page draws where their time went.
    public var drawnRequestParts = 200_000
    /// Answers whose waits are compared between the two legs of a gateway.
    public var depthWaits = 200_000

    // Report
    /// Bytes of a JSON report that is compared with another.
    public var comparedReportBytes = 1 << 30
    public var findings = 2_000
    public var reportedConnections = 20_000
    public var timelineEvents = 100_000
    public var framesPerFinding = 40
    public var requestsPerFinding = 100

    // Logs beside the capture
    /// Bytes read of one log, and of one file of events.
    public var clientLogBytes = 256 << 20
    /// Lines of one log that say something of connections, kept to be placed.
    public var clientLogLines = 50_000
    /// Lines of all logs that the report shows.
    public var clientLogRows = 5_000
    /// Events of the user's own on the timeline.
    public var userEvents = 5_000

    // Live
    /// How long packets of several interfaces are held, so that they are taken in order of time.
    public var mergeWindowNanoseconds = Span.milliseconds(250)
    /// Bytes of packets held for that; beyond it they go on as they are.
    public var mergeBytes = 16 << 20
    /// Open connections that the rules look at one by one at each tick.
    public var judgedOpenConnections = 20_000
    /// How long facts are kept behind their last evidence: a finding is final then.
    public var factLifeNanoseconds = Span.seconds(600)
    /// How long addresses given out and DNS answers are kept behind their last sighting.
    public var addressLifeNanoseconds = Span.seconds(3600)
    /// Findings that are final, kept for the report at the end.
    public var archivedFindings = 2_000
    /// Clients, and topics, that metrics name (`--metric-labels`); all others are one.
    public var metricLabelValues = 200
    /// Events told at one tick.
    public var eventsPerTick = 5_000

    public init() {}

    /// For a run of days: fewer connections at once, so that memory stays small.
    public static var live: Limits {
        var limits = Limits()
        limits.liveConnections = 200_000
        limits.pendingRequests = 200_000
        limits.loggedRequests = 100_000
        // Of the depth tables there is lag alone, for metrics.
        (limits.depthTopics, limits.depthPartitions, limits.depthWrites) = (5_000, 5_000, 64)
        (limits.depthGroups, limits.depthClients, limits.depthBatches) = (500, 5_000, 1_000)
        return limits
    }
}

extension Limits {
    /// Where messages are shown, their fields are kept as long as they are shown.
    public mutating func showMessages() {
        stringBytes = shownFieldBytes
        carryBytes = max(carryBytes, shownFieldBytes.addingSaturated(4096))
    }
}

/// A limit that was reached, and what that cost.
public struct LimitTrip: Sendable, Hashable {
    /// The limit's name in `Limits`.
    public var name: String
    public var allowed: Int
    public var seen: Int
    /// What was left out because of it, for a reader.
    public var leftOut: String

    public init(name: String, allowed: Int, seen: Int, leftOut: String) {
        self.name = name
        self.allowed = allowed
        self.seen = seen
        self.leftOut = leftOut
    }

    /// Of a table that counted what it had no room for; nil where it had room for all.
    public init?(_ name: String, _ allowed: Int, beyond count: Int, _ leftOut: String) {
        guard count > 0 else { return nil }
        self.init(name: name, allowed: allowed, seen: allowed + count, leftOut: leftOut)
    }

    /// What is missing of an output, and by which limit.
    public var loss: String { "\(seen - allowed) of \(leftOut) (\(name))" }
}
