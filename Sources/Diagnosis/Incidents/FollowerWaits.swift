import Conversations
import ReportModel
import Vocabulary

/// Waits at healthy leaders for a follower that is gone: what is to be stored on all replicas (acks=-1, commits) waits until
/// the dead one is left out, and a client may give up before. The leader is a victim, and answers other things meanwhile.
struct FollowerWaits {
    let view: CaseView
    /// Hosts of the brokers that are gone.
    let gone: Set<IPAddress>
    let from: CaptureTime
    /// Consequences show until then.
    let to: CaptureTime

    /// Requests sent so long before the moment were still waiting for the follower then.
    private static let before = Span.seconds(5)
    /// APIs that the leader stores on all replicas before it answers, besides Produce: commits, and transactions' states.
    private static let stored = Set(StoredEverywhere.apis.flatMap { ErrorCodes.apis($0) })

    /// Requests that a client gave up at another server.
    func explain(_ finding: Finding) -> Bool {
        guard finding.kind == .disconnectBeforeResponse, finding.cause == .requestTimeout,
            let name = finding.server, let server = view.serversByName[name],
            !gone.contains(server.address)
        else { return false }
        let begin = from.adding(nanoseconds: -Self.before)
        let mine = finding.requests.filter { $0.sent >= begin && $0.sent <= to }
        guard let sent = mine.map(\.sent).min(), mine.contains(where: waitsForFollowers),
            let times = finding.episode(sent, to)
        else { return false }
        return isAlive(server, sent, times.upperBound)
    }

    private func waitsForFollowers(_ request: LostRequest) -> Bool {
        request.apiKey == Int(Api.produce) ? request.acks == -1 : Self.stored.contains(Int16(request.apiKey))
    }

    /// It answered something in the midst of the wait.
    private func isAlive(_ server: Endpoint, _ from: CaptureTime, _ to: CaptureTime) -> Bool {
        let (begin, end) = (
            from.adding(nanoseconds: Span.milliseconds(500)), to.adding(nanoseconds: -Span.milliseconds(100))
        )
        return view.file.times.answers(of: server).contains { $0 >= begin && $0 <= end }
    }
}
