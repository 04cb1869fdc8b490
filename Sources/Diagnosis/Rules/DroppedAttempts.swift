import Conversations
import ReportModel
import Streams
import Vocabulary

/// New connections to one server of which some get no answer at all and others one at once: told once for the server, for what
/// drops them asks for no host.
struct DroppedAttempts: Rule {
    func judge(_ view: CaseView) -> [Verdict] {
        view.lostAttempts.byServer.sorted { $0.key < $1.key }.map { server, found in verdict(server, found, view) }
    }

    private func verdict(_ server: Endpoint, _ found: LostAttempts.AtServer, _ view: CaseView) -> Verdict {
        let lost = found.lost.map { view.records[$0] }
        let from = lost.map(\.tcp.firstTime).min() ?? view.captureEnd
        var verdict = Verdict(
            path: PathEnds(of: lost[0]), .lostAttempts, .warning, .likely, from: from,
            to: lost.map(\.tcp.lastSynTime).max() ?? from, hit: lost, in: view)
        let hosts = lost.map { "\($0.client.address)" }.uniqued
        verdict.client = hosts.count == 1 ? hosts.first : nil
        verdict.clientIds = []
        verdict.frames = lost.prefix(12).map(\.tcp.synFrame)
        verdict.add(
            .attemptCount, .number(lost.count.addingSaturated(found.accepted.addingSaturated(found.acceptedLate))))
        verdict.add(.synCount, .number(lost.map { Int($0.tcp.synCount) }.max() ?? 0))
        verdict.add(.hostsHit, .number(hosts.count))
        verdict.add(.acceptedLate, .number(found.acceptedLate))
        return verdict
    }
}
