import Conversations
import ReportModel
import Streams
import Vocabulary

/// KIP-368: the session's life ran out, the client had not signed in again, and the broker closed at its next request.
struct SessionExpired: EndRule {
    /// The broker's clock and the capture's, and the time that the answer took to arrive.
    private static let slackMs = 200.0

    func judge(_ ends: OpenEnds, _ view: CaseView) -> [EndVerdict] { ends.judge { judge(view.records[$0], view) } }

    private func judge(_ record: ConnectionRecord, _ view: CaseView) -> Verdict? {
        guard record.signIn.stage == .succeeded, record.signIn.sessionLifetimeMs > 0, record.clientClosedFirst == false,
            let close = record.firstClose
        else { return nil }
        let life = Double(record.signIn.sessionLifetimeMs)
        guard
            let late = record.unanswered.first(where: {
                $0.sent.milliseconds(since: record.signIn.succeededTime) >= life - Self.slackMs
            })
        else { return nil }
        var verdict = Verdict(.sessionExpired, .warning, .certain, record, in: view)
        verdict.closedBy = .broker
        verdict.nature = .structural
        verdict.frames = record.signIn.frames.suffix(2) + [late.frame] + verdict.frames
        verdict.requests = record.unanswered.filter { !$0.wantsNoAnswer }.prefix(20).map {
            LostRequest($0, of: record, in: view, ended: close.time)
        }
        // The broker closes before it looks at what comes after the session's end.
        for i in verdict.requests.indices { verdict.requests[i].outcome = .unread(verdict.requests[i].outcome) }
        verdict.add(.sessionLifetimeMs, .milliseconds(life))
        verdict.add(.connectionAgeMs, .milliseconds(close.time.milliseconds(since: record.signIn.succeededTime)))
        verdict.add(.mechanism, .optional(view.file.text(record.signIn.mechanism)))
        verdict.add(.principal, .optional(view.file.text(record.signIn.principal)))
        return verdict
    }
}
