import Conversations
import ReportModel
import Vocabulary

/// Of each request where its time went, for an output that draws single requests.
struct PartsOfRequests {
    private(set) var parts: [RequestPlace: RequestParts] = [:]
    private var leftOut = 0
    private let limit: Int

    init(limits: Limits) { limit = limits.drawnRequestParts }

    var trip: LimitTrip? { LimitTrip("drawnRequestParts", limit, beyond: leftOut, "requests drawn part by part") }

    mutating func took(_ request: ObservedRequest, _ time: TimeParts) {
        guard parts.count < limit else { return leftOut += 1 }
        func us(_ nanoseconds: Int64) -> UInt32 { UInt32(clamping: nanoseconds / 1000) }
        var drawn = RequestParts()
        drawn.sending = us(max(0, time.wire - time.way - time.resending - time.answering))
        (drawn.resending, drawn.way, drawn.queued) = (us(time.resending), us(time.way), us(time.queued))
        (drawn.throttled, drawn.onPurpose) = (us(time.throttled), us(time.onPurpose))
        (drawn.inBroker, drawn.answering) = (us(time.inBroker), us(time.answering))
        parts[RequestPlace(frame: request.frame, correlationId: request.correlationId)] = drawn
    }
}
