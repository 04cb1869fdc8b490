import Conversations
import ReportModel
import Streams
import Vocabulary

/// A client that gives up its Fetches, or its JoinGroups, before the time that they let the broker wait, again and again: its
/// request timeout is shorter than its own max wait, or than its rebalance timeout.
struct WaitsOverTimeout: Rule {
    private static let atLeast = 3
    /// Closes of several connections within this time are one.
    private static let together = Span.seconds(1)
    /// Waits shorter than this are no timeout of anything.
    private static let least = Span.milliseconds(900)
    /// A timeout that equals the wait that it allows strikes a moment behind it.
    private static let slack = Span.milliseconds(500)
    /// So far apart are two waits still nearly the same, at least.
    private static let about = Span.milliseconds(250)

    /// A connection that its client closed with a Fetch or a JoinGroup waiting.
    private struct Close {
        var record: ConnectionRecord
        var fetch: UnansweredRequest
        var time: CaptureTime
        var waited: Int64 { time.since(fetch.sentWhole) }

        func isLike(_ other: Close) -> Bool {
            waited.subtractingSaturated(other.waited).distanceFromZero <= max(waited / 10, WaitsOverTimeout.about)
        }
    }

    private struct Program: Hashable {
        var host: IPAddress
        var clientId: StringID
        var api: Int16
    }

    private static let waiting: Set<Int16> = [Api.fetch, Api.shareFetch, Api.joinGroup]

    func judge(_ view: CaseView) -> [Verdict] {
        let closes = view.records.compactMap(close).filter { !isGateways($0, view) }
        let programs = Dictionary(grouping: closes) {
            Program(host: $0.record.client.address, clientId: $0.fetch.clientId, api: $0.fetch.api)
        }
        return programs.filter { $0.value.count >= Self.atLeast }
            .sorted { ($0.key.host, $0.key.clientId.raw, $0.key.api) < ($1.key.host, $1.key.clientId.raw, $1.key.api) }
            .flatMap { judge($0.key, $0.value, view) }
    }

    private func close(_ record: ConnectionRecord) -> Close? {
        guard record.clientClosedFirst == true, !record.isOneSided, let end = record.firstClose,
            let fetch = record.unanswered.first(where: { Self.waiting.contains($0.api) }),
            fetch.bodyKnown, !fetch.partial, let allowed = fetch.allowedWaitMs, !record.mayBeInHole(fetch)
        else { return nil }
        let close = Close(record: record, fetch: fetch, time: end.time)
        return close.waited >= Self.least && close.waited < Int64(allowed) * 1_000_000 + Self.slack ? close : nil
    }

    /// A gateway ended both of its legs at that moment: the wait is bounded by its settings, and not by its client's.
    private func isGateways(_ close: Close, _ view: CaseView) -> Bool {
        (view.gatewayLegs.pairs[close.record.client.address] ?? []).contains { pair in
            pair.behind.id == close.record.id && pair.front.clientClosedFirst == false
                && (pair.front.firstClose.map { $0.time.since(close.time).distanceFromZero <= Self.together } ?? false)
        }
    }

    private func judge(_ program: Program, _ closes: [Close], _ view: CaseView) -> [Verdict] {
        let joins = program.api == Api.joinGroup
        let mine = view.records(of: program.host, program.clientId).filter { joins ? $0.isJoining : $0.isFetching }
        guard let lastSeen = mine.map(\.kafka.lastRequestTime).max() else { return [] }
        let leaves = mine.filter(\.kafka.leftGroup).compactMap(\.firstClose?.time).sorted()
        // A program that says goodbye ends by itself, and what is behind its last request is no timeout: but who joins has no other
        // work, and may not have come back when the capture ends.
        let goingOn = closes.filter { close in
            let next = leaves.partitionPoint { $0 >= close.time.adding(nanoseconds: -Self.together) }
            return (joins || lastSeen > close.time)
                && (next == leaves.count || leaves[next].since(close.time) > Self.together)
        }
        let rounds = goingOn.sorted { $0.time < $1.time }.runs { $1.time.since($0[0].time) <= Self.together }
        let runs = rounds.runs { $1[0].isLike($0[0][0]) }.filter { $0.count >= Self.atLeast }
        return runs.flatMap { run in
            Dictionary(grouping: run.joined(), by: \.record.server).sorted { $0.key < $1.key }
                .map { verdict($0.value, survives(run.flatMap { $0 }, view), view) }
        }
    }

    /// Other connections of the program live through the closes: it did not end.
    private func survives(_ closes: [Close], _ view: CaseView) -> Bool {
        // They are one program's.
        guard let own = closes.first?.record else { return true }
        let lives = view.records(of: own.client.address, own.kafka.clientId).filter(\.wasEstablished)
            .map { (from: $0.tcp.firstTime, to: $0.firstClose?.time ?? view.captureEnd) }.sorted { $0.from < $1.from }
        var latest = CaptureTime.distantPast
        var next = 0
        return closes.sorted { $0.time < $1.time }.allSatisfy { close in
            while next < lives.count, lives[next].from < close.time {
                latest = max(latest, lives[next].to)
                next += 1
            }
            return latest.since(close.time) > Self.together
        }
    }

    private func verdict(_ closes: [Close], _ survives: Bool, _ view: CaseView) -> Verdict {
        let order = closes.sorted { $0.time < $1.time }
        let (first, last) = (order[0], order[order.count - 1])
        var verdict = Verdict(
            .clientSettings, .warning, survives ? .certain : .likely, first.record, in: view)
        (verdict.first, verdict.last, verdict.count) = (first.fetch.sent, last.time, order.count)
        verdict.detail = .waitOverTimeout
        verdict.nature = .structural
        verdict.frames = order.prefix(12).flatMap { [$0.fetch.frame, $0.record.firstClose?.frame ?? .none] }
        verdict.connections = order.prefix(20).map(\.record.id)
        if order.contains(where: { $0.record.kafka.requestGaps > 0 }) { verdict.doubt(.gapInRequests) }
        verdict.add(.apiName, .text(Api.name(first.fetch.api)))
        verdict.add(.group, first.fetch.group.isNone ? nil : .optional(view.file.text(first.fetch.group)))
        verdict.add(.waitedMs, .milliseconds(Double(first.waited) / 1e6))
        verdict.add(.maxWaitMs, .milliseconds(Double(order.compactMap(\.fetch.allowedWaitMs).min() ?? 0)))
        return verdict
    }
}

extension ConnectionRecord {
    /// Its client asked for records on it.
    fileprivate var isFetching: Bool {
        kafka.fetched || unanswered.contains { [Api.fetch, Api.shareFetch].contains($0.api) }
    }

    /// Its client was, or wanted to be, in a group by way of it.
    fileprivate var isJoining: Bool { !kafka.group.isNone || unanswered.contains { $0.api == Api.joinGroup } }
}
