import Conversations
import ReportModel
import Streams
import Vocabulary

/// Requests without an answer for too long on connections that are still open when the capture ends: something hangs now.
struct OverdueAnswers: Rule {
    /// Beyond what a request's own fields allow.
    private static let slack = Span.milliseconds(1500)
    /// Without such fields: longer than this, and far longer than answers of its kind took.
    private static let leastWait = Span.seconds(2)
    private static let outlier = 10.0

    func judge(_ view: CaseView) -> [Verdict] {
        view.byServer.sorted { $0.key < $1.key }.flatMap { server, places in judge(server, places, view) }
    }

    private func judge(_ server: Endpoint, _ places: [Int], _ view: CaseView) -> [Verdict] {
        let busy = places.filter { isWaiting(view.records[$0]) && !view.oneWayConnections.contains($0) }
        guard !busy.isEmpty else { return [] }
        let silent = isSilent(busy, places, view)
        let waiting = busy.map { view.records[$0] }.map { record in
            (record, record.unanswered.filter { !$0.wantsNoAnswer && isOverdue($0, record, silent, view) })
        }.filter { !$0.1.isEmpty }
        // One answer may well be missing from a capture with holes; several only behind the moment of such a hole.
        let isAlone = view.holes.areThere && waiting.count == 1
        return waiting.map { record, overdue in
            var verdict = verdict(overdue, record, view)
            if isAlone || view.holes.mayBeAfter(overdue[0].sent), !isProven(overdue[0], record) {
                verdict.doubt(.gapInAnswers, ceiling: .possible)
                verdict.severity = .info
            }
            return verdict
        }
    }

    private func isWaiting(_ record: ConnectionRecord) -> Bool {
        record.wasEstablished && record.tcp.firstCloser == nil && record.tcp.end == .stillOpen && !record.isOneSided
            && [.kafka, .silent].contains(record.serverSpoke) && record.unanswered.contains { !$0.wantsNoAnswer }
    }

    /// No busy connection of the server had an answer since the oldest request that waits.
    private func isSilent(_ busy: [Int], _ places: [Int], _ view: CaseView) -> Bool {
        guard let oldest = busy.compactMap({ view.records[$0].unanswered.first?.sentWhole }).min() else { return false }
        return places.allSatisfy {
            view.records[$0].kafka.lastResponseTime <= oldest.adding(nanoseconds: Span.milliseconds(500))
        }
    }

    private func isOverdue(_ request: UnansweredRequest, _ record: ConnectionRecord, _ silent: Bool, _ view: CaseView)
        -> Bool
    {
        if record.mayWantNoAnswer(request) || record.mayBeInHole(request) { return false }
        if !request.bodyKnown, Api.waitsByItsFields(request.api) { return false }
        // The reader's own closed window, or a throttle, holds the answer up.
        if record.fromClient.windowIsClosed || record.kafka.throttledUntil > request.sentWhole { return false }
        let waited = view.captureEnd(of: record).since(max(request.sentWhole, record.kafka.lastResponseTime))
        if let allowed = request.allowedWaitMs, allowed > 0, request.api != Api.produce {
            return waited > Int64(allowed) * 1_000_000 + Self.slack
        }
        if let allowed = request.allowedWaitMs, waited > Int64(allowed) * 1_000_000 + Self.slack { return true }
        guard silent, waited > Self.leastWait else { return false }
        guard let usual = view.file.latency(of: request.api, at: record.server), usual.count >= 5 else { return true }
        return Double(waited) > Double(usual.maxNanoseconds) * Self.outlier
    }

    /// The client said a while later, by what it acknowledged, that it had no answer.
    private func isProven(_ request: UnansweredRequest, _ record: ConnectionRecord) -> Bool {
        record.fromClient.lastTime.since(request.sentWhole) > Self.leastWait
            && record.fromServer.acknowledged <= record.fromServer.streamEnd
    }

    private func verdict(_ overdue: [UnansweredRequest], _ record: ConnectionRecord, _ view: CaseView) -> Verdict {
        let end = view.captureEnd(of: record)
        var verdict = Verdict(.responseOverdue, .warning, .certain, record, in: view)
        verdict.first = overdue[0].sent
        verdict.last = end
        verdict.nature = .transient
        verdict.doubt = [.captureEnds]
        verdict.requests = overdue.map { LostRequest($0, of: record, in: view, ended: end) }
        verdict.requestsLeftOut = record.unansweredLeftOut
        for i in verdict.requests.indices { verdict.requests[i].outcome = .unknown }
        verdict.frames = verdict.requests.prefix(10).map(\.frame)
        verdict.add(.waitedMs, .milliseconds(end.milliseconds(since: overdue[0].sentWhole)))
        verdict.add(.tcpAcknowledged, .flag(record.fromClient.acknowledged >= overdue[0].streamEnd))
        return verdict
    }
}
