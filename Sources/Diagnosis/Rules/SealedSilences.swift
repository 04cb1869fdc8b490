import Conversations
import ReportModel
import Streams
import TLS
import Vocabulary

/// A server without keys that left several connections without a word at once, though they asked on their own accord while
/// it said nothing to anybody; or clients whose packets nobody acknowledged any more. Which requests these were cannot be seen.
struct SealedSilences: EndRule {
    /// A server that answers nothing for so long to the end does not work.
    private static let standstill = Span.seconds(10)

    func judge(_ ends: OpenEnds, _ view: CaseView) -> [EndVerdict] {
        let sealed = view.sealedWaits
        var told: Set<Int> = []
        var verdicts: [EndVerdict] = []
        for silence in sealed.silences where !isOnThePath(silence, view) {
            for wait in silence.waits where ends.contains(wait.place) {
                guard let verdict = verdict(wait, silence, view) else { continue }
                told.insert(wait.place)
                verdicts.append(EndVerdict(place: wait.place, verdict: verdict, explains: wait.end == .given))
            }
        }
        for wait in sealed.unheard where ends.contains(wait.place) && !told.contains(wait.place) {
            verdicts.append(
                EndVerdict(place: wait.place, verdict: unheard(wait, view), explains: wait.end == .given))
        }
        return verdicts
    }

    /// What got through at last was held up by the path, which is told of itself.
    private func isOnThePath(_ silence: SealedWaits.Silence, _ view: CaseView) -> Bool {
        silence.waits.contains { !$0.arrived && $0.end == .answered }
    }

    private func verdict(_ wait: SealedWaits.Wait, _ silence: SealedWaits.Silence, _ view: CaseView) -> Verdict? {
        guard wait.arrived else { return wait.end == .answered ? nil : unheard(wait, view) }
        switch wait.end {
        case .answered:
            var verdict = base(wait, .slowResponse, .warning, view)
            verdict.add(.maxMs, .milliseconds(wait.to.milliseconds(since: wait.from.time)))
            return verdict
        case .open:
            let isDead = silence.lasts && silence.to.since(silence.from) >= Self.standstill
            var verdict = base(wait, .responseOverdue, isDead ? .error : .warning, view)
            verdict.doubt.append(.captureEnds)
            verdict.add(.tcpAcknowledged, .flag(true))
            verdict.add(.waitedMs, .milliseconds(wait.to.milliseconds(since: wait.from.time)))
            return verdict
        case .given:
            var verdict = base(wait, .disconnectBeforeResponse, .error, view)
            (verdict.cause, verdict.closedBy) = (.requestTimeout, .client)
            verdict.add(.tcpAcknowledged, .flag(true))
            close(&verdict, wait, view)
            return verdict
        }
    }

    /// Nobody acknowledged what it sent, until it gave up, or to the end.
    private func unheard(_ wait: SealedWaits.Wait, _ view: CaseView) -> Verdict {
        var verdict = base(wait, .disconnectBeforeResponse, .error, view)
        guard wait.end == .given else {
            (verdict.cause, verdict.closedBy) = (.hostUnreachable, .unknown)
            let others = ServedMeanwhile(view.records[wait.place], view)
            verdict.add(.servedMeanwhile, .some(others.clients.prefix(8).map { "\($0)" }))
            verdict.add(.reachedMeanwhile, .some(others.servers.prefix(8).map { "\($0)" }))
            return verdict
        }
        (verdict.cause, verdict.closedBy) = (.requestTimeout, .client)
        verdict.add(.unacknowledgedMs, .milliseconds(wait.to.milliseconds(since: wait.from.time)))
        close(&verdict, wait, view)
        return verdict
    }

    private func close(_ verdict: inout Verdict, _ wait: SealedWaits.Wait, _ view: CaseView) {
        verdict.add(.waitedMs, .milliseconds(wait.to.milliseconds(since: wait.from.time)))
        verdict.add(.closeKind, .text(view.records[wait.place].firstClose?.reset == true ? "RST" : "FIN"))
    }

    private func base(_ wait: SealedWaits.Wait, _ kind: FindingKind, _ severity: Severity, _ view: CaseView) -> Verdict
    {
        let record = view.records[wait.place]
        var verdict = Verdict(kind, severity, .likely, record, in: view)
        (verdict.first, verdict.last) = (wait.from.time, wait.to)
        verdict.doubt = [.encrypted]
        verdict.nature = .transient
        verdict.frames = [wait.from.frame, wait.frame]
        return verdict
    }
}
