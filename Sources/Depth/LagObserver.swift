public import Conversations
public import ReportModel
public import Vocabulary

/// Is told every message and keeps what metrics of a live run tell beyond its facts: how far groups are behind, and what clients and
/// topics do. Groups that nobody has heard of for long leave.
public final class LagObserver: MessageObserver {
    private let limits: Limits
    private var cast: Cast
    private var lag: LagTable
    private var traffic: LabelledTraffic
    private let labels: Set<MetricLabel>

    public init(limits: Limits, labels: Set<MetricLabel> = [.lag]) {
        self.limits = limits
        self.labels = labels
        (cast, lag) = (Cast(limits: limits), LagTable(limits: limits))
        traffic = LabelledTraffic(limits: limits)
    }

    private var countsTraffic: Bool { labels.contains(.client) || labels.contains(.topic) }

    public func took(_ request: ObservedRequest) {
        cast.learn(request)
        if countsTraffic {
            let produced = request.api == Api.produce ? RecordFlow.produced(request, &cast) : []
            traffic.took(request, produced, cast)
        }
        if labels.contains(.lag) { lag.took(request, &cast) }
    }

    public func took(_ answer: ObservedAnswer, to request: ObservedRequest) {
        cast.learn(answer, to: request)
        let delivered = RecordFlow.delivered(answer, to: request, &cast)
        let stored = request.api == Api.produce ? RecordFlow.stored(answer, to: request, &cast) : []
        if countsTraffic { traffic.took(answer, to: request, delivered, stored, &cast) }
        if labels.contains(.lag) { lag.took(answer, to: request, delivered, stored, &cast) }
    }

    public func tooLate(_ answer: ObservedAnswer, to request: ObservedRequest) {}
    public func ended(_ request: ObservedRequest, _ end: RequestEnd, at time: CaptureTime) {}

    public func ended(_ request: ObservedRequest, _ end: RequestEnd, _ fate: RequestFate, at time: CaptureTime) {
        guard countsTraffic, end == .connectionEnded, fate.isLost else { return }
        traffic.lost(request, request.api == Api.produce ? RecordFlow.produced(request, &cast) : [], cast)
    }

    /// As it stands now; nil where it was not asked for.
    public func rows() -> [LagRow]? { labels.contains(.lag) ? lag.rows(cast) : nil }

    public func totals() -> LabelledTotals {
        var totals = LabelledTotals()
        if labels.contains(.client) { totals.clients = traffic.clients }
        if labels.contains(.topic) { totals.topics = traffic.topics }
        return totals
    }

    /// What was not heard of since then leaves. Where there was no room for something, all is learned anew: names and
    /// offsets are told again within minutes.
    public func forget(before time: CaptureTime) {
        if cast.trip != nil || lag.trip != nil {
            (cast, lag) = (Cast(limits: limits), LagTable(limits: limits))
        } else {
            lag.forget(before: time)
        }
    }
}
