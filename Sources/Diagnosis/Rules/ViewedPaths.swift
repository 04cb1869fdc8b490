import Conversations
import ReportModel
import Vocabulary

/// Two views of one connection: what one shows leaving, again and again, does not arrive at the other, and the other way is
/// open. This holds also where it arrives in the end.
struct ViewedPaths: Rule {
    /// Losses so far apart are told as of one time.
    private static let apart = Span.seconds(10)

    private struct Way: Hashable {
        var ends: PathEnds
        var sender: IPAddress
    }

    func judge(_ view: CaseView) -> [Verdict] {
        let lost = view.lostOnTheWay.filter { view.concernsKafka(view.records[$0.place]) }
        return Dictionary(grouping: lost) { Way(ends: PathEnds(of: view.records[$0.place]), sender: $0.sender) }
            .sorted { ($0.key.ends, $0.key.sender) < ($1.key.ends, $1.key.sender) }
            .flatMap { way, lost in
                lost.sorted { $0.from < $1.from }.runs { run, next in
                    run.contains { next.from.since($0.to) < Self.apart }
                }.map { verdict(way.ends, $0, view) }
            }
    }

    private func verdict(_ ends: PathEnds, _ lost: [LostOnTheWay], _ view: CaseView) -> Verdict {
        let from = lost.map(\.from).min() ?? lost[0].from
        let to = lost.map(\.to).max() ?? lost[0].to
        let hit = Set(lost.map(\.place)).sorted().map { view.records[$0] }
        var verdict = Verdict(
            path: ends, .oneWay, .error, hit.count > 1 ? .certain : .likely, from: from, to: to, hit: hit, in: view)
        verdict.nature = .transient
        verdict.frames = Array(lost.map(\.frame).sorted().prefix(12))
        verdict.add(.lostFrom, .text("\(lost[0].sender)"))
        verdict.add(.outageMs, .milliseconds(to.milliseconds(since: from)))
        return verdict
    }
}
