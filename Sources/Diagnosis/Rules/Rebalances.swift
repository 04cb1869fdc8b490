import Conversations
import ReportModel
import Vocabulary

/// One rebalance of a group, from its trigger to its end: the JoinGroups and SyncGroups that hang together.
struct Rebalances: Rule {
    /// Steps of one rebalance follow one another within this time; a JoinGroup waits longer only inside the broker.
    private static let together = Span.seconds(3)

    func judge(_ view: CaseView) -> [Verdict] {
        let groups = Dictionary(grouping: view.file.groupEvents, by: \.group)
        return groups.sorted { $0.key.raw < $1.key.raw }.flatMap { group, events in
            let events = events.sorted { ($0.sent, $0.frame) < ($1.sent, $1.frame) }
            let restarted = RestartedMembers(events, view.file)
            return rounds(events).compactMap { verdict(group, $0, restarted, view) }
        }
    }

    private func rounds(_ events: [GroupEvent]) -> [[GroupEvent]] {
        var rounds: [[GroupEvent]] = []
        var end = CaptureTime.distantPast
        for event in events {
            if rounds.isEmpty || event.sent.since(end) > Self.together { rounds.append([]) }
            rounds[rounds.count - 1].append(event)
            end = max(end, event.answered)
        }
        return rounds
    }

    private func verdict(_ group: StringID, _ round: [GroupEvent], _ restarted: RestartedMembers, _ view: CaseView)
        -> Verdict?
    {
        let joins = round.filter { $0.api == Api.joinGroup && !$0.failed }
        guard let first = round.first, !joins.isEmpty, let name = view.file.text(group) else { return nil }
        let end = round.map(\.answered).max() ?? first.answered
        var verdict = Verdict(.rebalance, .info, .certain, at: first.sent)
        verdict.last = end
        verdict.server = "\(first.server)"
        verdict.nodeId = view.node(at: first.server)
        verdict.clientIds = [view.file.text(first.clientId)].compactMap { $0 }
        verdict.frames = round.prefix(12).flatMap { [$0.frame, $0.answerFrame] }
        verdict.add(.group, .text(name))
        verdict.add(.durationMs, .milliseconds(end.milliseconds(since: first.sent)))
        verdict.add(.members, .number(Set(joins.map(\.client)).count))
        let leaver = round.first { $0.api == Api.leaveGroup }
        verdict.add(
            .trigger,
            .text(
                leaver.map { "\(view.file.text($0.clientId) ?? "a member") left" }
                    ?? "\(view.file.text(first.clientId) ?? "a member") joined"))
        if let program = restarted.restarted(in: first.sent...max(first.sent, end)) {
            verdict.isOne(of: program, group: name)
        }
        return verdict
    }
}
