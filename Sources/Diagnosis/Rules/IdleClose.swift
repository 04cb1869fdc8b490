import Conversations
import ReportModel
import Streams
import Vocabulary

/// An idle connection was closed by the server's side with nothing pending: normal, and good to know when a client wonders.
struct IdleClose: EndRule {
    func judge(_ ends: OpenEnds, _ view: CaseView) -> [EndVerdict] { ends.judge { judge($0, view) } }

    private func judge(_ place: Int, _ view: CaseView) -> Verdict? {
        let record = view.records[place]
        guard record.kafka.responses > 0, record.clientClosedFirst == false, let close = record.firstClose,
            record.unanswered.allSatisfy(\.wantsNoAnswer)
        else { return nil }
        let last = max(
            record.fromClient.lastDataTime < close.time ? record.fromClient.lastDataTime : .distantPast,
            record.kafka.lastResponseTime)
        let idle = close.time.since(last)
        guard idle >= Idleness.least, !view.endedWithOthers(place) else { return nil }
        var verdict = Verdict(.idleClose, .info, .certain, record, in: view)
        verdict.closedBy = .broker
        verdict.frames = [record.kafka.lastResponseFrame, close.frame]
        verdict.add(.idleMs, .milliseconds(Double(idle) / 1e6))
        verdict.add(.knownLimit, .optional(KnownIdleLimit.name(idle)))
        if let habit = view.habits[record.server] { verdict.facts += habit.facts }
        return verdict
    }
}
