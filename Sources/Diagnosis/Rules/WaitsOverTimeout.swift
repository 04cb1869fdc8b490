import Conversations
import ReportModel
import Streams
import Vocabulary

/// A client that gives up its Fetches before the time that they let the broker wait, again and again: its request timeout is
/// shorter than its own max wait.
struct WaitsOverTimeout: Rule {
    private static let atLeast = 3
    /// Closes of several connections within this time are one.
    private static let together = Span.seconds(1)
    /// Waits shorter than this are no timeout of anything.
    private static let least = Span.milliseconds(900)
    /// So far apart are two waits still nearly the same, at least.
    private static let about = Span.milliseconds(250)

    /// A connection that its client closed with a Fetch waiting.
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
    }

    func judge(_ view: CaseView) -> [Verdict] {
        let closes = view.records.compactMap(close)
        let programs = Dictionary(grouping: closes) {
            Program(host: $0.record.client.address, clientId: $0.fetch.clientId)
        }
        return programs.filter { $0.value.count >= Self.atLeast }
            .sorted { ($0.key.host, $0.key.clientId.raw) < ($1.key.host, $1.key.clientId.raw) }
            .flatMap { judge($0.key, $0.value, view) }
    }

    private func close(_ record: ConnectionRecord) -> Close? {
        guard record.clientClosedFirst == true, !record.isOneSided, let end = record.firstClose,
            let fetch = record.unanswered.first(where: { [Api.fetch, Api.shareFetch].contains($0.api) }),
            fetch.bodyKnown, !fetch.partial, let allowed = fetch.allowedWaitMs, !record.mayBeInHole(fetch)
        else { return nil }
        let close = Close(record: record, fetch: fetch, time: end.time)
        return close.waited >= Self.least && close.waited < Int64(allowed) * 1_000_000 ? close : nil
    }

    private func judge(_ program: Program, _ closes: [Close], _ view: CaseView) -> [Verdict] {
        let fetching = view.records(of: program.host).filter {
            $0.kafka.clientId == program.clientId && $0.isFetching
        }
        guard let lastSeen = fetching.map(\.kafka.lastRequestTime).max() else { return [] }
        let leaves = fetching.filter(\.kafka.leftGroup).compactMap(\.firstClose?.time)
        // A program that says goodbye ends by itself, and what is behind its last request is no timeout.
        let goingOn = closes.filter { close in
            lastSeen > close.time
                && !leaves.contains { $0.since(close.time).distanceFromZero <= Self.together }
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
        closes.allSatisfy { close in
            view.records(of: close.record.client.address).contains {
                $0.kafka.clientId == close.record.kafka.clientId && $0.tcp.firstTime < close.time && $0.wasEstablished
                    && ($0.firstClose?.time ?? view.captureEnd).since(close.time) > Self.together
            }
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
}
