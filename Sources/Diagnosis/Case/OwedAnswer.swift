import Conversations
import Streams
import Vocabulary

/// Whether a server owes an answer: the request reached it, waits for nothing else, and has waited far longer than any of its kind.
enum OwedAnswer {
    /// Beyond what a request's own fields allow.
    static let slack = Span.milliseconds(1500)
    /// Without such fields: longer than this, and far longer than answers of its kind took.
    static let leastWait = Span.seconds(2)
    /// Answers that were under way when the request came are no sign of life.
    static let underWay = Span.milliseconds(500)
    private static let outlier = 10.0
    /// So many times the longest wait for an answer of its kind is no such wait any more.
    private static let beyondAll = 3.0

    /// It waits for nothing but its broker, and this received it.
    static func mustCome(to request: UnansweredRequest, _ record: ConnectionRecord) -> Bool {
        isReceived(request, record) && request.waitsForItsBrokerAlone
    }

    private static func isReceived(_ request: UnansweredRequest, _ record: ConnectionRecord) -> Bool {
        !record.mayWantNoAnswer(request) && !record.mayBeInHole(request) && !record.hadMoreThanWasCaptured
            && record.fromClient.acknowledged >= request.streamEnd && !record.fromClient.windowIsClosed
    }

    /// - Parameter isSilent: the server answers nobody meanwhile.
    static func isOutlier(
        _ waited: Int64, _ request: UnansweredRequest, at server: Endpoint, isSilent: Bool, _ view: CaseView
    ) -> Bool {
        guard let usual = view.file.times.latency(of: request.api, at: server), usual.count >= 5 else {
            return isSilent || !ErrorCodes.mayTakeLong.contains(request.api)
        }
        return Double(waited) > usual.percentileMs(0.5) * 1e6 * outlier
            && Double(waited) > Double(usual.maxNanoseconds) * beyondAll
    }

    /// A server had long stopped to answer anybody when a client left: whatever made that leave, it had waited in vain.
    static func stayedAway(
        from requests: [UnansweredRequest], _ record: ConnectionRecord, until closed: CaptureTime, _ view: CaseView
    ) -> Bool {
        // One that is not heard in the whole capture may have answered out of its sight.
        guard let last = view.file.times.lastAnswer(of: record.server, upTo: closed) else { return false }
        return requests.contains { request in
            let waited = closed.since(request.sentWhole)
            guard waited > leastWait, isReceived(request, record), isBeyondFields(request, waited) else { return false }
            return last <= request.sentWhole.adding(nanoseconds: underWay)
                && isOutlier(waited, request, at: record.server, isSilent: true, view)
        }
    }

    /// A Produce tells how long its client waits at most, and not how long the broker may take.
    private static func isBeyondFields(_ request: UnansweredRequest, _ waited: Int64) -> Bool {
        if request.waitsForItsBrokerAlone { return true }
        return request.allowedWaitMs.map { $0 > 0 && waited > Int64($0) * 1_000_000 + slack } ?? false
    }
}

extension ConnectionRecord {
    /// The client acknowledged more of the answers than the capture holds: they came, and were not captured.
    var hadMoreThanWasCaptured: Bool { fromServer.acknowledged > fromServer.streamEnd }
}
