import Conversations
import ReportModel
import Streams
import Vocabulary

/// Connections at work that the server's side ends though nothing stops there: all of them at one age, or all at one moment. Nothing is
/// lost by it where no request waits, so it is only good to know, before one does.
struct ServerDrops: Rule {
    /// Fewer may end alike by chance.
    private static let least = 10
    private static let leastOfServer = 3
    /// A process that stops is not back so soon.
    private static let backWithin = Span.seconds(1)
    private static let atOnce = Span.seconds(1)
    /// Whatever looks at the age of connections does so every so often.
    private static let agesDiffer = Span.milliseconds(500)
    private static let shortest = Span.seconds(2)

    private struct Drop {
        var record: ConnectionRecord
        var time: CaptureTime
        var age: Int64 { time.since(record.tcp.firstTime) }
    }

    func judge(_ view: CaseView) -> [Verdict] {
        let moments = moments(view)
        let together = moments.flatMap(\.self)
        if moments.count >= 2 || Set(together.map(\.record.server.address)).count >= 2, together.count >= Self.least {
            var verdict = verdict(together, view)
            verdict.subject = "at once"
            verdict.add(.droppedMoments, .number(moments.count))
            return [verdict]
        }
        return aged(view)
    }

    // MARK: All at one moment

    /// Ends of all connections of servers that serve again at once, by their moments.
    private func moments(_ view: CaseView) -> [[Drop]] {
        let ends = view.nodeEnds.values.joined().filter { end in
            end.survivors == 0 && end.refused == 0 && !end.announced && end.wasBusy
                && end.ended.count >= 2 && end.back.map { $0.since(end.to) < Self.backWithin } == true
                && end.ended.allSatisfy { isWorked(view.records[$0]) }
        }.sorted { ($0.from, $0.server) < ($1.from, $1.server) }
        return ends.runs { run, next in next.from.since(run[0].from) < Self.atOnce }.map { run in
            run.flatMap(\.ended).compactMap { drop(view.records[$0]) }
        }.filter { $0.count >= Self.leastOfServer }
    }

    private func drop(_ record: ConnectionRecord) -> Drop? {
        record.firstClose.map { Drop(record: record, time: $0.time) }
    }

    // MARK: All at one age

    private func aged(_ view: CaseView) -> [Verdict] {
        let drops = view.byServer.keys.sorted().compactMap { ofOneAge(view.connections(to: $0).map { $0 }, view) }
        // Servers with one limit have one reason.
        let groups = drops.sorted { $0[0].age < $1[0].age }.runs { run, next in
            next[0].age.subtractingSaturated(run[0][0].age) <= Self.agesDiffer
        }
        return groups.compactMap { group in
            let all = group.flatMap(\.self).sorted { $0.time < $1.time }
            guard all.count >= Self.least else { return nil }
            var verdict = verdict(all, view)
            verdict.subject = "at one age, \(group[0][0].age)"
            let longest = all.map(\.age).max() ?? 0
            verdict.add(.droppedAtAgeMs, .milliseconds(Double(longest) / 1e6))
            return verdict
        }
    }

    /// What a server ended, where that is all that grew so old, each at work and nothing lost; the youngest first.
    private func ofOneAge(_ records: [ConnectionRecord], _ view: CaseView) -> [Drop]? {
        let whole = records.filter { $0.wasEstablished && !$0.startsMidway }
        let drops = whole.filter { isAtWork($0) && $0.clientClosedFirst == false }.compactMap(drop)
            .sorted { $0.age < $1.age }
        guard drops.count >= Self.leastOfServer, let first = drops.first, let last = drops.last,
            first.age >= Self.shortest, last.age.subtractingSaturated(first.age) <= Self.agesDiffer
        else { return nil }
        let ends = drops.map(\.time).sorted()
        // What ends together ends for another reason.
        guard let begin = ends.first, let end = ends.last, end.since(begin) > first.age else { return nil }
        let isOlder = whole.contains { record in
            (record.firstClose?.time ?? record.tcp.lastTime).since(record.tcp.firstTime)
                > last.age.addingSaturated(Self.agesDiffer)
        }
        return isOlder ? nil : drops
    }

    /// It was answered just before, and no request waits.
    private func isAtWork(_ record: ConnectionRecord) -> Bool {
        isWorked(record) && record.wasBusyAtEnd && record.signIn.sessionLifetimeMs == 0
    }

    /// It did more than sign in, and what it asked was answered.
    private func isWorked(_ record: ConnectionRecord) -> Bool {
        record.kafka.workAnswered > 0 && !record.signIn.inProgress && record.signIn.stage != .refused
            && LostRequests.of(record).requests.isEmpty
    }

    private func verdict(_ drops: [Drop], _ view: CaseView) -> Verdict {
        var verdict = Verdict(.connectionChurn, .info, .likely, at: drops[0].time)
        verdict.last = drops.map(\.time).max() ?? drops[0].time
        verdict.count = drops.count
        verdict.nature = .structural
        let servers = drops.map { "\($0.record.server)" }.uniqued
        verdict.server = servers.count == 1 ? servers.first : nil
        let clients = drops.map { "\($0.record.client.address)" }.uniqued
        verdict.client = clients.count == 1 ? clients.first : nil
        verdict.frames = drops.prefix(10).compactMap { $0.record.firstClose?.frame }
        verdict.connections = drops.prefix(10).map(\.record.id)
        verdict.add(.tried, .list(Array(servers.sorted().prefix(1000))))
        verdict.add(.hostsHit, .number(clients.count))
        let resets = drops.count { $0.record.firstClose?.reset == true }
        verdict.add(.closeKind, resets == 0 ? .text("FIN") : resets == drops.count ? .text("RST") : nil)
        return verdict
    }
}
