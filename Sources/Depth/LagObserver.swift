public import Conversations
public import ReportModel
public import Vocabulary

/// Is told every message and keeps how far groups are behind, for a live run, which has no other table. Groups that nobody
/// has heard of for long leave.
public final class LagObserver: MessageObserver {
    private let limits: Limits
    private var cast: Cast
    private var lag: LagTable

    public init(limits: Limits) {
        self.limits = limits
        (cast, lag) = (Cast(limits: limits), LagTable(limits: limits))
    }

    public func took(_ request: ObservedRequest) {
        cast.learn(request)
        lag.took(request, &cast)
    }

    public func took(_ answer: ObservedAnswer, to request: ObservedRequest) {
        cast.learn(answer, to: request)
        let delivered = RecordFlow.delivered(answer, to: request, &cast)
        let stored = request.api == Api.produce ? RecordFlow.stored(answer, to: request, &cast) : []
        lag.took(answer, to: request, delivered, stored, &cast)
    }

    public func tooLate(_ answer: ObservedAnswer, to request: ObservedRequest) {}
    public func ended(_ request: ObservedRequest, _ end: RequestEnd, at time: CaptureTime) {}

    /// As it stands now.
    public func rows() -> [LagRow] { lag.rows(cast) }

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
