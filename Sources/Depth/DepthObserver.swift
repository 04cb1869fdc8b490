public import Conversations
public import ReportModel
public import Vocabulary

/// Is told every message and keeps the depth tables. Each table is a file of its own, and asks for what it needs; what several
/// need (topic names, which group a client is in) is learned before they are told.
public final class DepthObserver: MessageObserver {
    private let limits: Limits
    private var cast: Cast
    private var topics: TopicTable
    private var producers: ProducerTable
    private var readiness: ReadinessTable
    private var groups: GroupTable
    private var lag: LagTable
    private var shares: ShareGroupTable
    private var ledger: LedgerTable
    private var leaders: LeaderOffsets
    private var refused: RefusedBatches
    private var skipped: SkippedOffsets
    private var watermarks: Watermarks
    private var held: HeldReaders
    private var waits: LegWaits
    private var parts: LatencyPartsTable
    /// Nil: nobody draws them.
    private var drawn: PartsOfRequests?

    /// - Parameters:
    ///   - drawsRequests: where the time went is kept of each request too.
    ///   - clusters: what an earlier reading of the same packets learned (`clustersLearnedLate`).
    public init(limits: Limits, drawsRequests: Bool = false, clusters: KnownClusters? = nil) {
        self.limits = limits
        cast = Cast(limits: limits, clusters: clusters)
        topics = TopicTable(limits: limits)
        producers = ProducerTable(limits: limits)
        readiness = ReadinessTable(limits: limits)
        groups = GroupTable(limits: limits)
        lag = LagTable(limits: limits)
        shares = ShareGroupTable(limits: limits)
        ledger = LedgerTable(limits: limits)
        leaders = LeaderOffsets(limits: limits)
        refused = RefusedBatches(limits: limits)
        skipped = SkippedOffsets(limits: limits)
        watermarks = Watermarks(limit: limits.depthPartitions)
        held = HeldReaders(limit: limits.depthPartitions)
        waits = LegWaits(limits: limits)
        parts = LatencyPartsTable(limits: limits)
        if drawsRequests { drawn = PartsOfRequests(limits: limits) }
    }

    /// Not nil where programs were seen at work before it was known with which of several clusters.
    public var clustersLearnedLate: KnownClusters? { cast.clustersLearnedLate }

    public func took(_ request: ObservedRequest) {
        cast.learn(request)
        readiness.took(request)
        parts.took(request)
        groups.took(request, cast)
        let isBySidecar = cast.isBySidecar(request)
        if request.api == Api.produce {
            let flows = RecordFlow.produced(request, &cast)
            let resent = cast.resends.find(in: flows, of: request)
            if !isBySidecar {
                topics.took(request, flows, resent: resent)
                producers.took(request, flows, resent: resent)
            }
            ledger.took(request, flows, resent: resent)
            refused.took(request, flows)
        }
        if !isBySidecar { producers.took(request, &cast) }
        lag.took(request, &cast)
        skipped.took(request, &cast)
    }

    public func took(_ answer: ObservedAnswer, to request: ObservedRequest) {
        cast.learn(answer, to: request)
        readiness.took(answer, to: request)
        groups.took(answer, to: request, cast)
        let isBySidecar = cast.isBySidecar(request)
        let delivered = RecordFlow.delivered(answer, to: request, &cast)
        if !isBySidecar { topics.took(answer, to: request, delivered, &cast) }
        let stored = request.api == Api.produce ? RecordFlow.stored(answer, to: request, &cast) : []
        waits.took(answer, to: request, stored)
        let records = stored.map(\.flow.place.topic) + delivered.filter { !$0.batches.isEmpty }.map(\.place.topic)
        let time = parts.took(answer, to: request, delivered: delivered, topics: Set(records))
        drawn?.took(request, time)
        ledger.took(answer, to: request, stored)
        leaders.took(answer, to: request, stored, cast)
        refused.took(answer, to: request, stored)
        skipped.took(answer, to: request, delivered)
        if !isBySidecar { producers.took(answer, to: request, stored, &cast) }
        lag.took(answer, to: request, delivered, stored, &cast)
        shares.took(answer, to: request, lag.logs, &cast)
        held.took(answer, to: request, delivered, lag.logs, cast)
        watermarks.took(answer, to: request, delivered, stored, &cast)
    }

    public func tooLate(_ answer: ObservedAnswer, to request: ObservedRequest) {
        if request.api == Api.produce { ledger.tooLate(request, RecordFlow.stored(answer, to: request, &cast)) }
    }

    public func mayBeUnheard(_ answer: ObservedAnswer, to request: ObservedRequest, isLost: Bool) {
        let stored = RecordFlow.stored(answer, to: request, &cast)
        cast.resends.unheard(request, stored)
        ledger.mayBeUnheard(request, stored, isLost: isLost)
    }

    public func ended(_ request: ObservedRequest, _ end: RequestEnd, at time: CaptureTime) {
        ended(request, end, .hidden, at: time)
    }

    public func ended(_ request: ObservedRequest, _ end: RequestEnd, _ fate: RequestFate, at time: CaptureTime) {
        groups.ended(request, at: time, cast)
        guard request.api == Api.produce else { return }
        let flows = RecordFlow.produced(request, &cast)
        cast.resends.ended(request, flows, end)
        ledger.ended(request, flows, end, isLost: end == .connectionEnded && fate.isLost)
    }

    /// The rows. Called once, when all messages have been told.
    /// - Parameter end: time of the last packet.
    public func tables(end: CaptureTime) -> DepthTables {
        var tables = DepthTables()
        tables.topics = topics.topicRows(cast)
        tables.topicClients = topics.clientRows(cast)
        tables.producers = producers.rows()
        tables.readiness = readiness.rows()
        tables.groups = groups.rows(lag.topics(cast))
        tables.lag = lag.rows(cast)
        tables.shareGroups = shares.rows(cast, lag.logs)
        tables.watermarks = watermarks.rows(cast)
        tables.heldReaders = held.rows(cast)
        tables.ledger = ledger.rows(cast)
        tables.waits = waits.rows
        tables.latencyParts = parts.rows(cast)
        tables.requestParts = drawn?.parts ?? [:]
        tables.offsetsTwice = leaders.rows()
        tables.refusedForGood = refused.rows(cast, end: end)
        tables.skipped = skipped.rows(cast)
        tables.doubled = ledger.doubled(cast)
        return tables
    }

    /// Bounds that were reached.
    public var trips: [LimitTrip] {
        [
            cast.trip, topics.topicTrip, topics.clientTrip, producers.trip, readiness.trip, readiness.serversTrip,
            groups.trip, lag.trip, shares.trip, ledger.trip, leaders.trip, leaders.pairTrip, refused.trip, skipped.trip,
            watermarks.trip, held.trip, waits.trip, parts.trip, drawn?.trip,
        ].compactMap(\.self)
    }
}
